"""The frame around the pages: navigation, top bar, strip, search, notices."""
