"""One file goes into the store: hash, contract, staging, fold, versions; all of it or nothing.

The door that foreign rows come in by. Everything happens in one transaction that writes, so a
load that is killed leaves nothing behind. Source: "Knowledge in two times" and "Coverage and
guards" in docs/definitions.md.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, update

from viperreport.database import to_text
from viperreport.errors import ConfigError, DataError, UsageError
from viperreport.evidence import journal, staging
from viperreport.evidence.contract import Checked, Contract
from viperreport.evidence.differences import Differences
from viperreport.evidence.files import InputFile, RefusedFileError, open_input
from viperreport.evidence.in_force import (
    latest_accepted,
    latest_event,
    loads_in_force,
    was_erased,
    was_read,
)
from viperreport.evidence.inbox import mapping_of
from viperreport.evidence.merge import Merged, Moment, merge
from viperreport.evidence.readers import READERS
from viperreport.evidence.refusals import Limits, WouldLoseError, judge
from viperreport.evidence.store import changing, check_nature
from viperreport.evidence.tables import LOADS
from viperreport.evidence.used import note_used_before, used_at
from viperreport.evidence.values import FUTURE
from viperreport.model.source import Area, Source

_NEXT = timedelta(microseconds=1)
_CLOCK_STEP = timedelta(minutes=1)  # a clock put back by less is no reason to refuse a load
_SHOWN = 3
_NOTHING = Merged()


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """What a load is asked to do.

    Args:
        now: the instant by the caller's clock.
        home: id of the home that the store belongs to.
        zone: of the home.
        known_at: the instant whose knowledge the file is; None: that of the load.
        areas: the home's; without any, each name in the file is an area.
        limits: how much the load may change before it is refused; None: whatever it says.
        only_new: pass over a file that was read before the source's latest load.
        named: whether a person named the file; one that was erased is passed over else.
        dry_run: do all of it, and take it back.
        progress: told bytes read and bytes in all, now and then.
        clock: read again just before the versions are written, so that a long load is known
            from its end; without it the clock stands at `now`.
    """

    now: datetime
    home: str
    zone: str
    known_at: datetime | None = None
    areas: tuple[Area, ...] = ()
    limits: Limits | None = None
    only_new: bool = False
    named: bool = True
    dry_run: bool = False
    progress: Callable[[int, int], None] | None = None
    clock: Callable[[], datetime] | None = None

    def time(self) -> datetime:
        """The instant by the clock."""
        return self.now if self.clock is None else self.clock()


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did, or what an undone load had done.

    Args:
        load_id: its number; None after a dry run, and of a file passed over.
        outcome: accepted, unchanged or passed over; undone or erased.
        known_at: the instant (UTC) from which its content is known; of an undone load, from which
            it is known no more.
        newest: day of the newest record then known; None without records.
        note: what it would have been refused for, where that was accepted.
        faults: line and reason of the first rows turned away.
    """

    load_id: int | None
    source: str
    outcome: str
    file: str
    sha256: str
    known_at: datetime
    newest: date | None = None
    rows_read: int = 0
    rows_kept: int = 0
    rows_bad: int = 0
    new: int = 0
    changed: int = 0
    withdrawn: int = 0
    revived: int = 0
    note: str = ""
    faults: tuple[tuple[int, str], ...] = ()
    dry_run: bool = False


@dataclass
class _Tally:
    """What was met in a file so far."""

    read: int = 0
    kept: int = 0
    matched: int = 0
    bad: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)

    def add(self, checked: Checked) -> None:
        self.read += checked.read
        self.kept += checked.kept
        self.matched += checked.matched
        self.found(len(checked.faults), checked.faults)

    def found(self, bad: int, faults: list[tuple[int, str]]) -> None:
        self.bad += bad
        self.faults = sorted(self.faults + faults)[: journal.MAX_REASONS]

    def rows(self) -> dict[str, int]:
        return {"rows_read": self.read, "rows_kept": self.kept, "rows_bad": self.bad}

    def note(self) -> str:
        if self.bad <= len(self.faults):
            return ""
        return f"only the first {len(self.faults):,} of {self.bad:,} bad rows are listed"


class _UntimelyError(DataError):
    """A load that goes back in time: nothing was looked at, so nothing is noted."""


class _TakenBack(Exception):  # noqa: N818 (no error: the end of a dry run)
    def __init__(self, report: LoadReport) -> None:
        super().__init__()
        self.report = report


def load_file(engine: Engine, source: Source, path: Path, request: LoadRequest) -> LoadReport:
    """Load one file of a source.

    Raises:
        DataError: the file is none, breaks the contract, goes back in time, or would change more
            than the limits allow; no version changed. Of a file that is there, `loads` keeps a
            row about the refusal.
        ConfigError: the mapping, the store or the home does not fit.
        UsageError: `known_at` lies in the future.
    """
    if source.file not in READERS:
        raise ConfigError(
            f"{source.config_file}: file: no kind {source.file!r}; one of {', '.join(READERS)}"
        )
    tally = _Tally()
    try:
        with open_input(path, source.file) as file:
            return _load_open(engine, source, file, request, tally)
    except RefusedFileError as error:
        if not request.dry_run:
            with changing(engine, request.home) as connection:
                _Load(connection, source, error.file, request, tally).note_refusal(error)
        raise


