"""Where something is in the window: a page and what it shows; written as text that can be pasted into a report.

- `countersign:person/HB10032`, `countersign:history`, `countersign:person/HB10032/signed`.
- The parts are quoted as in a URL, so that any number or id can stand there.
"""

from __future__ import annotations

from urllib.parse import quote, unquote

from app.base.words import Value

SCHEME = "countersign:"


class Address(Value, frozen=True):
    """A page by name; `id` of what it shows, `part` of that."""

    page: str
    id: str = ""
    part: str = ""

    def __str__(self) -> str:
        parts = (
            [self.page, self.id, self.part] if self.part else [self.page, self.id] if self.id else [self.page]
        )
        return SCHEME + "/".join(quote(part, safe="") for part in parts)


def parse(text: str) -> Address | None:
    """The address that a text is, or None."""
    told = text.strip()
    if not told.startswith(SCHEME):
        return None
    parts = [unquote(part) for part in told.removeprefix(SCHEME).split("/")]
    if not 1 <= len(parts) <= 3 or not parts[0].isidentifier():
        return None
    return Address(
        page=parts[0], id=parts[1] if len(parts) > 1 else "", part=parts[2] if len(parts) > 2 else ""
    )
