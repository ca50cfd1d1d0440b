"""`countersign init`: three people found a site at one keyboard (formats §5 "Genesis").

- Names and passwords are asked for each; a password that can't be taken is asked for again by the next run.
- What is shown is shown once: one-time-code seeds, recovery codes, recovery shares, and the Site Trust Sheet.
- The first QA manager then signs in with a first code, and the three are entered as persons with accounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.base.say import say
from app.base.words import Json, Refused
from app.domain.passwords import refuse_password
from app.proof.totp import base32, uri
from app.wiring.desktop import keep_secrets, open_site, place_of
from app.wiring.terminal import Terminal
from app.work.blocklist import common_passwords
from app.work.clocks import SystemClock
from app.work.firstday import first_day, same_twice
from app.work.found import FOUNDERS, Founded, Founder, Plan, check_names, found_site
from app.work.login import sign_out
from app.work.office import Office
from app.work.unlock import Given

KEYS = ("qa1", "qa2", "manager")


def found_at(
    folder: Path,
    secret_file: Path | None,
    terminal: Terminal,
    *,
    site: str,
    zone: str,
    domain: str,
    device: str,
) -> dict[str, Json] | Refused:
    """Found a site in `folder`. Faults of `found_site`; refuses a password that can't be taken."""
    check_names(site, domain, device, zone)
    founders: list[Founder | Refused] = []
    for key in KEYS:
        founders.append(_ask(terminal, key, site))
        refused = founders[-1] if isinstance(founders[-1], Refused) else _twice(founders)
        if refused is not None:
            return refused
    one, two, three = (founder for founder in founders if isinstance(founder, Founder))
    plan = Plan(site, domain, device, zone, (one, two, three))
    place = place_of(folder, secret_file)
    made = found_site(folder, plan, keep_secrets(secret_file, folder), SystemClock(zone), place.random)
    told = _shown_once(made, plan)
    for line in told["text"]:
        terminal.warn(line)
    try:
        refused = _first_day(folder, secret_file, terminal, made, (one, two, three))
    except BaseException:
        terminal.warn(say("init.unfinished", {"folder": str(folder)}))
        raise
    if refused is not None:
        terminal.warn(say("init.unfinished", {"folder": str(folder)}))
        return refused
    return {**told, "text": [say("init.done", {"folder": str(folder)})]}


def _twice(founders: Sequence[Founder | Refused]) -> Refused | None:
    """Why these are not three people, or None."""
    return same_twice([one for one in founders if isinstance(one, Founder)])


def _ask(terminal: Terminal, key: str, site: str) -> Founder | Refused:
    """One founder, from prompts or from `qa1.user`, `qa1.password`, `qa1.given`, `qa1.family`, `qa1.number`."""
    who = say(f"init.who.{key}")
    values = {
        name: terminal.secret(
            f"{key}.{name}", say("ask.founder", {"who": who, "what": say(f"init.what.{name}")})
        )
        for name in ("user", "given", "family", "number", "password")
    }
    asked = {"who": who, "what": say("init.what.again")}
    while terminal.prompts and values["password"] != terminal.secret(f"{key}.again", say("ask.founder", asked)):
        terminal.warn(say("init.differ"))
        values["password"] = terminal.secret(
            f"{key}.password", say("ask.founder", {"who": who, "what": say("init.what.password")})
        )
    refused = refuse_password(
        values["password"], common_passwords(), (values["user"], values["given"], values["family"], site)
    )
    if refused is not None:
        return refused
    return Founder(
        values["user"], values["password"], values["given"], None, values["family"], values["number"]
    )


def _shown_once(made: Founded, plan: Plan) -> dict[str, Json]:
    """Everything that is shown now and never again."""
    people = [
        {"username": founder.username, "role": role, "uid": person.uid, "totp": base32(person.seed),
         "uri": uri(person.seed, founder.username, f"Countersign {plan.site}"), "recovery_codes": list(person.codes)}
        for founder, person, role in zip(plan.founders, made.people, FOUNDERS, strict=True)
    ]  # fmt: skip
    sheet: dict[str, str | int] = {
        "genesis": made.genesis,
        "root": made.root,
        "recovery": made.recovery,
        "vault": made.vault,
    }
    text = [say("init.sheet", sheet)]
    for founder, person in zip(plan.founders, made.people, strict=True):
        about = {"user": founder.username, "seed": base32(person.seed), "codes": " ".join(person.codes)}
        text.append(say("init.person", about))
    for n, share in enumerate(made.shares, 1):
        text.append(say("init.share", {"n": n, "of": len(made.shares), "words": share}))
    return {
        **sheet,
        "people": people,
        "shares": list(made.shares),
        "threshold": made.threshold,
        "trust": made.trust,
        "text": text,
    }


def _first_day(
    folder: Path, secret_file: Path | None, terminal: Terminal, made: Founded, founders: tuple[Founder, ...]
) -> Refused | None:
    """Enter the three as persons and open their accounts, each opened by another of them."""
    for n, key in enumerate(KEYS[:2]):
        office = _entered(folder, secret_file, terminal, key, founders[n])
        if isinstance(office, Refused):
            return office
        try:
            answer = first_day(office, made, founders, n)
            if isinstance(answer, Refused):
                return answer
            sign_out(office)
        finally:
            office.close()
    return None


def _entered(
    folder: Path, secret_file: Path | None, terminal: Terminal, key: str, founder: Founder
) -> Office | Refused:
    """Sign a founder in with a first code; whoever types is asked again, after the wait that failures bring."""
    asked = say("ask.founder", {"who": say(f"init.who.{key}"), "what": say("init.what.code")})
    while True:
        code = terminal.secret(f"{key}.code", asked)
        office = open_site(place_of(folder, secret_file), Given(founder.username, founder.password, code))
        if not isinstance(office, Refused) or not terminal.prompts:
            return office
        terminal.warn(say(f"refused.{office.code}", office.about))
