"""The centre's door into history: entries of devices, as they came, appended and nothing else (decision 25).

- The other door is store/append.py, by which a device records and takes in; no module but these two writes an entry.
- On PostgreSQL a SECURITY DEFINER function, which the ingest role may execute, takes only what continues the chain;
  on SQLite the fences hold the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert

from app.store.schema import entry
from app.store.tx import Statement, Tx

DEFINER = "LANGUAGE {language} SECURITY DEFINER SET search_path = public, pg_temp"
PREFIX = "centre_"
PG_LEAF = "rtrim(translate(encode(sha256('\\x00'::bytea || tail), 'base64'), '+/', '-_'), '=')"
PG_ENTRIES = f"""CREATE FUNCTION {PREFIX}entries(site text, origin text, at bigint, runs bytea[]) RETURNS void
{DEFINER.format(language="plpgsql")} SET work_mem = '64MB' AS $$
DECLARE tail bytea; size bigint; one bytea;
BEGIN
  SELECT e.seq + 1, e.b INTO size, tail FROM entry e WHERE e.site_id = site AND e.log = origin
    ORDER BY e.seq DESC LIMIT 1;
  IF coalesce(size, 0) <> at THEN RAISE EXCEPTION 'append-only: % is not the end of the log', at; END IF;
  FOREACH one IN ARRAY runs LOOP
    IF tail IS NOT NULL AND position(convert_to('"prev":"' || {PG_LEAF} || '"', 'UTF8') IN one) = 0
    THEN RAISE EXCEPTION 'append-only: the entries do not continue the chain'; END IF;
    tail := one;
  END LOOP;
  INSERT INTO entry (site_id, log, seq, b)
    SELECT site, origin, at + o - 1, x FROM unnest(runs) WITH ORDINALITY AS u(x, o);
END $$"""
PG_CALL = f"SELECT {PREFIX}entries(%s, %s, %s, %b)"
SIGNATURE = f"{PREFIX}entries(text, text, bigint, bytea[])"

_entry = Statement(insert(entry).prefix_with("OR FAIL", dialect="sqlite"))


def keep_entries(tx: Tx, log: str, first: int, entries: Sequence[bytes]) -> None:
    """Append entries number `first` and on. Faults `store.append_only` where they don't continue the log."""
    if tx.engine == "postgresql":
        tx.call(PG_CALL, tx.site, log, first, list(entries))
    else:
        tx.many(_entry, ({"log": log, "seq": seq, "b": b} for seq, b in enumerate(entries, first)))
