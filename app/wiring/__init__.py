"""The only place that builds things: here the desktop and its command line; the centre's service comes beside them."""
