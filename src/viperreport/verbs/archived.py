"""What lies in the archive: the verb `archive`, and editions by their names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from viperreport.archive.chain import Head, Link
from viperreport.archive.filing import holds
from viperreport.archive.lock import locked
from viperreport.archive.reading import Whole, read_ledger
from viperreport.archive.states import State
from viperreport.archive.verify import Finding, Kept, verify
from viperreport.archive.witness import read_witness
from viperreport.errors import (
    BusyError,
    ConfigError,
    OutputError,
    UsageError,
    VerificationError,
)
from viperreport.homes import STATE
from viperreport.model.briefing import EditionKey
from viperreport.model.correcting import replaced_of
from viperreport.pipeline import BuildRequest, Home, make, reopened
from viperreport.verbs.built import Built, differences, drawn

if TYPE_CHECKING:
    from sqlalchemy import Engine

PATIENCE = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Archived:
    """A file of the archive, as it is listed.

    Args:
        standing: what became of its edition since; empty where it stands as it was filed.
        pruned: when and why it was taken out for its age; empty where it was not.
    """

    edition: str
    state: str
    standing: str
    path: str
    size: int
    sha256: str
    seq: int
    chain: str
    pruned: str = ""


def listed(home: Home) -> tuple[Archived, ...]:
    """The archive's files, in the order in which they were filed."""
    whole = read_ledger(home.ledger, home.identity.id)
    states = {str(each.key): each.state for each in whole.editions}
    return tuple(
        Archived(
            link.edition,
            states.get(link.edition, ""),
            str(whole.standings.get(link.edition, "")),
            link.path,
            link.size,
            link.sha256,
            link.seq,
            link.chain,
            "" if link.pruned is None else link.pruned.said,
        )
        for link in whole.links
    )


def verified(home: Home, head: str, wait: float = PATIENCE) -> tuple[tuple[Finding, ...], Whole]:
    """Everything in the archive that is not as it was filed, and the ledger that tells it.

    A run that files meanwhile puts a file before it notes it: what is found without the lock is
    looked for again under it.

    Args:
        head: one that the chain must hold, such as from a message; empty for none.
        wait: seconds for a run to end, if anything is found.

    Raises:
        BusyError: something is found, and a run is still at work.
    """
    found, whole = _looked_at(home, head)
    if not found or not whole.last_event:  # no run has ever filed: locking would make a ledger
        return found, whole
    try:
        with locked(home.ledger, home.path / STATE, home.identity.id, wait):
            return _looked_at(home, head)
    except BusyError as error:
        raise BusyError(
            f"{home.archive}: {len(found)} findings, but a run is at work, which may explain them: "
            "type it again once that has ended"
        ) from error
    except (OutputError, ConfigError):  # who may only read takes no lock
        again, whole = _looked_at(home, head)
        return tuple(each for each in again if each in found), whole


def _looked_at(home: Home, head: str) -> tuple[tuple[Finding, ...], Whole]:
    whole = read_ledger(home.ledger, home.identity.id)
    seen, pruned = None, Head()
    found: tuple[Finding, ...] = ()
    try:
        witness = read_witness(home.path / STATE)
        if witness:
            seen, pruned = witness.head, witness.pruned
    except ConfigError as error:
        found = (Finding("witness", str(error)),)
    if seen is None and whole.links and not found:
        found = (Finding("witness", "is missing: only --head can tell of a chain made anew"),)
    return (*verify(home.archive, whole.links, Kept(seen, head, pruned)), *found), whole


def filed_edition(engine: "Engine", home: str, name: str) -> Built | None:
    """An edition of the archive, by its name; None where there is none.

    A name without a revision is the first; one that is void gives way to the next.
    """
    link = _link_of(read_ledger(engine, home), name)
    return None if link is None else as_built(link)


def standing_of(engine: "Engine", home: str, edition: str) -> str:
    """What became of a filed edition since, in words; empty where it stands as it was filed."""
    return str(read_ledger(engine, home).standings.get(edition, ""))


def _link_of(whole: Whole, name: str) -> Link | None:
    void = {str(each.key) for each in whole.editions if each.state is State.VOID}
    pdfs = {link.edition: link for link in whole.links if "slot" in dict(link.told)}
    wanted = name.removesuffix("@1")
    if wanted in pdfs and wanted not in void:
        return pdfs[wanted]
    later = [each for each in pdfs if each.startswith(f"{wanted}@") and each not in void]
    return pdfs[later[0]] if later else pdfs.get(wanted)


def pdf_of(whole: Whole, key: EditionKey) -> Link:
    """The PDF of a filed edition, as the chain has it.

    Raises:
        UsageError: it is not filed.
    """
    for link in reversed(whole.links):
        if link.edition == str(key) and "slot" in dict(link.told):
            return link
    raise UsageError(f"{key}: is not in the archive: see viperreport history")


def _instant(told: str) -> datetime | None:
    return datetime.fromisoformat(told).astimezone(UTC) if told else None


def as_built(link: Link) -> Built:
    """How an edition was built, as was noted beside its PDF."""
    told = dict(link.told)
    request = BuildRequest(
        told["briefing"],
        date.fromisoformat(told["cut_off"]),
        datetime.fromisoformat(told["known_at"]).astimezone(UTC),
        told["area"],
        revision=int(told["revision"]),
        late=bool(told["late"]),
        released=bool(told["released"]),
        replaces=replaced_of(told.get("replaces")),
        previous_known_at=_instant(told.get("previous_known_at", "")),
    )
    return Built(
        request,
        link.edition,
        told["configuration"],
        told["made_with"],
        told["fingerprint"],
        link.sha256,
    )


def ledger_engine(path: Path, environ: Mapping[str, str]) -> "Engine":
    """The ledger of a home, whatever its configuration says today.

    Raises:
        ConfigError: .env has faults.
    """
    from viperreport.archive.tables import open_ledger
    from viperreport.settings.credentials import read_secrets

    faults: list[str] = []
    url = read_secrets(path, environ, faults).database_url
    if faults:
        raise ConfigError(*faults)
    return open_ledger(path / STATE, None if url is None else url.get_secret_value())


def rebuilt(home: Home, name: str) -> str:
    """Build an edition of the archive again, from what was kept, and compare it.

    Returns:
        Its SHA-256.

    Raises:
        UsageError: there is no such edition in the archive.
        VerificationError: it is another file now, or the archived one was changed.
    """
    whole = read_ledger(home.ledger, home.identity.id)
    link = _link_of(whole, name)
    if link is None:
        there = sorted({each.edition for each in whole.links})[-3:]
        hint = f"there are {', '.join(there)}" if there else "nothing is filed yet"
        raise UsageError(f"{name}: is not in the archive: {hint}")
    before = as_built(link)
    if link.pruned is None:  # else the chain alone holds what it was
        _must_be_there(home, link)
    again = drawn(make(reopened(home, before.configuration), before.request))
    if again.sha256 != link.sha256:
        why = differences(before, again)
        raise VerificationError(f"{name}: comes out as another file than was filed: {why}")
    return again.sha256


def _must_be_there(home: Home, link: Link) -> None:
    if not holds(home.archive, link.path, link.sha256):
        raise VerificationError(
            f"{link.path}: is not what was filed: see viperreport archive verify"
        )
