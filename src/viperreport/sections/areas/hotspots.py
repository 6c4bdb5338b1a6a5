"""Table 5: the neighbourhoods that the operation names, and what was recovered in each."""

from collections import Counter

from viperreport.model.exhibits import (
    Absent,
    Bar,
    Cell,
    Column,
    ColumnKind,
    Remark,
    Row,
    Table,
)
from viperreport.model.figure import Figure
from viperreport.model.wording import Day, Name, Number, Setting, Text, Year, sentences, text
from viperreport.sections.areas.counts import noun
from viperreport.sections.areas.hotspot_counts import (
    HotspotCount,
    HotspotCounts,
    cannot_rank,
    count_hotspots,
    recovery_period,
    stated_hotspots,
)
from viperreport.sections.areas.table import number_cell, tied_label
from viperreport.sections.context import Context, Contribution
from viperreport.sections.counted import all_incidents, names
from viperreport.sections.disclosing import NOT_BY_AREA, is_public
from viperreport.sections.maturity import last_year_known

_FILE = "config/operation.toml"
_SMALL_GAP = 2


def hotspots(context: Context) -> Contribution:
    """Count, then say; nothing where the operation names no hotspot."""
    stated = stated_hotspots(context)
    if not stated:
        return Contribution(())
    if not context.incidents.knows("sub_area"):
        absent = Remark(text("Hotspots"), text("Not held: no row names its neighbourhood."))
        return Contribution((Absent(absent),))
    counts = count_hotspots(context, stated)
    figures = [counts.together, counts.total, counts.unstated]
    for each in counts.hotspots:
        figures += [each.now, each.then, each.recovered, each.swept]
    return Contribution((_say(context, counts),), tuple(f for f in figures if f is not None))


def _say(context: Context, counts: HotspotCounts) -> Table:
    with_recovered = any(each.recovered is not None for each in counts.hotspots)
    with_swept = any(each.swept is not None for each in counts.hotspots)
    years = Year(context.year), Year(context.year - 1)
    mark = text(", upright mark ", years[1]) if _any_then(counts) else ()
    return Table(
        ref="T5",
        title=_title(context, counts),
        subtitle=text(
            names(context)[0], " in hotspot neighbourhoods, year to date; bar ", years[0], *mark
        ),
        columns=_columns(context, recovered=with_recovered, swept=with_swept),
        rows=_rows(counts, recovered=with_recovered, swept=with_swept),
        note=_note(context, counts, recovered=with_recovered),
        row_height=6.0,
    )


def _any_then(counts: HotspotCounts) -> bool:
    return any(each.then.value is not None for each in counts.hotspots)


def _columns(context: Context, *, recovered: bool, swept: bool) -> tuple[Column, ...]:
    kind = ColumnKind
    made = [
        Column(text("Neighbourhood"), kind.WORDS, 33),
        Column(text(noun(context)), kind.WORDS, 30),
        Column(text(Year(context.year)), kind.THIS_YEAR, 11),
        Column(text(Year(context.year - 1)), kind.NUMBER, 11),
        Column((), kind.BAR, 37 if swept else 63 if recovered else 89),
    ]
    cube = context.snapshot.recoveries
    if recovered and cube:
        made.append(Column(text(Name(cube.measure.name)), kind.NUMBER, 27))
    if swept:
        made.append(Column(text("in weapon sweeps"), kind.NUMBER, 25))
    return tuple(made)


def _rows(counts: HotspotCounts, *, recovered: bool, swept: bool) -> tuple[Row, ...]:
    tied = Counter(each.now.value for each in counts.hotspots)
    return tuple(
        Row(
            (
                tied_label(
                    each.hotspot.name, tied=each.now.value is not None and tied[each.now.value] > 1
                ),
                text(Name(each.hotspot.area)),
                number_cell(each.now),
                number_cell(each.then),
                _bar(each),
                *((_cell(each.recovered),) if recovered else ()),
                *((_cell(each.swept),) if swept else ()),
            )
        )
        for each in counts.hotspots
    )


def _cell(figure: Figure | None) -> Cell:
    return number_cell(figure) if figure is not None else ()


def _bar(each: HotspotCount) -> Bar:
    now, then = each.now, each.then
    return Bar(
        now if now.value is not None else None,
        upright=then if then.value is not None else None,
    )


def _title(context: Context, counts: HotspotCounts) -> Text:
    """What part of the whole they hold, and whether their counts can rank them."""
    measure, mid_sentence = names(context)
    if any(each.now.suppressed_as for each in counts.hotspots):
        return text(measure, " in hotspots: some counts are not printed")
    if counts.together is None:
        return text(measure, " in hotspots: some neighbourhoods are not held")
    part = (Number(counts.together), " of ", Number(counts.total))
    small = text("; numbers this small cannot rank them") if cannot_rank(context, counts) else ()
    if counts.total.count == 1:  # the name is a plural
        return text(measure, " in hotspots: ", *part, *small)
    if len(counts.hotspots) == 1:
        only = Name(counts.hotspots[0].hotspot.name)
        return text(only, " holds ", *part, " ", mid_sentence)
    return text("Hotspots hold ", *part, " ", mid_sentence, *small)


def _note(context: Context, counts: HotspotCounts, *, recovered: bool) -> Text:
    return sentences(
        text("Hotspots as stated in ", Name(_FILE), "."),
        _gap(context, counts),
        _unstated(context, counts),
        _then_known(counts),
        _recoveries(context, recovered=recovered),
        _sweeps(context, recovered=recovered),
    )


def _then_known(counts: HotspotCounts) -> Text:
    """How last year's counts are known, where there are any."""
    held = (each.then for each in counts.hotspots if each.then.value is not None)
    return next((last_year_known(then, counts.maturity) for then in held), ())


def _gap(context: Context, counts: HotspotCounts) -> Text:
    """How little a small gap says."""
    ties = Counter(each.now.value for each in counts.hotspots if each.now.value is not None)
    tied = text("Equal counts (=) by name.") if any(n > 1 for n in ties.values()) else ()
    if not cannot_rank(context, counts):
        return tied
    small = Setting(_SMALL_GAP, spelled=True), " or ", Setting(_SMALL_GAP + 1, spelled=True)
    what = f" {all_incidents(context).stem} is no evidence of a difference in risk."
    return sentences(text("A gap of ", *small, what), tied)


def _unstated(context: Context, counts: HotspotCounts) -> Text:
    """Records that may lie in a hotspot and do not say so."""
    if not counts.unstated.value:
        return ()
    word = Name(context.facts.area_noun)
    return text("No neighbourhood is named in their ", word, ": ", Number(counts.unstated), ".")


def _sweeps(context: Context, *, recovered: bool) -> Text:
    """A cross-table of neighbourhoods is not for everybody."""
    if not recovered or not is_public(context):
        return ()
    return text("How they were recovered is ", NOT_BY_AREA, "neighbourhood.")


def _recoveries(context: Context, *, recovered: bool) -> Text:
    if not recovered:
        return text("Recoveries by neighbourhood: not held.")
    period = recovery_period(context)
    if period is None or period.last_day == context.cut_off:
        return ()
    return text("Recoveries to ", Day(period.last_day), ".")
