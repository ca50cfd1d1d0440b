"""Feeds: files of other systems to defects and domain commands. Reading never writes; performing is the caller's."""