def _load_open(
    engine: Engine, source: Source, file: InputFile, request: LoadRequest, tally: _Tally
) -> LoadReport:
    try:
        with changing(engine, request.home) as connection:
            return _Load(connection, source, file, request, tally).run()
    except _TakenBack as done:
        return done.report
    except _UntimelyError:
        raise
    except DataError as error:
        if not request.dry_run:
            with changing(engine, request.home) as connection:
                _Load(connection, source, file, request, tally).note_refusal(error)
        raise


@dataclass
class _Load:
    """One load under way, within its transaction."""

    connection: Connection
    source: Source
    file: InputFile
    request: LoadRequest
    tally: _Tally
    accepted: str = ""  # what it would have been refused for

    def run(self) -> LoadReport:
        latest = latest_event(self.connection, self.source.name)
        known_at = self._instant(latest)
        check_nature(self.connection, self.source)
        same = self._same_as_before()
        if same is not None:
            newest = same.newest.isoformat() if same.newest else ""
            number = self._note("unchanged", known_at, newest=newest)
            return self._kept(self._report(number, "unchanged", known_at, newest=newest))
        if self._is_passed_over():
            return self._kept(self._report(None, "passed over", known_at))
        day = known_at.astimezone(ZoneInfo(self.request.zone)).date()
        staging.create(self.connection)
        self._stage(day)
        moment = Moment(
            self._note("accepted", known_at := self._instant(latest), reason=self.tally.note()),
            known_at,
            self._told_without(latest),
            day,
        )
        return self._kept(self._merge(moment, latest))

    def _merge(self, moment: Moment, latest: journal.LoadRow | None) -> LoadReport:
        """Write what was staged, and refuse it all the same if too much is lost by it."""
        merged = merge(self.connection, self.source, moment)
        staging.drop(self.connection)
        newest = journal.newest_day(self.connection, self.source.name)
        if self.request.limits is not None and latest is not None and latest.newest is not None:
            before = latest.newest.isoformat()
            differences = Differences(
                self.connection, self.source, moment, merged, newest=before, newest_now=newest
            )
            self.accepted = judge(differences, self.file.path, self.request.limits)
        self._complete(moment.load_id, merged, newest)
        return self._report(moment.load_id, "accepted", moment.known_at, merged, newest)

    def _kept(self, report: LoadReport) -> LoadReport:
        if self.request.dry_run:
            raise _TakenBack(report)
        return report

    def note_refusal(self, error: DataError) -> None:
        reason = error.reason if isinstance(error, WouldLoseError) else str(error)
        reason = reason.removeprefix(f"{self.file.path}: ")
        known_at, used = self.request.known_at, used_at(self.connection)
        if known_at is None or (used is not None and known_at <= used):
            known_at = self.request.time()  # no edition that was made is told of it
        self._note("refused", known_at, reason=". ".join(filter(None, (reason, self.tally.note()))))

    def _instant(self, latest: journal.LoadRow | None) -> datetime:
        """The load's instant: later than that of the source's latest good load, or of its undo.

        And later than what an edition knew, unless a clock that was wrong made that.
        """
        asked, now = self.request.known_at, self.request.time()
        if asked is not None and asked > now:
            raise UsageError(f"--known-at {asked:%Y-%m-%d %H:%M %Z} lies in the future")
        instant, told = asked or now, self._told_without(latest)
        if latest is None or told is None or instant > told:
            return instant.astimezone(UTC)
        if asked is None and told - now < _CLOCK_STEP:
            return told + _NEXT
        if instant <= latest.known_at:
            raise self._backwards(instant, latest)
        if asked is not None:
            raise self._made_without(instant, told)
        return instant.astimezone(UTC)

    def _told_without(self, latest: journal.LoadRow | None) -> datetime | None:
        """The last instant at which the source was told without this load; None if it never was."""
        if latest is None:
            return None
        used = used_at(self.connection)
        return latest.known_at if used is None else max(latest.known_at, used)

    def _made_without(self, instant: datetime, used: datetime) -> _UntimelyError:
        zone = ZoneInfo(self.request.zone)
        return _UntimelyError(
            f"{self.file.path}: known at {instant.astimezone(zone):%Y-%m-%d %H:%M:%S}, but an "
            f"edition was made of what was known at {used.astimezone(zone):%Y-%m-%d %H:%M:%S}, and "
            "must come out the same again: give a later --known-at, or none"
        )

    def _backwards(self, instant: datetime, latest: journal.LoadRow) -> _UntimelyError:
        zone = ZoneInfo(self.request.zone)
        return _UntimelyError(
            f"{self.file.path}: known at {instant.astimezone(zone):%Y-%m-%d %H:%M:%S}, but load "
            f"{latest.id} of source {self.source.name} is of "
            f"{latest.known_at.astimezone(zone):%Y-%m-%d %H:%M:%S}, and loads go forward: "
            "give a later --known-at (or mend the clock)"
        )

    def _same_as_before(self) -> journal.LoadRow | None:
        """The latest load in force, if it was this file, read this way, and no row is due since."""
        standing = loads_in_force(self.connection, self.source.name)
        ours = (self.file.sha256, self._mapping())
        if not standing or ours != (standing[-1].sha256, standing[-1].mapping_hash):
            return None
        accepted = latest_accepted(standing)
        early = accepted is not None and journal.turned_away(
            self.connection, accepted.id, FUTURE.words
        )
        return None if early else standing[-1]

    def _is_passed_over(self) -> bool:
        name, sha256 = self.source.name, self.file.sha256
        if not self.request.named and was_erased(self.connection, name, sha256):
            return True
        ours = (sha256, self._mapping())
        return self.request.only_new and was_read(self.connection, name, ours)

    def _mapping(self) -> str:
        return mapping_of(self.source, self.request.areas, self.request.zone)

    def _stage(self, day: date) -> None:
        """Bring all rows into the stage; refuse the file if it does not keep the contract."""
        source, connection, tally = self.source, self.connection, self.tally
        contract = Contract(source, self.request.areas, self.request.zone, day.isoformat())
        for chunk in READERS[source.file](self.file, source, contract.choose):
            for checked in contract.check(chunk):
                tally.add(checked)
                staging.stage(connection, contract.staged, checked.rows)
                staging.spare(connection, checked.bad_keys)
            if self.request.progress is not None:
                self.request.progress(chunk.read, self.file.size)
        self.file.refuse_changed()
        self._refuse_unmatched()
        if contract.counts_repeats:
            staging.number_repeats(connection)
        staging.fold(connection, source.grain, contract.staged)
        gone, faults = staging.take_conflicts(connection, source.grain, journal.MAX_REASONS)
        if gone:
            tally.found(gone, faults)
            staging.fold(connection, source.grain, contract.staged)
        self._refuse_bad()

    def _refuse_unmatched(self) -> None:
        config, keep = self.source.config_file or "the source's TOML", self.source.keep
        if keep is not None and not self.tally.matched:
            raise DataError(
                f"{self.file.path}: no row passes the filter [keep] on column {keep.column!r}; "
                f"change it in {config}, or check that this is the right file"
            )
        if not self.tally.kept:
            raise DataError(f"{self.file.path}: no cell of a month holds a count; see {config}")

    def _refuse_bad(self) -> None:
        tally, most = self.tally, self.source.max_bad_share
        if tally.bad <= most * tally.kept:
            return
        rows = "rows is" if tally.bad == 1 else "rows are"
        shown = "; ".join(f"line {line}: {reason}" for line, reason in tally.faults[:_SHOWN])
        raise DataError(
            f"{self.file.path}: {tally.bad:,} of {tally.kept:,} {rows} bad, more than "
            f"{100 * most:.4g} % allowed; {shown}{'; …' if tally.bad > _SHOWN else ''}. "
            f"Mend the file or the mapping in {self.source.config_file or 'the source TOML'}; "
            "`viperreport quarantine` lists all"
        )

    def _note(self, outcome: str, known_at: datetime, *, reason: str = "", newest: str = "") -> int:
        declared = self.source.coverage
        values: dict[str, Any] = {
            "source": self.source.name,
            "outcome": outcome,
            "reason": reason,
            "file": self.file.path.name,
            "sha256": self.file.sha256,
            "mapping_hash": self._mapping(),
            "bytes": self.file.size,
            "known_at": to_text(known_at),
            "loaded_at": to_text(self.request.time()),
            "coverage": "" if declared in {"load", "newest-record"} else declared,
            "newest": newest,
            **self.tally.rows(),
        }
        number = journal.note_load(self.connection, values, self.tally.faults)
        if outcome != "refused" and (used := used_at(self.connection)) is not None:
            note_used_before(self.connection, number, used)
        return number

    def _complete(self, number: int, merged: Merged, newest: str) -> None:
        self.connection.execute(
            update(LOADS)
            .where(LOADS.c.id == number)
            .values(
                newest=newest,
                reason=". ".join(filter(None, (self.accepted, self.tally.note()))),
                records_new=merged.new,
                records_changed=merged.changed,
                records_withdrawn=merged.withdrawn,
                records_revived=merged.revived,
            )
        )

    def _report(
        self,
        number: int | None,
        outcome: str,
        known_at: datetime,
        merged: Merged = _NOTHING,
        newest: str = "",
    ) -> LoadReport:
        return LoadReport(
            load_id=None if self.request.dry_run else number,
            source=self.source.name,
            outcome=outcome,
            file=self.file.path.name,
            sha256=self.file.sha256,
            known_at=known_at,
            newest=date.fromisoformat(newest) if newest else None,
            **self.tally.rows(),
            new=merged.new,
            changed=merged.changed,
            withdrawn=merged.withdrawn,
            revived=merged.revived,
            note=self.accepted,
            faults=tuple(self.tally.faults[:_SHOWN]),
            dry_run=self.request.dry_run,
        )
