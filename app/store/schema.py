"""Every table once, for SQLCipher, SQLite and PostgreSQL (formats §4).

- Permanent tables outlive every release; state tables (`s_<type>`) can be dropped and refolded from history.
- Every key starts with `site_id`. No autoincrement, no server defaults, no JSON columns, no database time.
- State columns are INTEGER or TEXT, all nullable; a name that ends in `_j` holds canonical JSON,
  a name that begins with `_` is bookkeeping and no part of the row.
- `landmark`, `frontier` and `_trace` are indexes over history: rebuilt at will, believed by nobody.
- Entries lie in a rowid table: a signed one is too long for a page of a clustered one (measured: 1.4 x faster).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

SCH = 1
"""Number of this schema: `user_version` of the store and `sch` of each entry."""

APPLICATION_MAIN = 0x43534731
APPLICATION_PKEYS = 0x43534732

Kinds: TypeAlias = Mapping[str, TypeEngine[Any] | type[TypeEngine[Any]]]

whole = BigInteger().with_variant(Integer(), "sqlite")
permanent = MetaData()
state = MetaData()
books = MetaData()
trees = MetaData()
pkeys = MetaData()
centre = MetaData()
aside = MetaData()


def _table(name: str, metadata: MetaData, keys: Kinds, columns: Kinds, *, clustered: bool = True) -> Table:
    """A STRICT table, `site_id` first in its key and, unless told otherwise, clustered by it."""
    return Table(
        name,
        metadata,
        Column("site_id", Text, primary_key=True, nullable=False),
        *(
            Column(key, kind, primary_key=True, nullable=False, autoincrement=False)
            for key, kind in keys.items()
        ),
        *(Column(column, kind, nullable=True) for column, kind in columns.items()),
        sqlite_strict=True,
        sqlite_with_rowid=not clustered,
    )


entry = _table("entry", permanent, {"log": Text, "seq": whole}, {"b": LargeBinary}, clustered=False)
checkpoint = _table("checkpoint", permanent, {"log": Text, "n": whole}, {"note": Text})
batch = _table("batch", permanent, {"log": Text, "first": whole}, {"last": whole, "manifest": Text})
receipt = _table("receipt", permanent, {"log": Text, "n": whole}, {"note": Text})
user_vault = _table("user_vault", permanent, {"uid": Text, "kind": Text}, {"gen": whole, "blob": LargeBinary})
site_key = _table("site_key", permanent, {"e": whole}, {"ct": LargeBinary})

APPEND_ONLY = (entry, checkpoint, batch, receipt)

draft = _table("draft", aside, {"uid": Text, "name": Text}, {"utc": Text, "blob": LargeBinary})
"""What somebody began and did not sign: no record, part of no history; made at the first draft."""
hold = _table("hold", aside, {"code": Text}, {"utc": Text})
"""What the last verification found wrong: nothing is signed while a row is there; made at the first finding."""

landmark = _table("landmark", books, {"log": Text, "seq": whole}, {})
frontier = _table("frontier", trees, {"log": Text}, {"n": whole, "peaks": LargeBinary})

feed = _table("feed", centre, {}, {"pos": whole, "inc": Text})
"""A centre's: the last position given out in a site's feed (a counter, never an identity column), its incarnation."""
arrival = _table("arrival", centre, {"pos": whole}, {"log": Text, "first": whole, "last": whole, "hash": Text})
quarantine = _table(
    "quarantine",
    centre,
    {"hash": Text},
    {"log": Text, "code": Text, "at": whole, "ms": whole, "raw": LargeBinary},
)
bundle = _table("bundle", centre, {"issued": Text}, {"token": Text})
"""Which sites a centre serves: their trust bundles; the newest counts."""
Index("i_arrival_hash", arrival.c.site_id, arrival.c.hash)

CENTRE_ONLY = (arrival, quarantine, bundle)
"""Append-only tables that only a centre has."""

CENTRE = (*APPEND_ONLY, *trees.sorted_tables, *centre.sorted_tables)
"""Every table of a centre: no state tables, for it reads no row, and no keys."""

dek = _table("dek", pkeys, {"pid": Text, "ver": whole}, {"dek": LargeBinary})

NOUNS: dict[str, str] = {
    "person": "name_j given_j prefix_j family_j native_j preferred_j number_j external_j mail_j login_j badge_j"
    " remarks_j absent_j class lang dept building shift manager hired gone fte reg_title",
    "posting": "pid job dept building shift valid_from valid_to main:i",
    "job": "code title dept",
    "document": "number ver title type dept lang translates supersedes owner state created approved effective ended"
    " review impact change ext file_j sha256",
    "curriculum": "code title ver",
    "requirement": "code curriculum seq:i kind subject number pass_mark:i attempts:i due_first:i due_revision:i"
    " grace:i recurrence every:i fixed early:i after valid_from valid_to remarks",
    "assignment": "job curriculum valid_from valid_to",
    "account": "pid name_j state",
    "record": "pid req doc kind needs done done_off done_zone valid_from valid_to grade dept learned learned_by taught"
    " taught_by verdict decided decided_by decision comment_j void:i",
    "setting": "value:i text",
}
"""Entity type → its columns; `:i` marks an INTEGER."""


LONG = frozenset({"person"})
"""Types whose rows are longer than a quarter of a page: clustered, each would spill into a page of its own."""


def _state_table(noun: str, spec: str) -> Table:
    columns: Kinds = {name.removesuffix(":i"): whole if name.endswith(":i") else Text for name in spec.split()}
    books: Kinds = {"_heads": Text, "_utc": Text, "_trace": Text}
    return _table(f"s_{noun}", state, {"id": Text}, {**columns, **books}, clustered=noun not in LONG)


STATE: dict[str, Table] = {noun: _state_table(noun, spec) for noun, spec in NOUNS.items()}

for _noun, _column in (
    ("posting", "pid"),
    ("record", "pid req"),
    ("requirement", "curriculum"),
    ("assignment", "job"),
    ("document", "number"),
    ("account", "pid"),
):
    _names = _column.split()
    Index(f"i_{_noun}_{_names[0]}", STATE[_noun].c.site_id, *(STATE[_noun].c[_name] for _name in _names))
