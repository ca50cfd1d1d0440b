"""Checkpoints: one spelling, one log, one key."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.proof.notes import NoteBad, key_id, open_checkpoint, sign_checkpoint

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key()
LOG = "countersign.local.invalid/kilda/dev1/0"
ROOT = bytes(range(32))
NOTE = sign_checkpoint(LOG, 1234, ROOT, KEY)


def resigned(text: str, *, name: str = LOG, kind: bytes = b"\x01") -> str:
    """A note over any text, signed as a misled device would."""
    line = key_id(name, PUBLIC) + KEY.sign(text.encode())
    return f"{text}\n\u2014 {name} {base64.b64encode(line).decode()}\n"


@pytest.mark.req("R-AUD-07", "R-AUD-09")
def test_the_vector_notes_are_made_and_read(vectors):
    vector = vectors("chain")
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(vector["notes_key"]["seed"]))
    assert key.public_key().public_bytes_raw().hex() == vector["notes_key"]["public"]
    for size, note in vector["notes"].items():
        root = bytes.fromhex(vector["roots"][int(size)])
        assert sign_checkpoint(vector["log"], int(size), root, key) == note
        opened = open_checkpoint(note, vector["log"], key.public_key())
        assert (opened.origin, opened.size, opened.root) == (vector["log"], int(size), root)


def test_no_byte_of_a_note_may_change():
    raw = NOTE.encode()
    for at in range(len(raw)):
        for bit in (1, 0x20):
            changed = (raw[:at] + bytes([raw[at] ^ bit]) + raw[at + 1 :]).decode("utf-8", "surrogateescape")
            with pytest.raises(NoteBad):
                open_checkpoint(changed, LOG, PUBLIC)


def test_no_character_of_a_note_may_be_missing_or_more():
    for at in range(len(NOTE)):
        for changed in (
            NOTE[:at] + NOTE[at + 1 :],
            NOTE[:at],
            NOTE[:at] + "\n" + NOTE[at:],
            NOTE[:at] + "0" + NOTE[at:],
        ):
            with pytest.raises(NoteBad):
                open_checkpoint(changed, LOG, PUBLIC)


def test_a_note_of_another_log_or_key_is_refused():
    other = LOG.replace("dev1", "dev2")
    with pytest.raises(NoteBad, match="another log"):
        open_checkpoint(NOTE, other, PUBLIC)
    with pytest.raises(NoteBad, match="another key"):
        open_checkpoint(NOTE, LOG, Ed25519PrivateKey.generate().public_key())
    body = NOTE.partition("\n\n")[0] + "\n"
    with pytest.raises(NoteBad, match="another log"):
        open_checkpoint(resigned(body, name=other), LOG, PUBLIC)


@pytest.mark.parametrize(
    "body",
    [
        "{log}\n01234\n{root}\n", "{log}\n+1234\n{root}\n", "{log}\n 1234\n{root}\n", "{log}\n1234.0\n{root}\n",
        "{log}\n-1\n{root}\n", "{log}\n\n{root}\n", "{log}\n1234\n{root}\nextension\n", "{log}\n1234\n{root}=\n",
        "{log}\n1234\n{short}\n", "{log}\n1234\n{url}\n", "{log}\n1234\n{loose}\n", "{log}\r\n1234\n{root}\n",
        "{log}\n1234\n{root}", "{log}\n9007199254740992\n{root}\n", "{log}\n\u0661\n{root}\n", "\n{log}\n1234\n{root}\n",
        "{log} \n1234\n{root}\n",
    ],
)  # fmt: skip
def test_another_spelling_is_refused_even_when_it_is_signed(body):
    """The last character of 32 bytes in base64 has two spare bits; `loose` sets one."""
    root = base64.b64encode(b"\xff\xfe" + ROOT[2:]).decode()
    loose = root[:-2] + chr(ord(root[-2]) + 1) + "="
    text = body.format(log=LOG, root=root, short=base64.b64encode(ROOT[:31]).decode(), loose=loose,
                       url=root.replace("+", "-").replace("/", "_"))  # fmt: skip
    with pytest.raises(NoteBad):
        open_checkpoint(resigned(text), LOG, PUBLIC)


def test_the_same_body_resigned_is_accepted():
    """So that the refusals above are for their spelling, not for how the test signs."""
    body = f"{LOG}\n1234\n{base64.b64encode(ROOT).decode()}\n"
    assert resigned(body) == NOTE
    assert open_checkpoint(resigned(body), LOG, PUBLIC).size == 1234


def test_a_second_signature_or_a_loose_one_is_refused():
    line = NOTE.splitlines()[-1]
    loose = NOTE[:-3] + chr(ord(NOTE[-3]) + 1) + "=\n"
    for wrong in (NOTE + line + "\n", NOTE[:-1], NOTE + "\n", NOTE.replace("\u2014", "-"), loose):
        with pytest.raises(NoteBad):
            open_checkpoint(wrong, LOG, PUBLIC)


def test_a_key_id_names_the_log_and_the_type():
    """C2SP signed-note: the id covers name, type byte and key."""
    other = Ed25519PrivateKey.generate().public_key()
    assert len({key_id(LOG, PUBLIC), key_id(LOG + "x", PUBLIC), key_id(LOG, other)}) == 3


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [
        ("", 1, ROOT), ("Upper/case", 1, ROOT), ("a b", 1, ROOT), ("a\nb", 1, ROOT), ("a//b", 1, ROOT), ("/a", 1, ROOT),
        ("a/", 1, ROOT), ("-a", 1, ROOT), (LOG, -1, ROOT), (LOG, 2**53, ROOT), (LOG, 1, ROOT[:31]), (LOG, 1, ROOT + b"x"),
        (LOG + "\n", 1, ROOT),
    ],
)  # fmt: skip
def test_a_checkpoint_out_of_form_is_not_signed(origin, size, root):
    with pytest.raises(ValueError):
        sign_checkpoint(origin, size, root, KEY)


def test_the_largest_size_is_read_back():
    note = sign_checkpoint(LOG, 2**53 - 1, ROOT, KEY)
    assert open_checkpoint(note, LOG, PUBLIC).size == 2**53 - 1
    assert open_checkpoint(sign_checkpoint(LOG, 0, ROOT, KEY), LOG, PUBLIC).size == 0
