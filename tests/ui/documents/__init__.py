"""Tests of the documents' pages and of the process that reads their files."""
