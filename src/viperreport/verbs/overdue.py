"""What is not settled in time: one rule for `status`, and for what a run tells at its end.

A slot that no run has taken up, and an edition that runs should have brought to its end. What is
on hold or has failed waits for a person and is told at once, whatever its age.
"""

from dataclasses import dataclass
from datetime import datetime, time

from viperreport.archive.reading import Edition, Whole
from viperreport.archive.states import UNFINISHED, State
from viperreport.errors import OnHoldError, UsageError
from viperreport.model.period import ONE_DAY
from viperreport.pipeline import Home
from viperreport.verbs.planning import Plan, RunRequest, plan
from viperreport.verbs.telling import Log
from viperreport.verbs.trust import doubts

_RUN = "viperreport run"
_CODE = OnHoldError.exit_code


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that waits for a person, or that a person should know.

    Args:
        code: the exit code that it means; 0 where all is well.
        step: what to type; empty for nothing.
        whom: all whom it is about; of many `said` names only some.
    """

    about: str
    said: str
    code: int = 0
    step: str = ""
    whom: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """All of it in one line."""
        return f"{self.about}: {self.said}" + (f"; type: {self.step}" if self.step else "")


def tell_overdue(home: Home, whole: Whole, log: Log) -> None:
    """Tell the operator of all that is overdue; of nothing where nothing may be taken up at all."""
    now = home.clock()
    if doubts(home, whole):
        return
    planned = plan(home, whole, RunRequest(), now)
    if planned.block is None:
        editions = [overdue_edition(home, whole, each, now) for each in whole.editions]
        found = [*overdue_slots(home, whole, planned, now), *filter(None, editions)]
        for matter in found:
            log.tell(matter.about, matter.said, f"type: {matter.step}")


def overdue_slots(home: Home, whole: Whole, planned: Plan, now: datetime) -> list[Matter]:
    """Slots that were due, long enough ago, and that no run has taken up."""
    after = home.settings.operator.overdue_after
    said = "overdue: runs came, and could not take it up"
    step = f"{_RUN}, which says why"
    if _is_idle(home, whole, now):
        said = f"overdue: no run has taken it up; {_last_run(home, whole)}"
        step = f"{_RUN}, and see whether cron or the daemon is at work"
    return [
        Matter(f"{due.briefing} {due.slot}", f"{said} (cut-off {due.cut_off})", _CODE, step)
        for due in planned.due
        if now > due.slot.instant + after
    ]


def overdue_edition(home: Home, whole: Whole, edition: Edition, now: datetime) -> Matter | None:
    """What an edition needs that runs should have settled by now; None where it is not overdue."""
    if edition.state not in UNFINISHED:
        return None
    name = str(edition.key)
    idle = _is_idle(home, whole, now)
    expected = _expected(home, whole, edition)
    if now <= expected + home.settings.operator.overdue_after and not (
        idle and edition.state is State.WAITING
    ):
        return None
    said = f"overdue: {edition.state}: {edition.reason or 'under way'}"
    step = f"{_RUN}, which says why"
    if idle:
        said = f"{said}; {_last_run(home, whole)}"
        step = f"{_RUN}, and see whether cron or the daemon is at work"
    elif edition.state is State.FAULTED:
        step = f"viperreport retry {name} --reason …, once that is mended, and {_RUN}"
    return Matter(name, said, edition.code or _CODE, step)


def waits_until(home: Home, edition: Edition) -> datetime | None:
    """The instant up to which an edition waits for its data; None where it does not."""
    wait: time | None = home.settings.briefing(edition.key.briefing).wait_for_data
    if wait is None:
        return None
    local = datetime.fromisoformat(edition.slot)
    day = local.date() if wait > local.time() else local.date() + ONE_DAY
    return datetime.combine(day, wait, home.zone)


def _expected(home: Home, whole: Whole, edition: Edition) -> datetime:
    """When runs should have settled an edition: by its slot, or since it was taken up (again)."""
    asked = [
        event.at
        for event in whole.events
        if event.edition == edition.key
        and event.after in UNFINISHED
        and event.before not in UNFINISHED
    ]
    expected = max(edition.due, *asked[-1:], edition.claimed_at)
    if edition.state is State.WAITING:
        try:
            until = waits_until(home, edition)
        except UsageError:  # there is no such briefing any more
            until = None
        expected = max(expected, until or expected)
    return expected


def _is_idle(home: Home, whole: Whole, now: datetime) -> bool:
    """Whether no run has come for long."""
    return whole.newest is None or now > whole.newest + home.settings.operator.overdue_after


def _last_run(home: Home, whole: Whole) -> str:
    if whole.newest is None:
        return "no run has come yet"
    return f"the last run was on {whole.newest.astimezone(home.zone):%Y-%m-%d at %H:%M}"
