"""The tiles: how many, against what, is it real."""

from dataclasses import dataclass

from viperreport.model.briefing import KeyFigure, KeyFigures, Sparkline, Tone
from viperreport.model.figure import (
    Comparison,
    Figure,
    Maturity,
    Measure,
    Suppressed,
    Unit,
    Verdict,
    WhyNone,
)
from viperreport.model.period import (
    Period,
    last_28_days,
    months_ending,
    weeks_ending,
    year_to_date,
)
from viperreport.model.snapshot import Cube
from viperreport.model.wording import (
    Change,
    Day,
    Interval,
    Name,
    Number,
    Ref,
    Setting,
    Span,
    Text,
    Year,
    sentences,
    text,
)
from viperreport.sections.comparing import Counted, compare
from viperreport.sections.context import Context, Contribution
from viperreport.sections.counted import all_incidents, in_priority_areas, plural, worst_held
from viperreport.sections.disclosing import not_by_area
from viperreport.sections.maturity import first_known, known_how

SPARK_POINTS = 26
_ABSENT = "no source in this home"
_WEEKS = text(" weeks (", Ref("K2"), ": sums of ", Setting(28), " days)")
_NO_RECOVERIES = Measure("recovered", "Firearms recovered", "", Unit.ITEM, harm=False)


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile in the making.

    Args:
        counted: what it counts; None where the home holds nothing of the kind.
        measure: names it where nothing is held.
        spark: the periods of its sparkline.
    """

    ref: str
    label: Text
    period_name: Text
    period: Period
    counted: Counted | None
    comparison: Comparison | None
    missing: Figure | None
    spark: tuple[Period, ...] = ()


def key_figures(context: Context) -> Contribution:
    """Count, then say."""
    tiles = count(context)
    persons = persons_not_held(context)
    block = KeyFigures(
        tuple(say(context, tile) for tile in tiles), _note(tiles, persons), _how_to_read(context)
    )
    return Contribution(
        (block,),
        (*(tile.missing for tile in tiles if tile.missing), *persons),
        tuple(tile.comparison for tile in tiles if tile.comparison),
    )


def count(context: Context) -> tuple[Tile, ...]:
    """The four tiles: the year, the last weeks, the worst of it, what was recovered."""
    return (_year(context), _recent(context), _worst(context), _recovered(context))


def _year(context: Context) -> Tile:
    counted = all_incidents(context)
    comparison = compare(context, counted, "ytd", context.year_to_date, "K1")
    label = text(Name(context.incidents.measure.name))
    return _tile(context, "K1", label, counted, comparison)


def _recent(context: Context) -> Tile:
    counted = all_incidents(context)
    label = text(Name(context.incidents.measure.name))
    if counted.cube.monthly:
        comparison = compare(context, counted, "month", context.month, "K2")
        return _tile(context, "K2", label, counted, comparison)
    comparison = compare(context, counted, "28d", last_28_days(context.cut_off), "K2")
    return _tile(context, "K2", label, counted, comparison)


def _worst(context: Context) -> Tile:
    """Incidents with someone hurt; else fatal ones; else the priority areas together."""
    worst = worst_held(context)
    if worst is not None:
        name, counted = worst
        return _compared(context, "K3", text(name), counted)
    priority = in_priority_areas(context)
    if priority is not None:
        areas = Setting(len(context.facts.priority), spelled=True)
        label = text(Name(str(areas).capitalize()), " priority ", _areas(context))
        return _compared(context, "K3", label, priority)
    label, told = text("Incidents with someone hurt"), WhyNone.NOT_HELD
    if context.incidents.withholds("hurt", "fatal"):
        told = WhyNone.SUPPRESSED
    return _missing(context, "K3", label, context.incidents.measure, told)


def _areas(context: Context) -> Name:
    return Name(plural(context.facts.area_noun))


def _recovered(context: Context) -> Tile:
    cube = context.snapshot.recoveries
    if cube is None:
        return _missing(context, "K4", text(Name(_NO_RECOVERIES.name)), _NO_RECOVERIES)
    counted = Counted(cube, "recoveries")
    return _compared(context, "K4", text(Name(cube.measure.name)), counted)


def _compared(context: Context, ref: str, label: Text, counted: Counted) -> Tile:
    """A year to date, up to where this tile's own source is held."""
    period = year_to_date(counted.cube.last_day_counted(context.facts.key.cut_off))
    return _tile(context, ref, label, counted, compare(context, counted, "ytd", period, ref))


