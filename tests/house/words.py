"""The word catalogue against the code: every code that can be said has its sentence, and none is left over.

- A code stands where its type is made: `Refused("noun.reason", …)`, `Fault(…)`, `Reason(code=…)`, `Defect(…)`.
- A finding of the audit is a code in capitals, made by `Finding(…)` or added to the findings.
- Codes built at run time are listed in BUILT by the f-string that builds them, with what it can become.
"""

from __future__ import annotations

import ast
import string
from collections.abc import Iterable, Iterator, Mapping

from tests.house.sources import Source, called, calls

FAMILIES = {
    "Refused": "refused",
    "Fault": "fault",
    "CannotDecide": "fault",
    "Reason": "reason",
    "Defect": "defect",
    "Finding": "finding",
}

TWO_SENTENCES = {"fault", "defect"}
"""Families whose codes also have a sentence `.do`, what to do about it."""

BUILT: dict[str, tuple[str, ...]] = {
    "record.{'not_yet' if record.get('verdict') == 'NOT_YET' else 'rejected'}": (
        "record.not_yet",
        "record.rejected",
    ),
}


def _choices(node: ast.expr) -> Iterator[str]:
    """The codes that an expression can become, as far as they stand there."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _choices(node.body)
        yield from _choices(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        yield from BUILT.get(ast.unparse(node)[2:-1], (ast.unparse(node),))


def _code(call: ast.Call) -> ast.expr | None:
    """The argument of a call that is its code."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
    return named[0] if named else call.args[0] if call.args else None


def _given(call: ast.Call) -> set[str] | None:
    """The names that fill the sentence, where they stand in the call; None where they are computed."""
    about = [k.value for k in call.keywords if k.arg == "about"] + [
        a for a in call.args[1:] if not isinstance(a, ast.Starred)
    ]
    if any(keyword.arg is None for keyword in call.keywords) or len(about) > 1:
        return None
    if not about:
        return {keyword.arg for keyword in call.keywords if keyword.arg}
    keys = about[0].keys if isinstance(about[0], ast.Dict) else [None]
    if not all(isinstance(key, ast.Constant) for key in keys):
        return None
    return {str(key.value) for key in keys if isinstance(key, ast.Constant)}


def _family(source: Source, call: ast.Call) -> str | None:
    """The family of codes that a call makes one of; why-codes of entries (R01 …) are another Reason."""
    name = called(call)
    if name == "add" and source.name.startswith("app/audit/"):
        name = "Finding" if call.args and next(_choices(call.args[0]), "").isupper() else ""
    family = FAMILIES.get(name)
    return None if family == "reason" and not source.name.startswith("app/domain/") else family


def said(found: Iterable[Source]) -> Iterator[tuple[str, str, set[str] | None]]:
    """Place, catalogue id and the names given, for every code made in the sources."""
    for source in found:
        for call in calls(source):
            family, code = _family(source, call), _code(call)
            if family is not None and code is not None:
                for choice in _choices(code):
                    # A defect fills its own sentence.
                    given = None if family == "defect" else _given(call)
                    yield f"{source.name}:{call.lineno}", f"{family}.{choice}", given


def speechless(found: Iterable[Source], catalogue: Mapping[str, str]) -> list[str]:
    """Codes without their sentence, or without the one that says what to do."""
    return [
        f"{place} {key}"
        for place, code, _ in said(found)
        for key in ([code, f"{code}.do"] if code.split(".")[0] in TWO_SENTENCES else [code])
        if key not in catalogue
    ]


def gaps(sentence: str) -> set[str]:
    """The names that a sentence asks for."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def unfilled(found: Iterable[Source], catalogue: Mapping[str, str]) -> list[str]:
    """Places that make a code without a name that its sentence asks for."""
    return [
        f"{place} {code} lacks {sorted(wanted - given)}"
        for place, code, given in said(found)
        if given is not None
        for wanted in [gaps(catalogue.get(code, "") + catalogue.get(f"{code}.do", ""))]
        if wanted - given
    ]


def unused(found: Iterable[Source], catalogue: Mapping[str, str]) -> list[str]:
    """Sentences whose code stands nowhere in the sources, in the families that are made by type."""
    literals = {
        node.value
        for source in found
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    } | {code for codes in BUILT.values() for code in codes}
    families = set(FAMILIES.values()) - {"finding"}  # formats §9 lists more than one program finds
    keys = [(key, *key.partition(".")[::2]) for key in catalogue]
    return [
        key for key, family, code in keys if family in families and code.removesuffix(".do") not in literals
    ]
