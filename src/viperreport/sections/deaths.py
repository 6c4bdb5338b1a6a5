"""Deaths recorded since the edition before: what became of the incidents and persons counted then.

A death belongs to its incident's period whenever it occurs, so it moves a count of old days.
Source: "Measures and units" and "Revisions since the previous edition" in docs/definitions.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from viperreport.analysis.revisions import Revisions
from viperreport.model.figure import Figure, derived
from viperreport.model.period import Period, calendar_year
from viperreport.model.wording import Number, Text, Year, sentences, text
from viperreport.sections.comparing import Counted
from viperreport.sections.context import Context, Deaths
from viperreport.sections.counted import deaths_held

_NO_REVISION = {"last", "new", "this"}


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The way of one count over the days of one year, from the last edition to this one.

    Args:
        now: the count of this edition.
        since: the instant (UTC) of which the last edition knew.
    """

    now: Figure
    way: Revisions
    since: datetime

    def is_revised(self) -> bool:
        """Whether anything changed but by what happened since."""
        names = set(Revisions.__slots__) - _NO_REVISION
        return any(getattr(self.way, name) for name in names)

    def part(self, name: str, value: int | None = None) -> Figure:
        """A part of the way: no records add up to it, both editions' versions tell it.

        Args:
            value: of a part that the way itself does not name.
        """
        then, known = (f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in (self.since, self.now.known_at))
        method = (
            f"{name.replace('_', ' ')}: by comparing each record's version known at {then} with "
            f"the one known at {known}; {self.now.method}"
        )
        value = getattr(self.way, name) if value is None else value
        return derived(self.now, f"{self.now.key}.revision.{name}", value, method)


@dataclass(frozen=True, slots=True)
class RevisedDeaths:
    """A count of deaths of which something is revised.

    Args:
        of_persons: whether persons are counted; else fatal incidents.
        this_year, last_year: None where the count is not held.
    """

    of_persons: bool
    this_year: Reconciled | None
    last_year: Reconciled | None

    @property
    def years(self) -> tuple[tuple[bool, Reconciled], ...]:
        """What is revised, and whether that year is over."""
        both = ((False, self.this_year), (True, self.last_year))
        return tuple((over, each) for over, each in both if each and each.is_revised())


def count_deaths(context: Context) -> tuple[RevisedDeaths, ...]:
    """Fatal incidents, where they are revised; persons killed, where that tells not all of it."""
    held = {counted.stem: counted for counted in deaths_held(context)}  # as far as it may be told
    every = [
        _deaths(context, held[each.stem], each)
        for each in context.previous.deaths
        if each.stem in held
    ]
    told = {
        over: _net(each) for deaths in every if not deaths.of_persons for over, each in deaths.years
    }
    return tuple(
        deaths
        for deaths in every
        if deaths.years
        and (
            not deaths.of_persons
            or any(each.way.restated != told.get(over, 0) for over, each in deaths.years)
        )
    )


def _deaths(context: Context, counted: Counted, found: Deaths) -> RevisedDeaths:
    last_year = calendar_year(context.year - 1)
    stem, since = counted.stem, context.previous.known_at

    def reconciled(kind: str, period: Period, way: Revisions | None) -> Reconciled | None:
        if way is None:
            return None
        key = f"{stem}.{kind}.{period.start.year}"
        return Reconciled(counted.figure(counted.cube, period, key), way, since)

    return RevisedDeaths(
        counted.adds == "killed",
        reconciled("ytd", context.year_to_date, found.this_year),
        reconciled("revised", last_year, found.last_year),
    )


def _net(found: Reconciled) -> int:
    """By how many the deaths and errors recorded since moved a count of fatal incidents."""
    return found.way.reclassified_in - found.way.reclassified_out


def say_deaths(
    context: Context, deaths: tuple[RevisedDeaths, ...]
) -> tuple[Text, tuple[Figure, ...]]:
    """Which incidents counted before are now recorded as fatal, or no longer; in a line or none.

    Persons are told where that does not tell of them: a second death in one incident.

    Returns:
        The sentences, and the figures in them.
    """
    said: list[Text] = []
    for each in deaths:
        for over, found in each.years:
            which = (
                text(" of ", Year(found.now.period.start.year)) if over else text(" counted before")
            )
            said += _persons(found, which) if each.of_persons else _fatal(context, found, which)
    joined = sentences(*said)
    return joined, tuple(part.figure for part in joined if isinstance(part, Number))


def _persons(found: Reconciled, which: Text) -> Iterator[Text]:
    if found.way.restated:
        number = Number(found.part("restated"), signed=True)
        yield text("Persons killed in incidents", *which, ": ", number, ".")


def _fatal(context: Context, found: Reconciled, which: Text) -> Iterator[Text]:
    for name, how in (("reclassified_in", "now"), ("reclassified_out", "no longer")):
        number = found.part(name)
        unit, verb = f" {context.incidents.measure.unit}", " is "
        if number.count != 1:
            unit, verb = f"{unit}s", " are "
        if number.count:
            yield text(Number(number), unit, *which, verb, how, " recorded as fatal.")
