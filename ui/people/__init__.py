"""People: the list with its filters, and the training file of one person."""
