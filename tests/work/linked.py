"""A small founded site and a small real centre that it knows, joined over TLS."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from app.base.words import Done
from app.domain.settings import ChangeSetting
from app.proof.device import Device, new_device
from app.proof.esign import thumbprint
from app.work.centres import record_centre
from app.work.ceremony import signer_of_session
from app.work.courier import HttpsCourier, Patience
from app.work.devices import apply_with, enrol_device, join_site, take_over
from app.work.login import sign_in, sign_out
from app.work.office import Office
from app.work.perform import perform
from app.work.secretfile import FileSecrets, create_file
from app.work.sign import Signer
from app.work.sync import SyncReport, sync_once
from tests.work.founded import ZONE, Small
from tests.work.smallcentre import SmallCentre

QUICK = Patience(tries=3, base=0.001, cap=0.01)


def signer(small: Small, office: Office, name: str = "anna") -> Signer:
    """The founder who is signed in, for one signing."""
    made = signer_of_session(office, small.typed(name))
    assert isinstance(made, Signer), made
    return made


def courier_to(address: str, ca: Path, patience: Patience = QUICK) -> HttpsCourier:
    """A courier that soon gives up."""
    return HttpsCourier(address, ca, random=os.urandom, patience=patience)


class Linked:
    """`small` in session of anna, `centre` open, `courier` between them."""

    def __init__(self, folder: Path, *, record: bool = True, **about: Any) -> None:
        self.folder = folder
        self.small = Small(folder / "one")
        self.office = self.small.enter()
        self.centre = SmallCentre(folder, **about)
        self.address = self.centre.open()
        self.courier = courier_to(self.address, self.centre.ca_file)
        if record:
            self.record()

    def record(self, **changes: Any) -> None:
        """Have anna record the centre."""
        given = self.small.typed("anna")
        made = signer_of_session(self.office, given)
        assert isinstance(made, Signer)
        done = record_centre(self.office, self.centre.descriptor(**changes), made, given)
        assert isinstance(done, Done), done

    def change(self, office: Office | None = None, hours: int = 48, name: str = "anna") -> None:
        """One signed change of a setting."""
        here = office or self.office
        done = perform(here, ChangeSetting(name="late_h", value=hours, why="X"), signer(self.small, here, name))
        assert isinstance(done, Done), done

    def sync(self, office: Office | None = None) -> SyncReport:
        """One meeting that must come to something."""
        answer = sync_once(office or self.office, self.courier)
        assert isinstance(answer, SyncReport), answer
        return answer

    def again(self, name: str = "anna") -> Office:
        """Sign out, meet the centre, sign in again."""
        sign_out(self.office)
        self.sync()
        self.office.close()
        self.office = self.small.enter(name)
        return self.office

    def close(self) -> None:
        """End everything."""
        self.courier.close()
        self.centre.close()
        self.office.close()


class Second:
    """A further device of the site: its folder, its secrets, and `who` in session on it."""

    def __init__(self, linked: Linked, id: str = "dev2", who: str = "bram", *, sent: bool = True) -> None:
        """With `sent` the first device has met the centre before its folder is copied."""
        self.linked, self.small = linked, linked.small
        self.device: Device = new_device(os.urandom)
        told = apply_with(self.device, id, linked.office.tail.log)
        done = enrol_device(linked.office, told, told.fingerprint, signer(self.small, linked.office))
        assert isinstance(done, Done), done
        self.log, office = told.log, linked.office
        assert office.standing.log_of_device(self.device.jkt, thumbprint) == self.log
        self.folder = linked.folder / id / "site"
        self.folder.parent.mkdir()
        self.secret_file = self.folder.parent / "device-secret"
        create_file(self.secret_file, office.vault.vault, office.ds, self.device, self.folder)
        if sent:
            linked.again()
        sign_out(linked.office)
        linked.office.close()
        take_over(self.small.site, self.folder, id, self.log, self.secrets())
        joined = join_site(
            self.folder, self.secrets(), self.small.clock, os.urandom, self.small.typed(who), ZONE
        )
        assert isinstance(joined, Done), joined
        linked.office = self.small.enter()
        self.office = self.enter(who)

    def secrets(self) -> FileSecrets:
        """The second device's own."""
        return FileSecrets.found(self.secret_file, self.folder)

    def enter(self, name: str = "bram") -> Office:
        """Sign one of the three in there."""
        made = sign_in(self.folder, self.secrets(), self.small.clock, os.urandom, self.small.typed(name), ZONE)
        assert isinstance(made, Office), made
        return made

    def close(self) -> None:
        """Close the folder."""
        self.office.close()
