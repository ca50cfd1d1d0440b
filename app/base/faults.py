"""The world's failures.

- A Fault is raised when the world breaks: a full disk, a wrong key, a damaged store, no keyring.
- It carries a code and what the sentence needs; the sentences lie in the word catalogue under
  `fault.<code>` (what happened and what was kept) and `fault.<code>.do` (what to do).
- A refusal by the rules is not a Fault: see words.Refused. Anything else that is raised is a bug.
"""

from __future__ import annotations

from app.base.say import say


class Fault(Exception):
    """Something outside the program failed. `code` is `noun.reason`."""

    def __init__(self, code: str, **about: str | int) -> None:
        super().__init__(code, about)
        self.code = code
        self.about = about

    def plain(self) -> str:
        """What happened and what was kept, in one sentence."""
        return say(f"fault.{self.code}", self.about)

    def what_to_do(self) -> str:
        """The next step, in one sentence."""
        return say(f"fault.{self.code}.do", self.about)

    def __str__(self) -> str:
        return self.plain()


class CannotDecide(Fault):
    """A check can't be made for want of a key or of readable input (exit code 2)."""
