"""A briefing as JSON: the same figures, comparisons and sentences as the page.

Source: "JSON of a build" in docs/definitions.md.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from viperreport.model.briefing import Block, Briefing
from viperreport.model.calling import VerdictPhrase, Way
from viperreport.model.figure import Comparison, Figure, LoadRef
from viperreport.model.period import Period
from viperreport.model.wording import Change, Interval, Number, Part, Share, Text, plain

Json = dict[str, Any]


def as_json(briefing: Briefing) -> str:
    """Write a briefing as indented JSON, ending with a line end."""
    return json.dumps(as_dict(briefing), indent=2, ensure_ascii=False) + "\n"


def as_dict(briefing: Briefing) -> Json:
    """Give a briefing as plain values."""
    return {
        "edition": edition_dict(briefing),
        "data_fingerprint": briefing.fingerprint,
        "loads": loads_of(briefing),
        "figures": [figure_dict(figure) for figure in briefing.figures],
        "comparisons": [comparison_dict(comparison) for comparison in briefing.comparisons],
        "guards": [
            {
                "name": guard.name,
                "held": guard.held,
                "said": plain(guard.said),
                "step": plain(guard.step) if guard.held else "",
            }
            for guard in briefing.guards
        ],
        "briefing": {
            "masthead": _described(briefing.masthead),
            "markers": _described(briefing.markers),
            "foot": _described(briefing.foot),
            "sections": [
                {"name": section.name, "blocks": [_block(block) for block in section.blocks]}
                for section in briefing.sections
            ],
        },
    }


def edition_dict(briefing: Briefing) -> Json:
    """Give which edition a briefing is."""
    edition = briefing.edition
    return {
        "home": edition.home,
        "briefing": edition.briefing,
        "area": edition.area,
        "cut_off": edition.cut_off.isoformat(),
        "revision": edition.revision,
        "known_at": instant(briefing.known_at),
        "disclosure": briefing.disclosure,
        "mask": "areas" if briefing.is_masked else None,
    }


def loads_of(briefing: Briefing, more: Iterable[LoadRef] = ()) -> list[Json]:
    """Every load behind any figure, once: with these, each figure's hash can be made again.

    Args:
        more: loads that are wanted besides.
    """
    loads = {load for figure in briefing.figures for load in figure.loads} | set(more)
    return [asdict(load) for load in sorted(loads, key=lambda load: load.id)]


def figure_dict(figure: Figure) -> Json:
    """Give one figure; counts as whole numbers, projections unrounded."""
    return {
        "ref": figure.ref or None,
        "key": figure.key,
        "value": figure.value,
        "why_none": figure.why_none,
        "suppressed_as": figure.suppressed_as,
        "unit": figure.unit,
        "measure": figure.measure.code,
        "period": period_dict(figure.period),
        "where": {label: list(values) for label, values in figure.where},
        "known_at": instant(figure.known_at),
        "source": figure.source,
        "adds": figure.adds,
        "rows": figure.rows,
        "hash": figure.hash,
        "loads": [load.id for load in figure.loads],
        "standing": figure.standing,
        "method": figure.method,
    }


FIGURE_COLUMNS = (
    *("ref", "key", "value", "why_none", "suppressed_as", "unit", "measure"),
    *("period.kind", "period.from", "period.to", "period.days", "where", "known_at", "source"),
    *("adds", "rows", "hash", "loads", "standing", "method"),
)


def figure_row(figure: Figure) -> Json:
    """The same as one row of a table, under FIGURE_COLUMNS: a list is JSON text."""
    return dict(zip(FIGURE_COLUMNS, dict(_flat(figure_dict(figure))).values(), strict=True))


def _flat(nested: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, object]]:
    for name, value in nested.items():
        if isinstance(value, Mapping) and name != "where":
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, Mapping | list | tuple):
            yield prefix + name, json.dumps(value, ensure_ascii=False)
        else:
            yield prefix + name, value


def comparison_dict(comparison: Comparison) -> Json:
    """Give one comparison; ratio and interval unrounded, null for infinity or none."""
    return {
        "key": comparison.key,
        "now": comparison.now.key,
        "then": comparison.then.key,
        "settled": comparison.settled.key if comparison.settled else None,
        "maturity": comparison.maturity,
        "difference": comparison.difference,
        "percent": comparison.percent,
        "ratio": comparison.ratio,
        "low": comparison.low,
        "high": comparison.high,
        "phi": comparison.phi,
        "phi_measured": comparison.phi_measured,
        "evidence": [figure.key for figure in comparison.evidence or ()] or None,
        "verdict": comparison.verdict,
    }


def period_dict(period: Period) -> Json:
    """Give a period with an inclusive end, as people read it."""
    return {
        "kind": period.kind,
        "from": period.start.isoformat(),
        "to": period.last_day.isoformat(),
        "days": period.days,
    }


def instant(moment: datetime) -> str:
    """Write an aware instant in ISO form, with its offset."""
    return moment.isoformat()


def _block(block: Block) -> Json:
    return {"block": type(block).__name__, **_described(block)}


def _described(value: object) -> Any:  # noqa: ANN401 - JSON is of any kind
    """Give any part of a briefing: texts as strings, figures and comparisons by their keys."""
    if isinstance(value, Figure | Comparison):
        return value.key
    if isinstance(value, StrEnum | str | int | float | None):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return _text(value) if _is_text(value) else [_described(each) for each in value]
    if is_dataclass(value):
        return {field.name: _described(getattr(value, field.name)) for field in fields(value)}
    return str(value)


def _is_text(value: tuple[object, ...]) -> bool:
    return bool(value) and isinstance(value[0], Part)


def _text(content: Text) -> Json:
    """A text, and the keys of the figures and comparisons that its numbers come from."""
    keys = [part.figure.key for part in content if isinstance(part, Number)]
    keys += [
        side.key for part in content if isinstance(part, Share) for side in (part.part, part.whole)
    ]
    keys += [part.comparison.key for part in content if isinstance(part, Change | Interval | Way)]
    keys += [
        each.key for part in content if isinstance(part, VerdictPhrase) for each in part.comparisons
    ]
    return {"text": plain(content), "from": keys}
