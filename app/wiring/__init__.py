"""The only place that builds things: the desktop here, the centre's service beside it; neither imports the other's libraries."""