def _tile(
    context: Context, ref: str, label: Text, counted: Counted, comparison: Comparison
) -> Tile:
    period = comparison.now.period
    return Tile(
        ref, label, _period_name(context, period), period, counted, comparison, None,
        spark_periods(counted.cube, period),
    )  # fmt: skip


def _missing(
    context: Context,
    ref: str,
    label: Text,
    measure: Measure,
    why: WhyNone = WhyNone.NOT_HELD,
) -> Tile:
    period = context.year_to_date
    is_held = why is WhyNone.SUPPRESSED
    figure = Figure(
        key=f"{ref.lower()}.{'not_told' if is_held else 'not_held'}",
        ref=ref,
        value=None,
        why_none=why,
        suppressed_as=Suppressed.WITHHELD if is_held else None,
        measure=measure,
        period=period,
        known_at=context.snapshot.known_at,
        method="not told of a single area" if is_held else "no source of this home holds it",
    )
    return Tile(ref, label, _period_name(context, period), period, None, None, figure)


def _period_name(context: Context, period: Period) -> Text:
    """The kind of period; with its end where that is not the edition's cut-off."""
    if period.kind is period.kind.MONTH:
        return text(Span(period))
    name = text("last ", Setting(period.days), " days")
    if period.kind is period.kind.YEAR_TO_DATE:
        name = text("year to date")
    if period.last_day == context.facts.key.cut_off:
        return name
    return (*name, *text(", to ", Day(period.last_day)))


def persons_not_held(context: Context) -> tuple[Figure, ...]:
    """Killed and injured persons, where rows are incidents and nobody counted the people."""
    figures = (
        context.incidents.within(context.year_to_date).total(
            who, f"{all_incidents(context).stem}.{who}.ytd.{context.year}"
        )
        for who in ("killed", "injured")
    )
    return tuple(figures)


def say(context: Context, tile: Tile) -> KeyFigure:
    """Put a tile's comparison into its five short lines."""
    figure = tile.comparison.now if tile.comparison else tile.missing
    if figure is None:
        raise ValueError(f"tile {tile.ref} has neither a comparison nor a reason for none")
    stale = tile.counted is not None and _is_stale(context, tile.counted.cube)
    return KeyFigure(
        ref=tile.ref,
        label=tile.label,
        period=tile.period_name,
        figure=figure,
        tone=Tone.HARM if figure.measure.harm else Tone.ACTIVITY,
        change=_change(tile),
        against=_against(context, tile),
        comparison=None if _hides(tile) else tile.comparison,
        evidence=_evidence(tile),
        sparkline=_sparkline(tile),
        warning=_warning(context, tile) if stale else (),
    )


def _hides(tile: Tile) -> bool:
    """Whether a side of its comparison is not told; then nothing is said of a change."""
    made = tile.comparison
    return made is not None and bool(made.now.suppressed_as or made.then.suppressed_as)


def _is_stale(context: Context, cube: Cube) -> bool:
    """Whether a source ends so long before the cut-off that the edition is held for it."""
    asked = context.facts.key.cut_off
    late = cube.wanted_day(asked) - cube.last_day_counted(asked)
    return late.days > context.rules.max_age_days


def _warning(context: Context, tile: Tile) -> Text:
    end = tile.period.last_day
    days = (context.facts.key.cut_off - end).days
    return text("Data ", Setting(days), " days old")


def _change(tile: Tile) -> Text:
    comparison = tile.comparison
    if comparison is None:
        return text("not compared")
    if comparison.difference is None:
        return text("not compared")
    if comparison.percent is None:
        return text(Change(comparison))
    return text(Change(comparison), " (", Change(comparison, "percent"), ")")


def _against(context: Context, tile: Tile) -> Text:
    comparison = tile.comparison
    if comparison is None:
        return _why_missing(context, tile)
    then = comparison.then
    if comparison.now.why_none is WhyNone.NOT_HELD and tile.counted is not None:
        return text("held from ", Day(tile.counted.cube.held_from))
    if then.why_none is WhyNone.NOT_HELD:
        return text("no dated records for ", Year(then.period.last_day.year))
    if then.period.kind is then.period.kind.YEAR_TO_DATE:
        return text("from ", Number(then), " by ", Day(then.period.last_day))
    return text("from ", Number(then), ", ", Span(then.period))


def _why_missing(context: Context, tile: Tile) -> Text:
    if tile.missing is not None and tile.missing.suppressed_as:
        return not_by_area(context)
    return text(_ABSENT if tile.ref == "K4" else "not in this source")


