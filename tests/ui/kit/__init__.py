"""Tests of the kit, and the gallery that shows all of it."""
