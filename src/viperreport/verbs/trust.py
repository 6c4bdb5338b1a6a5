"""Is this ledger the one that ran here last? And what to do where it is not: the verb `adopt`.

Source: "A ledger that lies" in docs/operating.md.
"""

import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from viperreport.archive.chain import Head, Link, chained, prunings
from viperreport.archive.deliveries import PRESUMED_SENT, UNSETTLED, Delivery
from viperreport.archive.filing import holds
from viperreport.archive.ledger import Claim, Ledger
from viperreport.archive.pruning import prune_again
from viperreport.archive.reading import Edition, Whole, read_ledger
from viperreport.archive.states import UNFINISHED, State
from viperreport.archive.verify import manifest_of
from viperreport.archive.witness import Place, Witness, read_witness, write_witness
from viperreport.errors import ConfigError, DataError
from viperreport.homes import STATE, refuse_open
from viperreport.pipeline import Home
from viperreport.settings import ALL_AREAS, ARCHIVE
from viperreport.verbs.planning import Due, RunRequest, plan
from viperreport.verbs.revisions import restore_standing

_LATELY = timedelta(minutes=30)  # a ledger from a backup is older than that
RESTORED = PRESUMED_SENT
ADOPT = "viperreport adopt"
RESTORED_FILED = "restored from the archive's manifest"


def ledger_of(home: Home) -> Whole:
    """All that a home's ledger says; its newest instant is that of its witness if that is newer.

    Raises:
        ConfigError: another version wrote it, or the witness is damaged.
    """
    whole = read_ledger(home.ledger, home.identity.id)
    witness = read_witness(home.path / STATE)
    if witness is None or (whole.newest is not None and whole.newest >= witness.instant):
        return whole
    return replace(whole, newest=witness.instant)


def doubts(home: Home, whole: Whole) -> str:
    """Why this ledger is not to be believed; empty where it is.

    Raises:
        ConfigError: the witness is damaged.
    """
    witness = read_witness(home.path / STATE)
    if whole.adopting:
        return "adopting it was begun, and not ended"
    if witness is None:
        lost = whole.newest is not None or whole.last_event > 0
        return _unseen(home) if lost else _ahead(home, whole)
    if witness.home != home.identity.id:
        return "the witness is another home's"
    if place_of(home) not in witness.places:
        if not witness.places:
            return "the home was put back from a backup"
        last = witness.places[-1]
        return f"runs were on {last.host} in {last.path} before, not here: is this a copy?"
    return _behind(witness, whole) or _ahead(home, whole)


def _unseen(home: Home) -> str:
    if home.ledger.dialect.name == "sqlite":
        return "the witness is missing, but runs were here before"
    return "no run was on this machine before, but the ledger knows of some: does it join others?"


def refuse_doubts(home: Home) -> None:
    """Refuse to change a ledger that is not to be believed.

    Raises:
        ConfigError: saying why.
    """
    if why := doubts(home, ledger_of(home)):
        raise ConfigError(f"ledger: {why}; type: {ADOPT}")


def refuse_unfit(home: Home) -> None:
    """Refuse an archive, of one's own choice, that is not there or is not to be trusted.

    It is never made: below the mount point of a share that is away it would fill a local disk.

    Raises:
        ConfigError: saying what to do.
    """
    place = home.settings.archive
    if place is None:
        return
    if place.is_symlink():
        raise ConfigError(f"{ARCHIVE}: {place} is a link: name the directory that it leads to")
    if not place.is_dir():
        raise ConfigError(
            f"{ARCHIVE}: {place} is not there: mount it, or make it once: mkdir -m 750 {place}"
        )
    refuse_open((place,))


def place_of(home: Home) -> Place:
    """Where a home lies."""
    return Place(socket.gethostname(), str(home.path.resolve()))


def _behind(witness: Witness, whole: Whole) -> str:
    chains = {link.seq: link.chain for link in whole.links} | {0: Head().chain}
    seen = witness.head
    if seen.seq not in chains or whole.last_event < witness.event:
        return "the ledger is older than what its witness saw: was it put back from a backup?"
    cut = {each.number: each.chain for _, each in prunings(whole.links)} | {0: Head().chain}
    if cut.get(witness.pruned.seq) != witness.pruned.chain:
        return "the ledger's list of prunings is another than its witness saw: was it put back?"
    if chains[seen.seq] != seen.chain:
        return "the ledger's chain is another than its witness saw: see viperreport archive verify"
    return ""


