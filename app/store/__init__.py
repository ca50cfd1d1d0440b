"""Where it is kept: the only floor that writes SQL. Asks rules and proofs, knows no screen and no network."""
