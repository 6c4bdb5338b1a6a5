"""One pass: load what is new, take up what is due, bring to its end whatever is not.

It starts from what the ledger says and not from what a run before it did, so cron, systemd, a
person and a run that was killed may all come before it. Source: "What a run does" in
docs/operating.md.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from viperreport.archive.deliveries import OPEN
from viperreport.archive.events import Stamp
from viperreport.archive.filing import sweep, sweep_old
from viperreport.archive.ledger import SAME_CUT_OFF, Claim, Ledger
from viperreport.archive.lock import locked
from viperreport.archive.reading import Edition, Whole, read_ledger
from viperreport.archive.states import State
from viperreport.database import break_off
from viperreport.durable import make_directory
from viperreport.errors import ConfigError, DataError, ViperReportError
from viperreport.evidence.inbox import inbox, mapping_of
from viperreport.homes import STATE
from viperreport.model.source import Source
from viperreport.pipeline import Home, LoadOptions, load, waiting_files
from viperreport.settings import ALL_AREAS
from viperreport.verbs.bringing import Bringing, tried_again_at
from viperreport.verbs.changing import leave
from viperreport.verbs.confirming import to_confirm
from viperreport.verbs.correcting import run_again
from viperreport.verbs.leftovers import sweep_unfiled
from viperreport.verbs.lists import publish
from viperreport.verbs.overdue import tell_overdue
from viperreport.verbs.planning import (
    CONFIRM,
    MISSED,
    PASSED_OVER,
    Due,
    Plan,
    RunRequest,
    is_backwards,
    is_missed,
    is_passed_over,
    plan,
    worst,
)
from viperreport.verbs.pruning import go_on_pruning
from viperreport.verbs.sending import Sending
from viperreport.verbs.stopping import Stop, Stopped
from viperreport.verbs.telling import Log
from viperreport.verbs.texts import keep_older
from viperreport.verbs.trust import (
    ADOPT,
    areas_each,
    bear_witness,
    doubts,
    ledger_of,
    refuse_unfit,
    skipping,
)
from viperreport.verbs.undelivered import next_tries

WAIT = 600.0  # seconds for another run to end
_STATE_MODE = 0o700
_OLD = 3600  # seconds: no build takes so long


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run did.

    Args:
        code: the exit code of the worst of it.
        loaded: the files that it loaded.
        editions: those that this run or another one changed since it began; of one slot, all.
        filed: the paths of the PDFs of those that are filed.
        waits: what is not sent before a person says so, and what to type.
        again: when there will be something to do, though no slot is due and nothing changes; None
            where there is no such instant.
    """

    run: str
    code: int
    loaded: tuple[str, ...] = ()
    editions: tuple[Edition, ...] = ()
    again: datetime | None = None
    filed: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()


def run_id() -> str:
    """A name for a run, in log lines and in the ledger."""
    return uuid4().hex[:12]


@contextmanager
def held_ledger(home: Home, run: str, wait: float) -> Iterator[Ledger]:
    """The ledger, under its lock and as this version knows it.

    Raises:
        BusyError: another run still holds the lock.
        ConfigError: the ledger is newer, or another home's; or it lies where locks do not hold;
            or the archive is not to be written in.
    """
    refuse_unfit(home)
    make_directory(home.path / STATE, _STATE_MODE)
    with locked(home.ledger, home.path / STATE, home.identity.id, wait) as connection:
        ledger = Ledger(connection, home.identity.id, Stamp(run, home.clock))
        ledger.prepare()
        yield ledger