def _ahead(home: Home, whole: Whole) -> str:
    """Whether the archive knows of more than the ledger does."""
    listed = manifest_of(home.archive)
    kept = next((link for link in reversed(whole.links) if link.pruned is None), None)
    if listed is None and kept is not None and not _is_whole(home, kept):
        return "the archive is empty, and the ledger knows its files: is its disk mounted?"
    told = listed or ()
    if _is_anothers(home, told):
        return f"{home.archive} holds another home's editions: each home needs its own archive"
    ours = {link.seq: link.chain for link in whole.links}
    if any(link.seq not in ours for link in told):
        return "the archive holds editions that the ledger does not know: was it put back?"
    pruned = {link.seq for link in whole.links if link.pruned is not None}
    if any(link.pruned is not None and link.seq not in pruned for link in told):
        return "files were pruned that the ledger holds to be there: was it put back?"
    if any(ours[link.seq] != link.chain for link in told):
        return "the archive's manifest is another than the ledger: see viperreport archive verify"
    return ""


def _is_anothers(home: Home, told: Sequence[Link]) -> bool:
    """Whether a manifest tells of another home; before it named one, it tells nothing."""
    return any(dict(link.told).get("home", home.identity.id) != home.identity.id for link in told)


def bear_witness(home: Home, believed: datetime, *, places: Sequence[Place] = ()) -> None:
    """Note outside the ledger what it says now.

    Args:
        places: from where runs may be; none: as before, or here.

    Raises:
        OutputError: it cannot be written.
    """
    whole = read_ledger(home.ledger, home.identity.id)
    known: Witness | None = None
    with suppress(ConfigError):
        known = read_witness(home.path / STATE)
    places = tuple(places) or (known.places if known else (place_of(home),))
    instant = whole.newest or believed
    heads = {"head": whole.head, "pruned": whole.pruned_head}
    witness = Witness(
        home.identity.id, tuple(places), event=whole.last_event, instant=instant, **heads
    )
    if witness != known:
        write_witness(home.path / STATE, witness)


@dataclass(frozen=True, slots=True)
class Adopted:
    """What `adopt` did.

    Args:
        found: editions of the archive that the ledger had lost.
        skipped: what may have been sent, and is not made again.
        unsent: deliveries that may have been sent, and are not any more.
    """

    found: tuple[Edition, ...]
    skipped: tuple[Edition, ...]
    unsent: tuple[Delivery, ...] = ()


def adopt(home: Home, ledger: Ledger, reason: str) -> Adopted:
    """Believe this ledger from now on; what may have gone out since it was kept does not again.

    Where nothing speaks against it nothing is done: slots that are due are left to the next run.
    So they are where this machine joins others that were at work a moment ago.

    Raises:
        ConfigError: the archive is another home's.
    """
    now = home.clock()
    if not _is_doubtful(home):
        return Adopted((), ())
    if _is_anothers(home, manifest_of(home.archive) or ()):
        raise ConfigError(
            f"{home.archive}: holds another home's editions: each home needs its own archive"
        )
    if _is_joining(home, now):
        bear_witness(home, now, places=_places(home))
        return Adopted((), ())
    ledger.begin_adoption()
    found = _found_again(home, ledger)
    prune_again(ledger, manifest_of(home.archive) or ())
    whole = read_ledger(home.ledger, home.identity.id)
    planned = plan(home, whole, RunRequest(confirmed=True), now)
    said = f"{RESTORED}: {reason}" if reason else RESTORED
    skipped: list[Edition] = []
    for due in planned.due:
        skipped += ledger.claim(skipping(home, due, said))
    for edition in whole.editions:
        if edition.state in UNFINISHED:
            skipped.append(ledger.move(edition, State.SKIPPED, said, code=0))
    unsent = tuple(each for each in whole.deliveries if each.state in UNSETTLED)
    ledger.cancel_unsent(said)
    for name, seen in planned.seen:
        ledger.see(name, seen)
    ledger.believe(now)
    bear_witness(home, now, places=_places(home))
    return Adopted(tuple(found), tuple(skipped), unsent)


