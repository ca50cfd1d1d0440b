"""What a password must be (decision 13; R-ACC-07; SP 800-63B-4 §3.1.1).

- At least 15 characters, counted after normalisation; no rules of composition, no forced change.
- Not one that many people chose, not one of them with digits and signs around it, not one pattern over and over.
- Not built around the person's names, the user name, the product or the site.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import normalize

from app.base.words import Refused

LEAST = 15
LONGEST = 256
PRODUCT = ("countersign",)
SHORTEST_WORD = 4
EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
CORE = re.compile(r"[^\W\d_](?:.*[^\W\d_])?", re.DOTALL)
REPEATED = re.compile(rf"(.{{1,{LEAST - 1}}}?)\1+.?", re.DOTALL)


def refuse_password(password: str, common: frozenset[str], words: Iterable[str]) -> Refused | None:
    """Why `password` can't be taken, or None. `common`: chosen by many, lower case; `words`: names, site, user name."""
    text = normalize("NFC", password)
    if len(text) < LEAST:
        return Refused("password.too_short", {"least": LEAST})
    if len(text) > LONGEST:
        return Refused("password.too_long", {"most": LONGEST})
    folded = text.casefold()
    over_and_over = REPEATED.fullmatch(folded) or REPEATED.fullmatch(EDGES.sub("", folded))
    if _cores(folded) & common or over_and_over or len(set(folded)) < LEAST // 3:
        return Refused("password.common")
    own = {word for text in (*PRODUCT, *words) for word in _words(text)}
    without = folded
    for word in sorted(own, key=len, reverse=True):
        without = without.replace(word, "")
    # What is left once every such word is taken away must still carry the password.
    enough = len(EDGES.sub("", without)) >= LEAST // 2 or without == folded
    return None if enough else Refused("password.about_you")


def _cores(text: str) -> set[str]:
    """The text with fewer and fewer of the digits and signs around it; a common one may begin with signs of its own."""
    core = CORE.search(text)
    if core is None:
        return {text}
    ends = range(core.end(), len(text) + 1)
    return {text[begin:end] for begin in range(core.start() + 1) for end in ends}


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\W_]+", text.casefold()) if len(word) >= SHORTEST_WORD]
