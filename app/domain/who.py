"""Who asks: the person behind an account, and the role that the person acts in.

- Rules about people compare `pid`, never `uid`: one person with two accounts is still one person (decision 16).
"""

from __future__ import annotations

from app.base.words import Value


class Who(Value, frozen=True, kw_only=True):
    """`uid` account, `pid` its person, `role` acted in, `lvl` `full` or `password`, `sess` null for a second person."""

    uid: str
    pid: str
    role: str
    lvl: str
    sess: str | None
