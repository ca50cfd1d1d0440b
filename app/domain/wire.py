"""Changes as history writes them: the difference between two rows (formats §5, "Changes").

- A `Change` names the columns it touches; a field left UNSET is not touched, None empties the column.
- Column names follow from the field: `class_` is column `class`; personal values, lists and objects get `_j`.
- `difference` lists real differences only, sorted by column, so saying the same thing twice records nothing.
- An envelope can't be compared with the words it will hold; the caller opens it.
- `apply` and `unapply` are pure and exact opposites; both refuse a row that is not the one the change was made for.
- Old shapes of a change are lifted here and nowhere else.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, TypeAlias, get_args, get_origin, get_type_hints

from msgspec import UNSET, UnsetType

from app.base.words import Json, Personal, Row, Value

Text: TypeAlias = str | None | UnsetType
Whole: TypeAlias = int | None | UnsetType
Private: TypeAlias = Personal | None | UnsetType
Object: TypeAlias = Mapping[str, Json] | None | UnsetType

Difference: TypeAlias = tuple[str, Json, Json]
"""Column, value before, value after; None where there is none."""

Opened: TypeAlias = Callable[[str, Mapping[str, Json]], str | None]
"""Column and envelope to the text in it; None when it can't be opened any more (erased)."""


class Change(Value, frozen=True, kw_only=True):
    """One change of one entity. Subclasses name the act, the entity type and the columns."""

    ACT: ClassVar[str]
    NOUN: ClassVar[str]

    id: str


class Act(Value, frozen=True, kw_only=True):
    """An entry without a row: what it says stands in `body` (formats §5, "Acts")."""

    ACT: str
    NOUN: str
    id: str
    body: dict[str, Json]


def columns(change: Change) -> dict[str, Json]:
    """The columns that `change` touches and what they shall hold; personal values are still `Personal`."""
    told: dict[str, Json] = {}
    for field, column in _columns_of(type(change)):
        value = getattr(change, field)
        if value is not UNSET:
            told[column] = value if type(value) is str else _plain(value)
    return told


def difference(before: Row | None, columns: Mapping[str, Json], opened: Opened) -> list[Difference]:
    """What really differs between the row and the wanted columns, sorted by column."""
    if before is None:
        return [(column, None, after) for column, after in sorted(columns.items()) if after is not None]
    return [
        (column, before.get(column), after)
        for column, after in sorted(columns.items())
        if not _holds(before.get(column), column, after, opened)
    ]


def apply(before: Row | None, id: str, chg: Iterable[Sequence[Json]]) -> dict[str, Json]:
    """The row after `chg`. Raises ValueError when `before` is not the row that `chg` was made for."""
    return _step(before, id, chg, forward=True)


def unapply(after: Row, id: str, chg: Iterable[Sequence[Json]]) -> dict[str, Json] | None:
    """The row before `chg`, None if `chg` made it. Raises ValueError when `after` is not what `chg` left."""
    row = _step(after, id, chg, forward=False)
    return row if len(row) > 1 else None


@cache
def _columns_of(kind: type[Change]) -> tuple[tuple[str, str], ...]:
    """(field, column) of every field but `id`, in the order of the columns."""
    hints = get_type_hints(kind)
    fields = (field for field in kind.__struct_fields__ if field != "id")
    return tuple(sorted((field, field.rstrip("_") + _suffix(hints[field])) for field in fields))


def _suffix(hint: Any) -> str:
    kinds = get_args(hint) or (hint,)
    packed = any(kind is Personal or get_origin(kind) in (Mapping, list, dict, tuple) for kind in kinds)
    return "_j" if packed else ""


def _plain(value: Json) -> Json:
    """Booleans are 0 or 1 in a row, and a tuple comes back from the store as a list."""
    if isinstance(value, bool):
        return int(value)
    return list(value) if isinstance(value, tuple) else value


def _holds(held: Json, column: str, after: Json, opened: Opened) -> bool:
    if isinstance(after, Personal) and isinstance(held, Mapping):
        return opened(column, held) == unicodedata.normalize("NFC", after.text)
    return _same(held, after)


def _same(one: Json, other: Json) -> bool:
    """Equality that keeps 1 and True apart."""
    return type(one) is type(other) and bool(one == other)


def _step(row: Row | None, id: str, chg: Iterable[Sequence[Json]], *, forward: bool) -> dict[str, Json]:
    made: dict[str, Json] = {"id": id, **(row or {})}
    if made["id"] != id:
        raise ValueError(f"a change of {id} can't be applied to {made['id']}")
    last = ""
    for column, before, after in chg:
        if column <= last or column == "id" or _same(before, after):
            raise ValueError(f"{column}: a change lists each column once, in order, and only real differences")
        old, new = (before, after) if forward else (after, before)
        if not _same(made.get(column), old):
            raise ValueError(f"{'BEFORE' if forward else 'AFTER'} mismatch in column {column}")
        made[column] = new
        last = column
    return {column: value for column, value in made.items() if value is not None}
