"""The door: sign-in, lock, and a site's first day; what is shown while nobody is signed in."""
