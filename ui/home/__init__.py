"""Home: what endangers compliance this week, or for a learner what is to be done."""
