"""A centre's database on PostgreSQL 15 or later: the only wiring that needs psycopg.

- The owner makes tables, fences and functions once, and imports trust bundles; the service logs in as the ingest role.
- A URL carries no password; it is given beside it, from a 0600 file or stdin.
- Receipts are final where a synchronous standby is configured, or where the operator says that there is no standby.
"""

from __future__ import annotations

from contextlib import closing

from app.central.pool import Opened
from app.store import arrivals, evidence, sites
from app.store.engines import found_centre
from app.store.postgres import centre_store, connect, open_doors, place, refuse_database, refuse_role
from app.wiring.service import Database

DOORS = (*arrivals.DOORS, *evidence.DOORS, *sites.DOORS)
"""All that the ingest role can have done, beside appending entries."""


def postgres_database(
    url: str, password: str | None = None, *, role: str = "centre_ingest", alone: bool = False
) -> Database:
    """The database at `url`. `role` is the ingest role that founding lets in (it must exist); `alone` says that no
    standby is meant to exist, so that a receipt is final without one. Faults `centre.database`, `centre.told_password`;
    founding also `centre.no_role`, `centre.not_owner`, `centre.has_tables`."""
    refuse_database(url)

    def opening() -> Opened:
        connection = connect(url, password)
        try:
            timeline, standby = place(connection)
        except BaseException:
            connection.close()
            raise
        return Opened(connection=connection, timeline=f".{timeline}", final=standby or alone)

    def found() -> None:
        with closing(connect(url, password)) as connection:
            refuse_role(connection, role)
            store = centre_store(connection, "")
            found_centre(store)
            open_doors(store, DOORS, role)

    return Database(opening=opening, as_store=centre_store, found=found)
