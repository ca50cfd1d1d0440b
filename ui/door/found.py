"""Founding a site at one keyboard: the site, three people, their sheets, two first codes (formats §5 "Genesis").

- Each of the three types a password alone and sees a sheet alone; the page says who sits there now.
- What is shown once can be printed or saved, and the window says that it is never shown again.
- Nothing is written before the last of the three has typed; a founding that is cut leaves no site.
- Passwords are forgotten with the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from app.base.say import say
from app.work.found import Founder, Plan
from ui.door.asking import PersonForm, SiteForm
from ui.door.handing import Handing, Trust, trust_sheet
from ui.door.words import told

if TYPE_CHECKING:
    from app.base.words import Refused
    from ui.door.behind import Begun, Behind
    from ui.lane import Lane

WRONG = frozenset({"signing.wrong", "login.failed"})
WHO = ("qa1", "qa2", "manager")


class Founding(QStackedWidget):
    """The pages in their order. Emits `done` with the first user ID, `left` when somebody turns back."""

    done = Signal(str)
    left = Signal()

    def __init__(self, behind: Behind, lane: Lane) -> None:
        super().__init__()
        self._behind, self._lane = behind, lane
        self._founders: list[Founder] = []
        self._begun: Begun | None = None
        self.site = SiteForm()
        self.site.given.connect(self._site_given)
        self.site.left.connect(self.left)
        self.addWidget(self.site)

    @property
    def is_open(self) -> bool:
        """Whether a site was founded whose people were not all entered: closing now would strand it."""
        return self._begun is not None

    def _site_given(self) -> None:
        self.site.busy(on=True)
        behind, given = self._behind, self.site.given_names()
        self._lane.ask(self, lambda _ticket: behind.check(*given), lambda _done: self._ask(), self.site.fault)

    def _ask(self) -> None:
        self.site.busy(on=False)
        self._show(self._form())

    def _form(self) -> PersonForm:
        n = len(self._founders)
        form = PersonForm(WHO[n], n + 1)
        form.given.connect(lambda founder: self._given(form, founder))
        form.left.connect(self._turn_back)
        return form

    def _turn_back(self) -> None:
        if not self._founders:
            preferred = QSizePolicy.Policy.Preferred
            self.site.setSizePolicy(preferred, preferred)
            self.setCurrentWidget(self.site)
            return
        self._founders.pop()
        self._show(self._form())

    def _given(self, form: PersonForm, founder: Founder) -> None:
        form.busy(on=True)
        behind, all_of = self._behind, (*self._founders, founder)
        site = self.site.given_names()[0]

        def answered(refused: Refused | None) -> None:
            if refused is not None:
                form.refuse(say(f"refused.{refused.code}", refused.about))
                return
            self._founders.append(founder)
            if len(self._founders) < len(WHO):
                self._show(self._form())
            else:
                self._found(form)

        self._lane.ask(self, lambda _ticket: behind.refuse_founder(all_of, site), answered, form.fault)

    def _found(self, form: PersonForm) -> None:
        site, domain, device, zone = self.site.given_names()
        one, two, three = self._founders
        plan = Plan(site, domain, device, zone, (one, two, three), self.site.contact.text().strip())
        behind = self._behind

        def failed(error: Exception) -> None:
            self._founders.pop()
            form.fault(error)

        self._lane.ask(self, lambda _ticket: behind.found(plan), self._founded, failed)

    def _founded(self, begun: Begun) -> None:
        self._begun = begun
        self._hand(0)

    def _hand(self, n: int) -> None:
        if self._begun is None:
            return
        if n == len(WHO):
            made = self._begun.made
            page = Trust(trust_sheet(self._begun.plan.site, made.genesis, made.root, made.recovery, made.vault))
            page.done.connect(self._finish)
            self._show(page)
            return
        handing = Handing(self._begun.sheets[n], self._begun.made.shares[n], WHO[n], asks=n < 2)
        handing.given.connect(lambda code: self._code(handing, n, code))
        self._show(handing)

    def _code(self, handing: Handing, n: int, code: str) -> None:
        begun = self._begun
        if begun is None or not handing.asks:
            self._hand(n + 1)
            return
        handing.busy(on=True)

        def answered(refused: Refused | None) -> None:
            if refused is None:
                self._hand(n + 1)
            else:
                wrong = refused.code in WRONG
                handing.refuse(say("ui.sheet.wrong" if wrong else f"refused.{refused.code}", refused.about))

        def failed(error: Exception) -> None:
            handing.refuse(" ".join(told(error)))

        self._lane.ask(self, lambda _ticket: begun.begin(n, code), answered, failed)

    def _finish(self) -> None:
        user, self._begun = self._founders[0].username, None
        self._founders.clear()
        self.done.emit(user)

    def _show(self, page: QWidget) -> None:
        """Show a page and destroy the one before, with what was typed in it."""
        before = self.currentWidget()
        # The site's form stays; it must not make a lower page as tall as itself.
        ignored = QSizePolicy.Policy.Ignored
        self.site.setSizePolicy(ignored, ignored)
        self.addWidget(page)
        self.setCurrentWidget(page)
        if before is not None and before is not self.site:
            self.removeWidget(before)
            before.deleteLater()
