"""The verb that sets one edition against another: diff."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from viperreport.cli.options import Options, warn_if_unlike

if TYPE_CHECKING:
    from viperreport.evidence.changed_records import ChangedRecord, KnownRecord
    from viperreport.model.figure import Figure
    from viperreport.verbs.difference import Difference, Side, Total

_SHOWN = 12  # digits of a hash


def diff(
    context: typer.Context,
    one: Annotated[str, typer.Argument(metavar="EDITION", help="Such as weekly/all/2016-05-18.")],
    other: Annotated[str, typer.Argument(metavar="EDITION")],
) -> None:
    """Say what changed between two editions, record by record; the one known earlier is "then"."""
    from viperreport.verbs.difference import difference

    given: Options = context.obj
    found = difference(_side(given, one), _side(given, other))
    given.show(_value(found), lambda: "\n\n".join(_screen(found)))


def _side(given: Options, name: str) -> "Side":
    """An edition as it was built here; one that was not, as today's configuration has it."""
    from viperreport.verbs.built import named
    from viperreport.verbs.difference import counted_again

    built = named(given.find(), name, given.filed)
    side = counted_again(given.open_for(built), built.request)
    warn_if_unlike(given, built, side.briefing)
    return side


def _screen(found: "Difference") -> Iterator[str]:
    yield "\n".join(_name(side) for side in (found.then, found.now))
    if found.is_none:
        yield "no change"
        return
    for total in found.totals:
        yield _total_screen(total)
    if found.figures:
        yield _figures_screen(found)
    if found.files:
        yield _files_screen(found)


def _name(side: "Side") -> str:
    known = side.briefing.known_at.astimezone(side.home.zone)
    return f"{side.briefing.edition}, as known at {known:%Y-%m-%d %H:%M}"


def _total_screen(total: "Total") -> str:
    from viperreport.screens import value_of

    then, now = total.then, total.now
    name = now.key if now.key == then.key else f"{then.key} and {now.key}"
    head = f"{now.measure.name}, {name}: {value_of(then)} → {value_of(now)}"
    if total.way is None:
        why = f"{then.period}, {then.method}; {now.period}, {now.method}"
        return f"{head}\n  counted otherwise: {why}"
    lines = [head, *_parts(total)]
    if total.way.records:
        lines += ["", _records_screen(total.way.records)]
    return "\n".join(lines)


def _parts(total: "Total") -> Iterator[str]:
    from viperreport.sections.methods.revised import PARTS

    way = total.way
    if way is None:
        return
    if total.then.period.start != total.now.period.start:
        yield f"  {total.now.key} starts from 0: {total.then.key} is of another year"
    for name, (sign, words) in PARTS.items():
        number = getattr(way.sums, name)
        if number:
            yield f"  {f'{number:+,}' if sign == '±' else f'{sign}{number:,}'} {words}"
    if not way.records:
        yield "  no record changed"


def _records_screen(records: "tuple[ChangedRecord, ...]") -> str:
    from viperreport.screens import table

    rows = [
        (
            record.kind.replace("_", " "),
            record.key,
            _change(record, lambda known: str(known.day)),
            _change(record, lambda known: known.area or "unknown"),
            _change(
                record, lambda known: "not stated" if known.amount is None else str(known.amount)
            ),
            _place(record),
        )
        for record in records
    ]
    return table(rows, ("class", "record", "day", "area", "adds", "file:lines"))


def _change(record: "ChangedRecord", say: "Callable[[KnownRecord], str]") -> str:
    """What it was and is, in a word where both are the same."""
    said = [say(known) for known in (record.before, record.after) if known is not None]
    return " → ".join(dict.fromkeys(said))


def _place(record: "ChangedRecord") -> str:
    """Where it stands, or where it stood last."""
    known = record.after or record.before
    return f"{known.file}:{','.join(map(str, known.lines))}" if known else ""


def _figures_screen(found: "Difference") -> str:
    from viperreport.screens import table

    rows = [(key, _value_of(then), _value_of(now)) for key, then, now in found.figures]
    return f"Figures that differ: {len(rows):,}\n{table(rows, ('figure', 'then', 'now'))}"


def _value_of(figure: "Figure | None") -> str:
    from viperreport.screens import value_of

    return "absent" if figure is None else value_of(figure)


def _files_screen(found: "Difference") -> str:
    from viperreport.screens import table

    rows = [
        (name, *(each[:_SHOWN] or "absent" for each in hashes)) for name, *hashes in found.files
    ]
    return (
        f"Configuration that differs: {len(rows):,}\n{table(rows, ('file', 'SHA-256 then', 'now'))}"
    )


def _value(found: "Difference") -> dict[str, object]:
    """The same for programs."""
    from viperreport.as_json import figure_dict

    def figure(each: "Figure | None") -> object:
        return None if each is None else figure_dict(each)

    return {
        "then": {
            "edition": str(found.then.briefing.edition),
            "known_at": found.then.briefing.known_at,
        },
        "now": {
            "edition": str(found.now.briefing.edition),
            "known_at": found.now.briefing.known_at,
        },
        "changed": not found.is_none,
        "totals": [
            {
                "key": total.now.key,
                "then": figure(total.then),
                "now": figure(total.now),
                "revisions": None if total.way is None else total.way.sums,
                "records": [] if total.way is None else total.way.records,
            }
            for total in found.totals
        ],
        "figures": [
            {"key": key, "then": figure(then), "now": figure(now)}
            for key, then, now in found.figures
        ],
        "files": [
            {"name": name, "then": then or None, "now": now or None}
            for name, then, now in found.files
        ],
    }
