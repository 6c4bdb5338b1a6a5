"""One edition, from its claim to its end: built and filed, held, waited for, or tried again.

Source: "What becomes of an edition" in docs/operating.md.
"""

import hashlib
import os
import traceback
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property

from viperreport.archive.deliveries import Posting
from viperreport.archive.filing import Piece, path_of, put_pieces
from viperreport.archive.ledger import Filed, Ledger
from viperreport.archive.reading import Edition, read_ledger
from viperreport.archive.states import State
from viperreport.errors import (
    BusyError,
    DamagedError,
    DataError,
    OnHoldError,
    OutputError,
    UnreachableError,
    UsageError,
    ViperReportError,
)
from viperreport.evidence.inbox import mark_of
from viperreport.evidence.store import consulting
from viperreport.evidence.used import settled_instant
from viperreport.gathering import take_snapshot
from viperreport.html.shown import SHOWN, shown_of
from viperreport.made_with import versions
from viperreport.model.briefing import Briefing, Guard
from viperreport.model.correcting import Replaced, told_of
from viperreport.model.wording import plain
from viperreport.pipeline import (
    BuildRequest,
    DrawnEdition,
    Home,
    configuration_of,
    is_changed,
    keep,
    look,
    make,
    refuse_overstated,
    reopened,
)
from viperreport.verbs.addressing import NOT_ASKED, Addressing, Consent
from viperreport.verbs.built import drawn, note_last, write_draft
from viperreport.verbs.overdue import waits_until
from viperreport.verbs.revisions import newest_of, previous_known_at, replaced_by
from viperreport.verbs.stopping import Stop
from viperreport.verbs.telling import Log
from viperreport.verbs.texts import keep_text

# These pass by themselves, or once somebody has mended a disk, a server or a database put back:
# they never count.
PASSING = (OutputError, BusyError, UnreachableError, DamagedError)
SAME_FAULT = 3  # times, then it has failed
SPACED = (timedelta(minutes=1), timedelta(minutes=15), timedelta(minutes=60))
BUG = 1
SAME_FIGURES = "the figures are those of the edition that it was to replace"
_PATIENCE = 10  # times BUSY_SECONDS, for a load that takes long


