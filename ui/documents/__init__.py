"""Controlled documents: the list, one document with its versions, and the reader of its file."""
