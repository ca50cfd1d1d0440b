"""From a folder's name to a site: demo folders, plain ones, and where the secrets are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.base.faults import Fault
from app.wiring.desktop import keep_secrets, open_site, place_of
from app.work.clocks import ShiftedClock, SystemClock
from app.work.secretfile import FileSecrets
from app.work.unlock import Given
from tests.work.founded import Small
from tests.work.seeing import code_of


def test_a_demo_is_found_from_its_folder_and_from_the_site_within(demo_dir: Path) -> None:
    for data in (demo_dir, demo_dir / "site"):
        place = place_of(data)
        assert place.folder == demo_dir / "site" and place.secret_file == demo_dir / "device-secret"
        assert isinstance(place.clock("Europe/Amsterdam"), ShiftedClock)
        assert place.zone(place.secrets()) == "Europe/Amsterdam"


def test_another_folder_beside_a_demo_is_no_part_of_it(demo_dir: Path, tmp_path: Path) -> None:
    shutil.copy(demo_dir / "demo-secrets.json", tmp_path)
    (tmp_path / "other").mkdir()
    place = place_of(tmp_path / "other")
    assert place.folder == tmp_path / "other" and place.demo is None and place.secret_file is None
    assert isinstance(place.clock("UTC"), SystemClock)


def test_a_named_secret_file_wins_and_must_be_of_this_vault(demo_dir: Path, tmp_path: Path) -> None:
    other = Small(tmp_path)
    place = place_of(demo_dir, other.secret_file)
    with pytest.raises(Fault) as told:
        place.secrets()
    assert told.value.code == "secret_file.other_vault"
    plain = place_of(other.site, other.secret_file)
    assert isinstance(plain.secrets(), FileSecrets) and plain.zone(plain.secrets()) == "Europe/Amsterdam"


def test_a_folder_without_a_site_is_told(tmp_path: Path) -> None:
    with pytest.raises(Fault) as told:
        place_of(tmp_path).secrets()
    assert told.value.code == "store.missing"


@pytest.mark.req("R-ACC-06")
def test_a_wrong_password_opens_nothing(tmp_path: Path) -> None:
    small = Small(tmp_path)
    answer = open_site(
        place_of(small.site, small.secret_file), Given("anna", "nothing of hers at all", "123456")
    )
    assert code_of(answer) == "login.failed"


def test_secrets_are_never_kept_inside_the_folder(tmp_path: Path) -> None:
    keep = keep_secrets(tmp_path / "site" / "secret", tmp_path / "site")
    with pytest.raises(Fault) as told:
        Small(tmp_path, keep=keep)
    assert told.value.code == "secret_file.inside" and not (tmp_path / "site").exists()


@pytest.mark.parametrize("text", [b"", b"{not json", b"[]", b'{"site":"site"}'])
def test_a_damaged_note_of_a_demo_is_said_in_words(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "demo-secrets.json").write_bytes(text)
    with pytest.raises(Fault) as caught:
        place_of(tmp_path)
    assert caught.value.code == "demo.damaged" and caught.value.what_to_do()