def _is_doubtful(home: Home) -> bool:
    try:
        return bool(doubts(home, read_ledger(home.ledger, home.identity.id)))
    except ConfigError:  # a witness that cannot be read
        return True


def _is_joining(home: Home, now: datetime) -> bool:
    """Whether this is one more machine on a ledger that others write.

    Nothing that this machine or the archive knows speaks against the ledger, and a run has noted
    its instant so lately that it was hardly put back from a backup since.
    """
    if home.ledger.dialect.name == "sqlite":
        return False
    whole = read_ledger(home.ledger, home.identity.id)
    if whole.adopting:
        return False
    try:
        witness = read_witness(home.path / STATE)
    except ConfigError:
        return False
    if (witness is not None and _behind(witness, whole)) or _ahead(home, whole):
        return False
    return whole.newest is not None and abs(now - whole.newest) <= _LATELY


def skipping(home: Home, due: Due, reason: str) -> Claim:
    """A slot that is taken up only to say that it is skipped."""
    areas = (ALL_AREAS, *areas_each(home, due.briefing))
    return Claim(
        due.briefing, str(due.slot), due.slot.instant, due.cut_off, areas, State.SKIPPED, reason
    )


def areas_each(home: Home, briefing: str) -> tuple[str, ...]:
    """The slugs of the areas that get an edition of their own, beside the whole."""
    from viperreport.evidence.inbox import areas_named
    from viperreport.evidence.store import consulting
    from viperreport.gathering import areas_in

    names = {each.name: each for each in home.settings.briefings}
    if briefing not in names or names[briefing].areas == ALL_AREAS:
        return ()
    held: list[Sequence[str]] = []
    with suppress(DataError), consulting(home.engine, home.identity.id) as connection:
        held.append(areas_named(connection, home.settings.sources))
    return tuple(area.slug for area in areas_in(home, held))


def _places(home: Home) -> tuple[Place, ...]:
    """Where runs may be from now on: here, and where a server is shared also where they were."""
    here = place_of(home)
    if home.ledger.dialect.name == "sqlite":
        return (here,)
    with suppress(ConfigError):
        known = read_witness(home.path / STATE)
        if known is not None:
            return (*(each for each in known.places if each != here), here)
    return (here,)


def _found_again(home: Home, ledger: Ledger) -> list[Edition]:
    """Take up from the archive's manifest what the ledger has lost, as far as it is whole."""
    whole = read_ledger(home.ledger, home.identity.id)
    ours = {link.seq: link.chain for link in whole.links}
    told = manifest_of(home.archive) or ()
    if any(ours.get(link.seq, link.chain) != link.chain for link in told):
        return []
    previous, lost = whole.head, list[Link]()
    for link in (each for each in told if each.seq not in ours):
        again = chained(previous, link.edition, link.sha256, link.size, link.path)
        if again.chain != link.chain or not _is_whole(home, link):
            break
        lost.append(link)
        previous = Head(link.seq, link.chain)
    found = _noted_again(ledger, lost)
    restore_standing(home, ledger)
    return found


def _is_whole(home: Home, link: Link) -> bool:
    """Whether a file is as it was filed, or was pruned."""
    return link.pruned is not None or holds(home.archive, link.path, link.sha256)


def _noted_again(ledger: Ledger, lost: Sequence[Link]) -> list[Edition]:
    """Editions end with their PDF, whose line tells all of them."""
    found, pieces = [], list[Link]()
    for link in lost:
        pieces.append(link)
        told = dict(link.told)
        if "slot" not in told:
            continue
        fields = {name: told[name] for name in ("late", "released", "configuration")}
        fields["known_at"] = datetime.fromisoformat(told["known_at"]).astimezone(UTC)
        edition = ledger.refile(_claim_again(told), int(told["revision"]), pieces, fields)
        if edition is None:
            break
        found.append(edition)
        pieces.clear()
    return found


def _claim_again(told: dict[str, str]) -> Claim:
    """The claim of an edition that the archive tells of."""
    due = datetime.fromisoformat(told["due"]).astimezone(UTC)
    cut_off = date.fromisoformat(told["cut_off"])
    return Claim(
        told["briefing"], told["slot"], due, cut_off, (told["area"],), reason=RESTORED_FILED
    )