class Bringing:
    """Brings editions to their ends, one after the other; one that fails spares the others.

    Args:
        home: as it is configured today.
        stop: asks for an end, which waits for the edition at hand.
        consent: what a person has said of what is sent.
    """

    def __init__(
        self, home: Home, ledger: Ledger, log: Log, stop: Stop, consent: Consent = NOT_ASKED
    ) -> None:
        self.home = home
        self.ledger = ledger
        self.log = log
        self.stop = stop
        self._addressing = Addressing(home, ledger, log, consent)
        self._opened: dict[str, Home] = {}

    @cached_property
    def data(self) -> str:
        """A mark of what the store knows."""
        try:
            with consulting(self.home.engine, self.home.identity.id) as connection:
                return mark_of(connection)
        except DataError:
            return ""

    def instant(self) -> datetime:
        """Now, and no load is under way that would be known from before it.

        Raises:
            BusyError: a load takes very long.
        """
        if not self.data:
            return self.home.clock()
        for last in range(_PATIENCE):
            try:
                with self.stop.anywhere():
                    return settled_instant(self.home.engine, self.home.identity.id, self.home.clock)
            except BusyError:
                if last == _PATIENCE - 1:
                    raise
        raise AssertionError

    def configured(self, briefing: str) -> str:
        """Keep today's configuration of a briefing, and give its hash.

        Words of the home are held to the evidence here, since what is kept is built as written.

        Raises:
            ConfigError: it has faults.
            UsageError: there is no such briefing any more.
        """
        refuse_overstated(self.home)
        text = configuration_of(self.home, self.home.settings.briefing(briefing), look(self.home))
        keep(self.home, text)
        keep_text(self.ledger, text)
        return text.hash

    def bring(self, edition: Edition) -> Edition:
        """Do for an edition what can be done now, and write down what came of it."""
        self.log.line("take-up", edition=edition.key, state=edition.state)
        try:
            ended = self._bring(edition)
        except PASSING as error:
            ended = self._put_off(edition, error)
        except ViperReportError as error:
            ended = self._faulted(edition, str(error), error.exit_code)
        except Exception as error:  # noqa: BLE001 - a poisoned edition must spare the others
            ended = self._faulted(edition, _place_of(error), BUG)
        self.log.line("end", edition=ended.key, state=ended.state, reason=ended.reason)
        return ended

    def _bring(self, edition: Edition) -> Edition:
        if edition.state is State.FAULTED:
            edition = self._tried_again(edition)
            if edition.state is State.FAULTED:
                return edition
        tentative = self._tentative(edition)
        home = self._open(tentative.configuration)
        on_time = not (edition.released or edition.late)
        lacking = self._lacking(home, tentative) if on_time else ""
        until = waits_until(home, edition) if lacking else None
        if until is not None and self.home.clock() < until:
            said = f"{lacking}; waiting until {until.astimezone(home.zone):%Y-%m-%d %H:%M}"
            return self._wait(edition, said)
        edition = self._fixed(edition, tentative)
        if until is not None:
            edition = self.ledger.move(edition, State.CLAIMED, lacking, late=True)
        return self._make(home, edition)

    def _request(self, home: Home, edition: Edition) -> BuildRequest:
        """How an edition is built, beside those that were filed before it."""
        request = request_of(edition, replaced_by(self.ledger, edition))
        whole = read_ledger(self.home.ledger, self.home.identity.id)
        known_at = edition.known_at or self.home.clock()
        before = previous_known_at(home, whole, edition.key, known_at)
        return replace(request, previous_known_at=before)

    def _make(self, home: Home, edition: Edition) -> Edition:
        request = self._request(home, edition)
        try:
            if request.replaces and (said := self._needless(home, edition, request)):
                return self.ledger.move(edition, State.SKIPPED, said, code=0)
            made = make(home, request)
        except DataError as error:
            return self._held(edition, str(error))
        if made.briefing.on_hold and not edition.released:
            where = write_draft(home, made)
            said = _why(made.briefing)
            return self._held(
                edition, said, str(where), self._addressing.held(home, edition, made, where)
            )
        return self._file(home, edition, made)

    def _needless(self, home: Home, edition: Edition, request: BuildRequest) -> str:
        """Why a correction need not be made any more; empty where it must."""
        newest = newest_of(read_ledger(self.home.ledger, self.home.identity.id), edition.key)
        if newest is not None and newest.key.revision > edition.key.revision:
            return f"{newest.key} was filed meanwhile"
        return "" if is_changed(home, request) else SAME_FIGURES

    def _tried_again(self, edition: Edition) -> Edition:
        """An edition with a fault, once its time has come or what it is made from has changed."""
        fault, _, circumstances = edition.fault.partition(" ")
        now = self._circumstances(self.configured(edition.key.briefing))
        if circumstances != now:
            anew = {"known_at": None, "configuration": "", "fault": "", "same": 0, "tries": 0}
            said = "what it is made from has changed"
            return self.ledger.move(edition, State.CLAIMED, said, next_try=None, code=0, **anew)
        if edition.next_try is not None and self.home.clock() < edition.next_try:
            return edition
        return self.ledger.move(edition, State.CLAIMED, f"tried again after fault {fault}")

    def _tentative(self, edition: Edition) -> Edition:
        """An edition with its instant and its configuration; not noted, as it may have to wait."""
        configuration = edition.configuration or self.configured(edition.key.briefing)
        known_at = edition.known_at or self.instant()
        return replace(edition, known_at=known_at, configuration=configuration)

    def _fixed(self, edition: Edition, tentative: Edition) -> Edition:
        """Note an instant and a configuration, which every later try keeps."""
        if edition.state is State.CLAIMED and edition == tentative:
            return edition
        fixed = {"known_at": tentative.known_at, "configuration": tentative.configuration}
        return self.ledger.move(edition, State.CLAIMED, edition.reason, code=0, **fixed)

    def _open(self, configuration: str) -> Home:
        if configuration not in self._opened:
            self._opened[configuration] = reopened(self.home, configuration)
        return self._opened[configuration]

    def _lacking(self, home: Home, edition: Edition) -> str:
        """What an edition's sources do not tell yet; empty where they reach its cut-off."""
        cut_off = edition.key.cut_off
        try:
            with consulting(home.engine, home.identity.id) as connection:
                snapshot = take_snapshot(home, connection, cut_off, edition.known_at)
        except DataError as error:
            return str(error)
        cubes = (snapshot.incidents, snapshot.recoveries, snapshot.activity)
        return "; ".join(
            f"source {cube.source} ends on {cube.held_to}"
            for cube in cubes
            if cube is not None and cube.last_day_counted(cut_off) < cube.wanted_day(cut_off)
        )

    def _wait(self, edition: Edition, said: str) -> Edition:
        """Wait; when it is tried again it is as then known, and as then configured."""
        if edition.reason == said and edition.state is State.WAITING:
            return edition
        anew = {"known_at": None, "configuration": ""}
        return self.ledger.move(edition, State.WAITING, said, code=0, **anew)

    def _held(
        self, edition: Edition, said: str, draft: str = "", posted: tuple[Posting, ...] = ()
    ) -> Edition:
        step = f"once that is done: viperreport retry {edition.key} --reason …"
        if draft:
            step = f"see {draft}; {step}; or: viperreport release {edition.key} --reason …"
        self.log.tell(str(edition.key), f"on hold: {said}", step, anew=True)
        return self.ledger.hold(edition, said, OnHoldError.exit_code, posted)

    def _file(self, home: Home, edition: Edition, made: DrawnEdition) -> Edition:
        pieces = [
            *(Piece(path_of(edition.key, each.name), each.content) for each in made.beside),
            Piece(path_of(edition.key, "pdf"), made.pdf),
        ]
        for path in put_pieces(self.home.archive, pieces, self.ledger.must_hold):
            self.log.line("leftover", path=path, said="of a run that was killed: replaced")
        told = _told(edition, made)
        filed = [_filed(piece, told if piece is pieces[-1] else {}) for piece in pieces]
        link = self.ledger.links_of(edition, filed)[-1]
        posted = self._addressing.filed(home, edition, made, link)
        links = self.ledger.file(edition, filed, self.ledger.grounds(edition), posted)
        ended = self.ledger.again(edition)
        self.log.line("filed", edition=ended.key, path=links[-1].path, chain=links[-1].chain)
        with suppress(OutputError):  # a convenience for `explain`; the edition is filed
            note_last(home, drawn(made))
        return ended

    def _put_off(self, edition: Edition, error: ViperReportError) -> Edition:
        """A disk, a lock or a network: the next run tries again, and it counts for nothing."""
        self.log.line("put-off", edition=edition.key, code=error.exit_code)
        self.log.tell(str(edition.key), str(error), code=error.exit_code)
        now = self.ledger.again(edition)
        return self.ledger.move(now, now.state, str(error), code=error.exit_code)

    def _faulted(self, edition: Edition, said: str, code: int) -> Edition:
        now = self.ledger.again(edition)
        if now.state is State.FILED:  # it is in the archive: what came after is told, no more
            self.log.tell(str(now.key), said, code=code)
            return now
        circumstances = self._circumstances(now.configuration or self._configured_or_none(now))
        fault = f"{hashlib.sha256(said.encode()).hexdigest()[:12]} {circumstances}"
        same, tries = (now.same + 1 if fault == now.fault else 1), now.tries + 1
        counted = {"fault": fault, "same": same, "tries": tries, "code": code}
        if same >= SAME_FAULT:
            step = f"mend it, then: viperreport retry {now.key} --reason …"
            self.log.tell(str(now.key), f"failed {same} times: {said}", step, anew=True)
            return self.ledger.move(now, State.FAILED, said, next_try=None, **counted)
        pause = SPACED[min(tries, len(SPACED)) - 1]
        self.log.tell(str(now.key), said, "it is tried again by itself")
        again = self.home.clock() + pause
        return self.ledger.move(now, State.FAULTED, said, next_try=again, **counted)

    def _configured_or_none(self, edition: Edition) -> str:
        try:
            return self.configured(edition.key.briefing)
        except ViperReportError:
            return "none"

    def _circumstances(self, configuration: str) -> str:
        """What a fault depends on: configuration, data and versions."""
        made_with = versions(self.home.settings.zone)
        ours = (configuration, self.data, sorted(made_with.items()))
        return hashlib.sha256(repr(ours).encode()).hexdigest()[:32]