def _evidence(tile: Tile) -> Text:
    comparison = tile.comparison
    if comparison is None:
        return text(Number(tile.missing)) if tile.missing else ()
    if _hides(tile):
        return text("a count is not told")
    match comparison.verdict:
        case Verdict.NONE if comparison.now.value is None:
            return text(Year(comparison.now.period.last_day.year), " held in part")
        case Verdict.NONE:
            return text(Year(comparison.then.period.last_day.year), " not held")
        case Verdict.FEW:
            return text("no interval")
        case _:
            return text(Setting("95%"), " interval ", Interval(comparison))


def spark_periods(cube: Cube, period: Period) -> tuple[Period, ...]:
    """Weeks up to a period's end; rolling windows for a rolling period; months where so held."""
    if cube.monthly:
        return months_ending(period.last_day, SPARK_POINTS)
    weeks = weeks_ending(period.last_day, SPARK_POINTS)
    if period.kind is period.kind.ROLLING_28D:
        return tuple(last_28_days(week.last_day) for week in weeks)
    return weeks


def _sparkline(tile: Tile) -> Sparkline | None:
    if tile.counted is None:
        return None
    counted = tile.counted
    values = counted.query(counted.cube, tile.period).series(tile.spark, counted.adds)
    held = [value for value in values if value is not None]
    if counted.cube.masked is not None and not held:  # weeks of areas are not told
        return None
    average = sum(held) / len(held) if held else None
    return Sparkline(values, average, text("the newest of ", Setting(len(held)), " points last"))


def _note(tiles: tuple[Tile, ...], persons: tuple[Figure, ...]) -> Text:
    return sentences(
        _of_finds(tiles),
        _exposure(tiles[0]),
        _maturity(tiles),
        _persons(persons),
    )


def _how_to_read(context: Context) -> Text:
    of = text(" months") if context.incidents.monthly else _WEEKS
    return text(
        "Sparklines: ", Setting(SPARK_POINTS), *of, ", dashes their average. Whiskers: ",
        Setting("95%"), " interval of the daily rate, filled if it leaves out no change.",
    )  # fmt: skip


def _exposure(year: Tile) -> Text:
    """Days on both sides where they differ, and how clustered the counts are."""
    comparison = year.comparison
    if comparison is None or comparison.then.value is None:
        return ()
    a, b = (Setting(figure.period.days) for figure in (comparison.now, comparison.then))
    days = text(a, " days against ", b, ", ") if a != b else ()
    lead = text(Ref(year.ref), ": ", *days)
    if not comparison.phi_measured:
        return text(*lead, "clustering not measured.")
    return text(*lead, "clustering φ ", Setting(f"{comparison.phi:.2f}"), ".")


def _of_finds(tiles: tuple[Tile, ...]) -> Text:
    """Say which verdicts rest on finds, and on how many."""
    for tile in tiles:
        evidence = tile.comparison.evidence if tile.comparison else None
        if evidence is not None and evidence[1].value is not None:
            now, then = map(Number, evidence)
            return text(Ref(tile.ref), " is judged by finds: ", now, " against ", then, ".")
    return ()


def _maturity(tiles: tuple[Tile, ...]) -> Text:
    """How last year is known, and what it has settled at since."""
    held = [
        (Ref(tile.ref), tile.comparison)
        for tile in tiles
        if tile.comparison is not None and tile.comparison.then.value is not None
    ]
    young = [each for each in held if each[1].maturity is not Maturity.NOT_COMPARABLE]
    fresh = [ref for ref, comparison in held if comparison.maturity is Maturity.NOT_COMPARABLE]
    if not held:
        return ()
    if not young:
        return first_known(tuple(comparison for _, comparison in held))
    settled = text(f"Last year {known_how(young[0][1].maturity)}; since settled at")
    for ref, comparison in young:
        settled += text(" ", ref, " ", Number(comparison.settled or comparison.then), ",")
    apart = text(" ", *_joined(fresh), " as known now: maturity not comparable.") if fresh else ()
    return (*settled[:-1], *text("."), *apart)


def _joined(refs: list[Ref]) -> Text:
    return text(*[part for ref in refs for part in (", ", ref)][1:])


def _persons(persons: tuple[Figure, ...]) -> Text:
    """Name those that nobody counted."""
    missing = [figure for figure in persons if figure.value is None]
    if not missing:
        return ()
    who = " or ".join(figure.adds for figure in missing)
    return text(f"Persons {who}: ", Number(missing[0]), ".")