def one_pass(
    home: Home, asked: RunRequest, log: Log, wait: float = WAIT, stop: Stop | None = None
) -> RunResult:
    """Do all that is due, or as much of it as can be done before an end is asked for.

    Args:
        wait: seconds for another run to end.

    Raises:
        UsageError: no such briefing, or no such slot that is due.
        BusyError: another run still holds the lock.
        OutputError: the ledger or the archive cannot be written.
    """
    began = home.clock()
    home.settings.briefing(asked.briefing or home.settings.briefings[0].name)
    log.line("run", home=home.path, version=_version())
    stop = stop or Stop()
    break_off(home.engine, lambda: stop.breaks_off)
    loaded: list[str] = []
    try:
        with ExitStack() as held:
            with stop.anywhere():
                ledger = held.enter_context(held_ledger(home, log.run, wait))
            loaded = _pass(home, asked, Bringing(home, ledger, log, stop))
    except Stopped:
        log.line("stopped", said="was asked to; the next run goes on from here")
    whole = read_ledger(home.ledger, home.identity.id)
    changed = tuple(
        each
        for each in whole.editions
        if each.changed_at >= began or (asked.slot and each.slot == asked.slot)
    )
    tell_overdue(home, whole, log)
    code = worst([*log.codes, *(each.code for each in changed)])
    log.done(code, editions=len(changed))
    instants = [*(tried_again_at(home, each) for each in whole.editions)]
    instants += next_tries(whole)
    later = (each for each in instants if each is not None and each > home.clock())
    filed = [each for each in changed if each.state is State.FILED]
    return RunResult(
        log.run,
        code,
        tuple(loaded),
        changed,
        min(later, default=None),
        tuple(_paths(home, whole, filed)),
        tuple(f"{each.key}: {said}" for each in filed if (said := to_confirm(whole, each))),
    )


def _paths(home: Home, whole: Whole, filed: Sequence[Edition]) -> Iterator[str]:
    """The PDFs of editions that lie in the archive still."""
    pdfs = {link.edition: link for link in whole.links if "slot" in dict(link.told)}
    for each in filed:
        link = pdfs.get(str(each.key))
        if link is not None and link.pruned is None:
            yield str(home.archive / link.path)


def _version() -> str:
    from importlib.metadata import version

    return version("viperreport")


def _pass(home: Home, asked: RunRequest, bringing: Bringing) -> list[str]:
    """All that is done under the lock; gives the files loaded."""
    ledger, log = bringing.ledger, bringing.log
    whole = ledger_of(home)
    _sweep(home, log)
    if why := doubts(home, whole):
        step = f"nothing is made before: {ADOPT}"
        log.tell("ledger", why, step, ConfigError.exit_code)
        return []
    publish(home, whole, log)  # a run that was killed may have come no further than the ledger
    keep_older(home, ledger, whole)
    sweep_unfiled(home, whole, log)
    go_on_pruning(home, ledger, whole, log)
    now = home.clock()
    if asked.confirmed and is_backwards(whole, now):
        for edition in ledger.void_after(now):
            log.line("void", edition=edition.key, due=edition.due)
        whole = ledger_of(home)
    planned = plan(home, whole, asked, now)
    if planned.block is not None:
        step = f"if that is right, type: {CONFIRM}"
        log.tell("clock", planned.block.said, step, planned.block.code)
        return []
    if not whole.last_event and whole.newest is None:
        bear_witness(home, now)  # before the ledger says anything: see `doubts`
    try:
        ledger.believe(now)
        _see(planned, whole, ledger, first=True)
        loaded = list(_load_new(home, log, bringing.stop))
        if not _take_up(home, planned, bringing):
            _see(planned, whole, ledger, first=False)
        if asked.slot:
            run_again(bringing, whole, asked)
        _send(home, bringing)
    finally:
        leave(home, ledger, log)
    return loaded


def _send(home: Home, bringing: Bringing) -> None:
    """Send what is to be sent; what is known by then is witnessed first.

    A ledger that is put back from before a mail went out is so older than its witness, also where
    the run that sent it was killed.
    """
    whole = read_ledger(home.ledger, home.identity.id)
    if any(each.state in OPEN for each in whole.deliveries):
        leave(home, bringing.ledger, bringing.log)
    Sending(home, bringing.ledger, bringing.log, bringing.stop).send_due()


