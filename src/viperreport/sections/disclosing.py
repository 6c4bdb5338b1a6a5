"""What an edition may not tell, by the level of disclosure of its briefing.

Every section counts through the cubes that this gives, so that none of them can forget it.
Source: "Disclosure" in docs/definitions.md.
"""

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

from viperreport.analysis.disclosure import LEAST, MOST
from viperreport.model.exhibits import Absent, Remark
from viperreport.model.snapshot import AMOUNTS, Cube, Snapshot
from viperreport.model.wording import Name, Setting, Text, text
from viperreport.sections.context import Context

PUBLIC = "public"
_PEOPLE = frozenset({"killed", "injured"})
_KINDS = frozenset({"category", "circumstance", "fatal", "hurt", "drug_related"})
# Of a single area: how many people, and what would be a table crossed with areas.
_OF_RECORDS = _PEOPLE | _KINDS
_OF_RETURNS = frozenset(AMOUNTS) | _KINDS  # returns are of arrests and searches
NOT_BY_AREA = "not printed for a single "


def is_public(context: Context) -> bool:
    """Whether anybody may read the edition."""
    return context.facts.disclosure == PUBLIC


def is_sealed(context: Context) -> bool:
    """Whether fingerprint and hashes are keyed: plain ones could tell what is not printed."""
    return is_public(context) or context.facts.is_masked


def disclosed(context: Context) -> Context:
    """The same, with cubes that tell no more than the edition may."""
    if not is_public(context):
        return context
    snapshot = context.snapshot
    return replace(context, snapshot=_public(snapshot))


def _public(snapshot: Snapshot) -> Snapshot:
    activity = snapshot.activity
    return replace(
        snapshot,
        incidents=_kept_from(snapshot.incidents),
        recoveries=_kept_from(snapshot.recoveries),
        activity=activity and replace(activity, not_by_area=_OF_RETURNS),
        then=MappingProxyType(
            {key: replace(cube, not_by_area=_OF_RECORDS) for key, cube in snapshot.then.items()}
        ),
    )


def _kept_from(cube: Cube | None) -> Cube | None:
    return cube and replace(cube, not_by_area=_OF_RECORDS)


def not_by_area(context: Context) -> Text:
    """Say of what is left out that no single area shows it."""
    return text(NOT_BY_AREA, Name(context.facts.area_noun))


def left_out(context: Context, what: str) -> Absent:
    """The line in place of an exhibit that no single area shows."""
    body = text("Not printed for a single ", Name(context.facts.area_noun), ": it could point to ",
                "a person.")  # fmt: skip
    return Absent(Remark(text(what), body))


def how_disclosed(context: Context) -> Iterator[Remark]:
    """What the edition does not print and why, fixed for its briefing."""
    place, noun = Name(context.facts.place), Name(context.facts.area_noun)
    if is_public(context):
        body = text(
            "Counts of people (killed, injured, arrested, searched) and cross-tables are of ",
            place, " as a whole: of a single ", noun,
            " they could point to a person. No records go along.",
        )  # fmt: skip
        yield Remark(text("Public."), body)
    if context.facts.is_masked:
        least, most = (Setting(number, spelled=True) for number in (LEAST, MOST))
        body = text(
            "Counts of a single ", noun, " from ", least, " to ", most, " are not told, nor "
            "(withheld) those that would give them away by a sum; neither side of a change, then "
            "no change. It protects this edition alone.",
        )  # fmt: skip
        yield Remark(text("Masked."), body)
