"""Figures 6 and 7: recoveries by kind of weapon and by circumstance."""

import re
from collections.abc import Sequence

from viperreport.model.exhibits import BarRow, Bars
from viperreport.model.figure import Comparison, Figure, derived
from viperreport.model.wording import (
    Name,
    Number,
    Setting,
    Share,
    Span,
    Text,
    Year,
    listed,
    sentences,
    text,
)
from viperreport.sections.context import Context, Contribution
from viperreport.sections.recoveries.course import last_year_known, unit_noun
from viperreport.sections.recoveries.groups import (
    CIRCUMSTANCES,
    Group,
    Kinds,
    Pair,
    check_sum,
    counted_pair,
    filtered,
    other_parts,
)
from viperreport.sections.years import Followed

_TELLING = 3  # a title names the kinds that hold a third of all
_MOST_NAMED = 2
_OTHER = "other"
# The first that fits: "Handed in at a police station" was surrendered, "Found in a search" was not
# come upon by the public.
_CHANNEL_WORDS = (
    ("surrendered", re.compile(r"\bsurrender|\b(handed in|amnesty|buy-?back)\b")),
    ("found", re.compile(r"\b(found|recovered) by (a |the |members? of the )*public\b")),
    (
        "enforcement",
        re.compile(r"\b(search|stop|arrest|sweep|warrant|raid|seiz|anpr|patrol|operation|police)"),
    ),
    ("found", re.compile(r"\bfound\b")),
)
_CHANNELS = ("enforcement", "surrendered", "found", _OTHER, "unknown")


def bars(context: Context, followed: Followed, total: Comparison, kinds: Kinds) -> Contribution:
    """A bar for each group, and a mark for last year."""
    leading, lead = _leading(total.now, kinds)
    channels = _channels(context, followed, total, kinds)
    this_year = Year(followed.year)
    held = any(then.value is not None for _, then in (group.pair for group in kinds.groups))
    block = Bars(
        ref=kinds.breakdown.ref,
        title=leading,
        subtitle=_subtitle(context, followed, kinds),
        rows=tuple(_row(group) for group in kinds.groups),
        now_label=text(this_year),
        then_label=text(Year(followed.year - 1)) if held else (),
        note=sentences(channels[0], other_parts(kinds), last_year_known(total)),
        said=_said(kinds),
    )
    return Contribution((block,), (*kinds.figures, *lead, *channels[1]))


def _subtitle(context: Context, followed: Followed, kinds: Kinds) -> Text:
    lead = text(f"{unit_noun(followed)} by {kinds.breakdown.noun}, ")
    if followed.to_date.last_day == context.facts.key.cut_off:
        return (*lead, *text("year to date"))
    return (*lead, Span(followed.to_date))


def _row(group: Group) -> BarRow:
    now, then = group.pair
    return BarRow(text(Name(group.title)), now, None if then.value is None else then)


def _leading(total: Figure, kinds: Kinds) -> tuple[Text, tuple[Figure, ...]]:
    """Name the kinds that alone hold a third of all, or how many kinds there are."""
    if not total.value:
        return text(f"No {total.unit}s in ", Year(total.period.start.year)), ()
    named = _leaders(total, [group for group in kinds.groups if not group.parts])
    if not 0 < len(named) <= _MOST_NAMED:
        noun = kinds.breakdown.noun
        several = sum(len(group.values) for group in kinds.groups if group.now.value)
        plural = noun if several == 1 else f"{noun}s"
        return text(f"{total.unit}s of ".capitalize(), Setting(several), f" {plural}"), ()
    if len(named) == 1:
        return text(Name(named[0].title), ": ", Share(named[0].now, total)), ()
    value = sum(group.now.count for group in named)
    key = f"{total.key}.leading_{kinds.breakdown.name}s"
    both = derived(total, key, value, f"sum of {' and '.join(g.now.key for g in named)}")
    names = listed(tuple(group.title for group in named))
    return text(names, ": ", Share(both, total)), (both,)


def _leaders(total: Figure, groups: Sequence[Group]) -> list[Group]:
    """The fewest of the largest that hold a third, with all that tie with the last of them."""
    ordered = sorted(
        (group for group in groups if group.now.value),
        key=lambda group: (-group.now.count, group.title.casefold()),
    )
    named: list[Group] = []
    for group in ordered:
        enough = sum(each.now.count for each in named) * _TELLING >= total.count
        if enough and group.now.count < named[-1].now.count:
            break
        named.append(group)
    return named


def channel_of(circumstance: str) -> str:
    """The channel that a circumstance is told to by its name.

    One whose words tell of none is another; "" stays unknown.
    """
    words = circumstance.casefold()
    if not words:
        return "unknown"
    return next((name for name, said in _CHANNEL_WORDS if said.search(words)), _OTHER)


def _channels(
    context: Context, followed: Followed, total: Comparison, kinds: Kinds
) -> tuple[Text, tuple[Figure, ...]]:
    """Circumstances roll up to channels, which are shown and never only added."""
    if kinds.breakdown is not CIRCUMSTANCES:
        return (), ()
    rolled: dict[str, list[str]] = {}
    for value in (value for group in kinds.groups for value in group.values):
        rolled.setdefault(channel_of(value), []).append(value)
    order = [name for name in _CHANNELS if name in rolled]
    pairs = []
    for name in order:
        counted = filtered(followed.counted, f"channel.{name}", "circumstance", rolled[name])
        pairs.append(counted_pair(context, followed, counted))
    check_sum(total.now, [now for now, _ in pairs])
    check_sum(total.then, [then for _, then in pairs])
    if _OTHER in order and not any(side.value for side in pairs[order.index(_OTHER)]):
        del pairs[order.index(_OTHER)], order[order.index(_OTHER)]
    return _say_channels(followed, order, pairs), tuple(f for pair in pairs for f in pair)


def _say_channels(followed: Followed, order: Sequence[str], pairs: Sequence[Pair]) -> Text:
    if not pairs:
        return ()
    said = text("Channels, by name: ")
    for k, (name, (now, then)) in enumerate(zip(order, pairs, strict=True)):
        year = (Year(followed.year - 1), ": ") if k == 0 else ()
        said += text("; " if k else "", f"{name} ", Number(now), " (", *year, Number(then), ")")
    return (*said, *text("."))


def _said(kinds: Kinds) -> Text:
    """What the bars show, for those who do not see them."""
    pairs = ((Name(each.title), Number(each.now), Number(each.pair[1])) for each in kinds.groups)
    return sentences(
        *(text(kind, ": ", now, ", a year before ", then, ".") for kind, now, then in pairs)
    )
