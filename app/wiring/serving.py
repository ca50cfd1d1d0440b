"""`centre init | import | serve | check`: the centre from the command line.

- Without --postgres it keeps everything in its folder; with it, `init` and `import` are the database owner's acts, and
  `serve` logs in as the ingest role.
- A database's password comes from libpq's own places (PGPASSFILE, PGPASSWORD), or from stdin as `database-password=`.
- Without a certificate of the organisation's it answers on loopback only, under one that it made for itself.
"""

from __future__ import annotations

import ipaddress
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TextIO

from app.base.codec import pack
from app.base.faults import CannotDecide, Fault
from app.base.say import say
from app.base.words import Json, Refused
from app.central.admit import Centre
from app.central.check import FEED
from app.central.serve import Listen, json_log
from app.proof.vaultfile import replace_file
from app.wiring.calling import refuse_out, run, told
from app.wiring.postgres import postgres_database
from app.wiring.service import (
    HOST,
    Database,
    check_centre,
    import_site,
    init_centre,
    open_centre,
    own_files,
    readable,
    serve_centre,
)
from app.wiring.terminal import FOUND, OK
from app.work.clocks import SystemClock

ROLE = "centre_ingest"
PLACE = re.compile(r"(?P<host>[^:\[\]]+|\[[0-9A-Fa-f:.]+\]):(?P<port>[0-9]{1,5})")
PORTS = 65536
ASKED = "database-password"


def init(
    folder: Path,
    *,
    name: str,
    region: str,
    postgres: str | None = None,
    role: str = ROLE,
    out: Path | None = None,
) -> int:
    """Make a centre in FOLDER: its keys, and its tables; prints what QA of each site records of it.

    --postgres names the database as its owner sees it, --role the ingest role, which must exist; --out also writes
    the public members into a file.
    """
    refused = None if out is None else refuse_out(out)
    if refused is not None:
        return told(refused)
    public = init_centre(folder, name, region, _database(postgres, role=role))
    if out is not None:
        replace_file(out, pack(public) + b"\n")
    return told({"public": public, "text": [say("centre.made", {"folder": str(folder)}), _lines(public)]})


def take(folder: Path, bundle: Path, *, root: str | None = None, postgres: str | None = None) -> int:
    """Take a site's trust bundle in: from then on the centre in FOLDER receives what the site's devices seal.

    --root is the fingerprint from the Site Trust Sheet; without it the first bundle of a site is believed.
    """
    try:
        token = bundle.read_text(encoding="ascii")
    except (OSError, ValueError):
        raise CannotDecide("trust.unreadable", file=bundle.name) from None
    with _centre(folder, _database(postgres)) as centre:
        answer = import_site(centre, token, root)
        own = centre.keys.name
    if isinstance(answer, Refused):
        return told(answer)
    shown = {**answer, "devices": ", ".join(answer["devices"])}
    text = [say("centre.taken", shown)]
    if root is None:
        text.append(say("centre.compare", shown))
    if not answer["names_us"]:
        text.append(say("centre.unnamed", {"site": answer["site"], "name": own}))
    return told({**answer, "text": text})


def serve(
    folder: Path,
    *,
    listen: str = "127.0.0.1:8443",
    cert: Path | None = None,
    key: Path | None = None,
    postgres: str | None = None,
    alone: bool = False,
    log: Path | None = None,
) -> int:
    """Answer for the centre in FOLDER until Ctrl+C or SIGTERM, with TLS; the log is JSON, on stderr or in --log.

    --cert and --key are PEM files; without them it answers on this computer only, under an authority of its own whose
    file it names. --postgres is the database as the ingest role sees it; --alone says that no standby is meant to exist.
    """
    with _centre(folder, _database(postgres, alone=alone)) as centre:
        ca, place = _place(folder, listen, cert, key)
        name = centre.keys.name
        if postgres is None:
            readable(centre)
        with _log_file(log) as file:
            serve_centre(centre, place, log=json_log(file), begun=lambda port: _announce(name, place, port, ca))
    run().terminal.tell(say("centre.ended"))
    return OK


def check(folder: Path, *, postgres: str | None = None) -> int:
    """Read everything that the centre in FOLDER holds again, and hold it against the receipts that it gave."""
    progress = run().terminal.progress(say("centre.checking"))
    with _centre(folder, _database(postgres)) as centre, progress as tick:
        answer = check_centre(centre, tick)
    findings = [{**one, "say": say(f"finding.{one['code']}")} for one in answer["findings"]]
    counts = ", ".join(f"{answer[name]} {name}" for name in ("sites", "batches", "entries"))
    text = [say("verify.findings" if findings else "verify.sound", {"counts": counts})]
    text += [f"{one['code']}  {_where(one)}\n        {one['say']}" for one in findings]
    return told({**answer, "findings": findings, "exit": FOUND if findings else OK, "text": text})


def _database(url: str | None, *, role: str = ROLE, alone: bool = False) -> Database | None:
    """The PostgreSQL that was named, or None for the file in the folder. Fault `centre.told_password`."""
    if url is None:
        return None
    terminal = run().terminal
    password = terminal.secret(ASKED) if terminal.from_stdin else None
    return postgres_database(url, password, role=role, alone=alone)


@contextmanager
def _centre(folder: Path, database: Database | None) -> Iterator[Centre]:
    """The centre in a folder, its connections closed at the end."""
    centre = open_centre(folder, SystemClock("UTC"), database)
    with closing(centre.pool):
        yield centre


@contextmanager
def _log_file(path: Path | None) -> Iterator[TextIO]:
    if path is None:
        yield sys.stderr
        return
    try:
        file = path.open("a", encoding="utf-8")
    except OSError:
        raise Fault("centre.log", file=path.name) from None
    with file:
        yield file


def _place(folder: Path, listen: str, cert: Path | None, key: Path | None) -> tuple[Path | None, Listen]:
    """(the authority that it made for itself, where to listen). Faults `centre.listen`, `centre.needs_certificate`."""
    found = PLACE.fullmatch(listen)
    if found is None or int(found["port"]) >= PORTS:
        raise Fault("centre.listen", text=listen)
    host, port = found["host"].strip("[]"), int(found["port"])
    if cert is not None and key is not None:
        return None, Listen(host=host, port=port, chain=cert, key=key)
    if cert is not None or key is not None or not _loopback(host):
        raise Fault("centre.needs_certificate", host=host)
    ca, own = own_files(folder, port)
    return ca, Listen(host=own.host if host == HOST else host, port=port, chain=own.chain, key=own.key)


def _loopback(host: str) -> bool:
    try:
        return host == HOST or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _announce(name: str, listen: Listen, port: int, ca: Path | None) -> None:
    """Say where it answers, as soon as it does."""
    shown = HOST if ca is not None else f"[{listen.host}]" if ":" in listen.host else listen.host
    about = {"centre": name, "address": f"https://{shown}:{port}", "ca": "" if ca is None else str(ca)}
    members: dict[str, Json] = {**about, "ca": None if ca is None else str(ca)}
    told({**members, "text": [say("centre.serves" if ca is None else "centre.serves_here", about)]})
    sys.stdout.flush()


def _where(one: Mapping[str, Json]) -> str:
    """Where a finding of the check is: an entry of a log, or a place in the order of arrival."""
    return say("centre.place", one) if one["log"] == FEED else f"{one['log']} {one['seq']}"


def _lines(public: dict[str, Json]) -> str:
    return pack(public).decode("ascii")
