"""The centre: receives sealed batches, countersigns them and hands them on; relay and witness, never an authority."""
