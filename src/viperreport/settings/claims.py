"""What the people of a home have written for its pages, held to the words that evidence carries.

Titles, notes, definitions and markings are prose. Names of the operation, its units, tactics and
measures are names. Not read at all: statements and titles of publications, which are somebody
else's words; names of areas and hotspots, and values of the data, which are called what they are
called. Source: "Words" in docs/definitions.md.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from viperreport.analysis.words import Writing, overstatements
from viperreport.settings.areas import FILE as AREAS_FILE
from viperreport.settings.general import FILE as MAIN_FILE
from viperreport.settings.load import Settings
from viperreport.settings.operation import FILE as OPERATION_FILE
from viperreport.settings.operation import Operation


@dataclass(frozen=True, slots=True)
class Written:
    """A text of a home.

    Args:
        place: file and key.
    """

    place: str
    text: str
    writing: Writing = Writing.PROSE


def word_faults(written: Iterable[Written]) -> tuple[str, ...]:
    """Every word that says more than evidence carries: a line each, with what to write instead."""
    return tuple(
        f"{each.place}: {found.advice}"
        for each in written
        for found in overstatements(each.text, each.writing)
    )


def written_in(settings: Settings) -> Iterator[Written]:
    """Every text of a home's configuration that its pages print as the home's own."""
    yield Written(f"{MAIN_FILE}: marking", settings.marking)
    yield Written(f"{MAIN_FILE}: area_noun", settings.area_noun, Writing.NAME)
    for briefing in settings.briefings:
        yield Written(f"{MAIN_FILE}: briefing.{briefing.name}.title", briefing.title)
    for source in settings.sources:
        file = f"{source.config_file}: measure"
        yield Written(f"{file}.name", source.measure.name, Writing.NAME)
        yield Written(f"{file}.definition", source.measure.definition)
    for area in settings.areas:
        yield Written(f"{AREAS_FILE}: note of {area.name}", area.note)
    if settings.operation is not None:
        yield from _of_operation(settings.operation)


def _of_operation(operation: Operation) -> Iterator[Written]:
    names = (
        ("name", operation.name),
        ("lead", operation.lead),
        *((f"units[{n}]", unit) for n, unit in enumerate(operation.units, start=1)),
        *((f"tactics[{n}]", tactic) for n, tactic in enumerate(operation.tactics, start=1)),
    )
    for key, name in names:
        yield Written(f"{OPERATION_FILE}: {key}", name, Writing.NAME)
    for number, priority in enumerate(operation.priority, start=1):
        yield Written(f"{OPERATION_FILE}: priority[{number}].note", priority.note)
