"""The centre, with real TLS, a real server and a real PostgreSQL."""
