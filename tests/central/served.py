"""A centre in a process of its own, so that a test can kill it: FOLDER CHAIN KEY PORT [URL]."""

from __future__ import annotations

import sys
from pathlib import Path

from app.central.gates import Limits
from app.central.serve import Listen
from app.wiring.postgres import postgres_database
from app.wiring.service import open_centre, serve_centre
from app.work.clocks import SystemClock


def main() -> None:
    folder, chain, key, port = sys.argv[1:5]
    database = postgres_database(sys.argv[5], alone=True) if len(sys.argv) > 5 else None
    centre = open_centre(Path(folder), SystemClock("UTC"), database)
    listen = Listen(host="127.0.0.1", port=int(port), chain=Path(chain), key=Path(key))
    serve_centre(centre, listen, Limits(burst=100_000, every=0.00001))


if __name__ == "__main__":
    main()
