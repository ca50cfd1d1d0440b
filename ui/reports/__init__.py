"""Reports: a person's training file as a sealed PDF, looked at before it leaves, kept, printed, checked."""