def request_of(edition: Edition, replaces: Replaced | None = None) -> BuildRequest:
    """How an edition of the ledger is built, now or again.

    Args:
        replaces: the one that it corrects; None for none.
    """
    key = edition.key
    return BuildRequest(
        key.briefing,
        key.cut_off,
        edition.known_at,
        key.area,
        revision=key.revision,
        late=edition.late,
        released=edition.released,
        replaces=replaces,
    )


def tried_again_at(home: Home, edition: Edition) -> datetime | None:
    """When an edition is taken up again by itself, though nothing has changed by then."""
    if edition.state is State.FAULTED:
        return edition.next_try
    if edition.state is not State.WAITING:
        return None
    with suppress(UsageError):  # its briefing is no longer configured
        return waits_until(home, edition)
    return None


def _why(briefing: Briefing) -> str:
    """What each guard that holds an edition found, and what it says to type."""
    held = [guard for guard in briefing.guards if guard.held]
    return "; ".join(": ".join(filter(None, _parts(guard))) for guard in held)


def _parts(guard: Guard) -> tuple[str, str]:
    return f"{plain(guard.said)} ({guard.name})", plain(guard.step)


def _told(edition: Edition, made: DrawnEdition) -> dict[str, object]:
    """What the manifest tells of an edition beside its file, enough to note it again."""
    key = edition.key
    return {
        "home": key.home,
        "briefing": key.briefing,
        "area": key.area,
        "cut_off": key.cut_off.isoformat(),
        "revision": key.revision,
        "slot": edition.slot,
        "due": edition.due.isoformat(),
        "known_at": _instant(edition.known_at),
        "configuration": edition.configuration,
        "late": edition.late,
        "released": edition.released,
        "previous_known_at": _instant(made.request.previous_known_at),
        "fingerprint": made.briefing.fingerprint,
        "made_with": dict(made.made_with),
        SHOWN: shown_of(made.briefing),
        **_told_of_replaced(made.request.replaces),
    }


def _told_of_replaced(replaced: Replaced | None) -> dict[str, object]:
    return {} if replaced is None else {"replaces": told_of(replaced)}


def _instant(instant: datetime | None) -> str:
    return "" if instant is None else instant.isoformat()


def _filed(piece: Piece, told: dict[str, object]) -> Filed:
    sha256 = hashlib.sha256(piece.content).hexdigest()
    return Filed(piece.path, sha256, len(piece.content), told)


def _place_of(error: Exception) -> str:
    """What a fault of the program is and where it arose; never its words, which may quote a row."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "viperreport" in frame.filename] or frames
    where = f" in {os.path.basename(ours[-1].filename)}:{ours[-1].lineno}" if ours else ""  # noqa: PTH119
    return f"a fault of the program: {type(error).__name__}{where}"
