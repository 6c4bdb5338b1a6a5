"""What is different between two editions: totals and their records, figures, configuration.

Each is counted as it was built: by its own configuration, as known at its own instant. Source:
"Revisions since the previous edition" in docs/definitions.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from viperreport.errors import DataError, UsageError
from viperreport.evidence.changed_records import WayBetween, way_between
from viperreport.evidence.store import consulting
from viperreport.gathering import end_of_day, timing
from viperreport.model.briefing import Briefing
from viperreport.model.figure import Figure
from viperreport.model.period import PeriodKind
from viperreport.pipeline import BuildRequest, Home, build, configuration_of, look


@dataclass(frozen=True, slots=True)
class Side:
    """One of two editions, counted again.

    Args:
        home: as it was configured for it.
        files: of its configuration, SHA-256 by name.
    """

    home: Home
    briefing: Briefing
    files: Mapping[str, str]

    def total(self, key: str) -> Figure | None:
        """A figure that records add up to, by its key."""
        found = (figure for figure in self.briefing.figures if figure.key == key)
        return next((figure for figure in found if figure.is_counted), None)


@dataclass(frozen=True, slots=True)
class Total:
    """One measure's year to date in both editions, and what leads from the one to the other.

    Args:
        way: None where none does: it was counted by another filter, or of a later year.
    """

    then: Figure
    now: Figure
    way: WayBetween | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What is different between two editions, the one known earlier first.

    Args:
        totals: the headline measure's, and those of the other tiles that count the year so far.
        figures: key, then, now of each that has another value; None: not in that edition.
        files: name, SHA-256 then, now of each configuration file that is another; "": none.
    """

    then: Side
    now: Side
    totals: tuple[Total, ...]
    figures: tuple[tuple[str, Figure | None, Figure | None], ...]
    files: tuple[tuple[str, str, str], ...]

    @property
    def is_none(self) -> bool:
        """Whether nothing at all is different."""
        records = any(total.way is None or total.way.records for total in self.totals)
        return not (records or self.figures or self.files)


def counted_again(home: Home, request: BuildRequest) -> Side:
    """Count one edition again.

    Args:
        home: as it was configured for the edition.
        request: without an instant, that is taken of its slot, or of the end of its cut-off where
            the schedule has none; the newest where nothing was known by then.
    """
    request = replace(
        request, replaces=None
    )  # what a correction tells of the one before is no news
    briefing = _built(home, request)
    settings = home.settings.briefing(request.briefing)
    return Side(home, briefing, configuration_of(home, settings, look(home)).hashes)


def _built(home: Home, request: BuildRequest) -> Briefing:
    if request.known_at is not None:
        return build(home, request)
    when = timing(home, home.settings.briefing(request.briefing), request.cut_off)
    due = when.slot.instant if when.slot else end_of_day(when.cut_off, home.zone)
    if due > home.clock():
        return build(home, request)
    try:
        return build(home, replace(request, known_at=due))
    except DataError:  # it was loaded later than that
        return build(home, request)


def difference(one: Side, other: Side) -> Difference:
    """Set one edition against another.

    Raises:
        UsageError: they are of two briefings, areas or measures.
    """
    then, now = sorted((one, other), key=_age)
    _refuse_unlike(then, now)
    return Difference(
        then, now, tuple(_totals(then, now)), tuple(_figures(then, now)), tuple(_files(then, now))
    )


def _age(side: Side) -> tuple[object, object]:
    return side.briefing.known_at, side.briefing.edition.cut_off


def _refuse_unlike(then: Side, now: Side) -> None:
    one, other = then.briefing.edition, now.briefing.edition
    if (one.briefing, one.area) != (other.briefing, other.area):
        raise UsageError(
            f"{one} and {other}: two briefings or areas cannot be led from one to the other: "
            "choose two editions of one briefing and area"
        )
    first, second = _headline(then), _headline(now)
    if (first.source, first.measure.code) != (second.source, second.measure.code):
        raise UsageError(
            f"{one} counts {first.measure.name}, {other} counts {second.measure.name}: unlike "
            "measures cannot be led from one to the other"
        )


def _headline(side: Side) -> Figure:
    return next(figure for figure in side.briefing.figures if figure.ref == "K1")


def _totals(then: Side, now: Side) -> Iterator[Total]:
    """The tiles that count this year so far, of both editions: K1, and others of the same key."""
    pairs = [(_headline(then), _headline(now))]
    for figure in now.briefing.figures:
        earlier = then.total(figure.key)
        if earlier and figure.ref.startswith("K") and figure.ref != "K1":
            pairs.append((earlier, figure))
    for earlier, later in pairs:
        if _add_up(earlier) and _add_up(later):
            yield _total(now.home, earlier, later)


def _add_up(figure: Figure) -> bool:
    return figure.is_counted and figure.period.kind is PeriodKind.YEAR_TO_DATE


def _total(home: Home, earlier: Figure, later: Figure) -> Total:
    one, other = ((f.source, f.measure.code, f.where, f.adds) for f in (earlier, later))
    if one != other:
        return Total(earlier, later, None)
    source = home.settings.source(later.source)
    with consulting(home.engine, home.identity.id) as connection:
        return Total(earlier, later, way_between(connection, source, earlier, later))


def _figures(then: Side, now: Side) -> Iterator[tuple[str, Figure | None, Figure | None]]:
    old, new = ({f.key: f for f in side.briefing.figures} for side in (then, now))
    for key in dict.fromkeys((*new, *old)):
        one, other = old.get(key), new.get(key)
        if (
            one is None
            or other is None
            or (one.value, one.why_none) != (other.value, other.why_none)
        ):
            yield key, one, other


def _files(then: Side, now: Side) -> Iterator[tuple[str, str, str]]:
    for name in sorted({*then.files, *now.files}):
        one, other = then.files.get(name, ""), now.files.get(name, "")
        if one != other:
            yield name, one, other