def _sweep(home: Home, log: Log) -> None:
    """Remove what killed runs left."""
    old = home.clock().timestamp() - _OLD
    output = home.path / "output"
    places = [
        output,  # pages of the index
        output / "drafts",
        *(home.path / STATE / part for part in ("", "configurations", "editions")),
    ]
    for path in (*sweep(home.archive), *sweep_old(places, old)):
        log.line("leftover", path=path, said="of a run that was killed: swept")


def _load_new(home: Home, log: Log, stop: Stop) -> Iterator[str]:
    """Load the files that are new, one after the other; one that is refused spares the rest."""
    with stop.anywhere():
        found = new_files(home)
    for source, file in found:
        name = file.relative_to(home.path).as_posix()
        try:
            with stop.anywhere():
                report = load(home, source, file, LoadOptions(named=False))
        except ViperReportError as error:
            log.line("refused", file=name, source=source.name, code=error.exit_code)
            step = "see viperreport loads" if isinstance(error, DataError) else ""
            log.tell(name, str(error).replace("\n", "; "), step, error.exit_code)
            continue
        log.line("load", file=name, source=source.name, outcome=report.outcome)
        yield name


def new_files(home: Home) -> list[tuple[Source, Path]]:
    """The files of sources with a `path` that the store has not read yet."""
    found = []
    for source in home.settings.sources:
        if not source.path:
            continue
        mapping = mapping_of(source, home.settings.areas, home.settings.zone)
        known = inbox(home.engine, home.identity.id, source, mapping)
        waiting = waiting_files(home, [source])
        found += [each for each in waiting if known.is_new(each[1], last=each is waiting[-1])]
    return found


def _see(planned: Plan, whole: Whole, ledger: Ledger, *, first: bool) -> None:
    """Note each briefing's schedule: a new one at once, another one when the old was served."""
    for name, seen in planned.seen:
        if whole.seen.get(name) != seen and (name not in whole.seen) is first:
            ledger.see(name, seen)


def _take_up(home: Home, planned: Plan, bringing: Bringing) -> int:
    """Claim what is due, and bring that and all that was left to its end.

    Returns:
        How many slots could not be claimed.
    """
    claimed: list[Edition] = []
    failed = 0
    for due in planned.due:
        bringing.stop.obey()
        try:
            passed = is_passed_over(home, due, planned.due)
            claimed += _claim(home, due, bringing, PASSED_OVER if passed else "")
        except ViperReportError as error:  # nothing is claimed: the next run finds it due again
            bringing.log.tell(f"{due.briefing} {due.slot}", str(error), code=error.exit_code)
            failed += 1
    for edition in (*planned.unfinished, *claimed):
        bringing.stop.obey()
        if edition.state is not State.SKIPPED:
            bringing.bring(edition)
    return failed


def _claim(home: Home, due: Due, bringing: Bringing, reason: str) -> tuple[Edition, ...]:
    """Claim a slot's editions, with the instant and the text that they are built by."""
    ledger = bringing.ledger
    if is_missed(home, due):
        made = ledger.claim(skipping(home, due, MISSED))
    else:
        configuration, known_at = bringing.configured(due.briefing), bringing.instant()
        areas = (ALL_AREAS, *areas_each(home, due.briefing))
        claim = Claim(
            due.briefing,
            str(due.slot),
            due.slot.instant,
            due.cut_off,
            areas,
            reason=reason,
            known_at=known_at,
            configuration=configuration,
        )
        made = ledger.claim(claim)
    _log_claim(bringing.log, due, made)
    return made


def _log_claim(log: Log, due: Due, made: tuple[Edition, ...]) -> None:
    """A line for each edition of a slot; where it has none of its own, one that says so."""
    for edition in made:
        event = "skip" if edition.state is State.SKIPPED else "claim"
        log.line(event, edition=edition.key, slot=edition.slot, reason=edition.reason)
    if not made:
        log.line("skip", briefing=due.briefing, slot=due.slot, reason=SAME_CUT_OFF)
