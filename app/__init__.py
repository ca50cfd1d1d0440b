"""The core of Countersign: everything but the window. Nothing below this package knows Qt."""

__version__ = "0.1.0"
