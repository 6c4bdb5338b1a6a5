"""Who would get what, said before anything is made: by `check`, and by `run --dry-run`."""

import json
from pathlib import Path

from tests.archive.mailing import addresses, lets_mail, lists

from .test_run import DUE, EDITION, SLOT, at, seen

__all__ = ["seen"]
TYPO = "bob@exmaple.org"
NOT_IN = "its domain is not in domains of config/recipients.toml"


def _folder(home: Path) -> Path:
    """A folder that nobody has marked, in the list."""
    shared = home.parent / "shared"
    shared.mkdir(exist_ok=True)
    with (home / "config/recipients.toml").open("a") as file:
        file.write(f'[folder.share]\npath = "{shared}"\n')
    return shared


def test_check_says_who_gets_what(seen: Path) -> None:
    """Groups and numbers; whom nothing can reach, with the reason; and it warns of these: 0."""
    assert "weekly, all: goes to nobody\n" in at(DUE, "check", cwd=seen).done().said
    lets_mail(seen, 9)
    more = 'suppressed = ["dan@example.org"]'
    lists(seen, {"command": [*addresses("ann", "dan"), TYPO], "desk": addresses("cid")}, more)
    shared = _folder(seen)
    done = at(DUE, "check", cwd=seen).done()
    said = done.said.splitlines()
    assert said[0].endswith(": no fault")
    groups = "command (1 of 3 by mail), desk (1 by mail), share (0 of 1 by folder)"
    assert said[-4] == f"weekly, all: goes to {groups}"
    assert said[-3].startswith("weekly, all: not to dan@example.org (command): suppressed in ")
    assert said[-2] == f"weekly, all: not to {TYPO} (command): {NOT_IN}"
    assert said[-1].startswith(f"weekly, all: not to {shared} (share): holds no file .viperreport")
    assert done.err == (
        "config/recipients.toml: 1 address gets nothing as things are: see above\n"
        "config/recipients.toml: 1 folder gets nothing as things are: see above\n"
    )
    told = json.loads(at(DUE, "--json", "check", cwd=seen).done().said)
    assert len(told["warnings"]) == 2
    assert [each["refused"] for each in told["recipients"][0]["listed"]].count("") == 2


def test_check_is_quiet_where_all_is_well(seen: Path) -> None:
    """Every address allowed and the folder marked: no warning."""
    lets_mail(seen, 9)
    lists(seen, {"command": addresses("ann")})
    (_folder(seen) / ".viperreport-target").touch()
    done = at(DUE, "check", cwd=seen).done()
    assert done.err == ""
    assert done.said.endswith("goes to command (1 by mail), share (1 by folder)\n")


def test_a_dry_run_says_to_whom(seen: Path) -> None:
    """Numbers, addresses, the refused with their reason; what waits is served, and none is sent."""
    lets_mail(seen, 9)
    lists(seen, {"command": [*addresses("ann"), TYPO]})
    shared = _folder(seen)
    (shared / ".viperreport-target").touch()
    said = at(DUE, "run", "--dry-run", cwd=seen).done().said
    assert said == (
        f"would claim weekly {SLOT}\n"
        f"would send {EDITION} to 2: ann@example.org, {shared}\n"
        f"would not send {EDITION} to {TYPO}: {NOT_IN}\n"
    )
    told = json.loads(at(DUE, "--json", "run", "--dry-run", cwd=seen).done().said)
    ((one),) = told["send"]
    assert (one["edition"], len(one["listed"]), told["serve"]) == (EDITION, 3, [])
    assert at(DUE, "run", cwd=seen).code == 7  # nobody is at port 9
    status = at(DUE, "status", cwd=seen)
    assert (status.code, f"{EDITION}: not sent to {TYPO}: {NOT_IN}" in status.said) == (6, True)
    waits = at(DUE, "run", "--dry-run", cwd=seen).done().said
    assert waits.startswith(f"would serve {EDITION}: mail to ann@example.org: waits until 2016-06")
    lists(seen, {"command": addresses("cid")})
    said = at(DUE, "run", "--dry-run", cwd=seen).done().said
    gone = "cancelled: no longer in config/recipients.toml"
    assert said == f"would serve {EDITION}: mail to ann@example.org: {gone}\n"


def test_what_may_keep_it_back_is_said(seen: Path) -> None:
    """A condition of the briefing, and a slot that is so late that a person decides."""
    file = seen / "config/viperreport.toml"
    text = file.read_text().replace("[briefing.weekly]", '[briefing.weekly]\nsend_when = "changed"')
    file.write_text(text)
    lets_mail(seen, 9)
    lists(seen, {"command": addresses("ann")})
    said = at(DUE, "run", "--dry-run", cwd=seen).done().said
    assert 'to 1 (unless send_when = "changed" keeps it back): ann@example.org\n' in said
    late = at("2016-06-12T05:00", "run", "--dry-run", cwd=seen).done().said
    assert f"would not send {EDITION} to ann@example.org: so late that a person decides" in late
