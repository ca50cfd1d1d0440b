"""What a history must satisfy: rules and proofs together (formats §5, §6, §9)."""
