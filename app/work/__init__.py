"""The desktop's verbs: the imperative shell around rules, proofs and store. Nothing here knows a screen."""
