"""Counts that a guard speaks of, as figures, and the commands that it names.

They are of a whole source, whatever the edition is of.
"""

from viperreport.model.figure import Figure, Standing, figure_hash
from viperreport.model.period import Period
from viperreport.model.snapshot import Cube
from viperreport.model.wording import Name, Number, Text, text
from viperreport.sections.context import Context


def cube_named(context: Context, source: str) -> Cube:
    """The counts of a source."""
    snapshot = context.snapshot
    cubes = (snapshot.incidents, snapshot.recoveries, snapshot.activity)
    return next(cube for cube in cubes if cube is not None and cube.source == source)


def counted(context: Context, source: str, said: tuple[str, int, str], period: Period) -> Number:
    """A count of a source that a guard made.

    Args:
        said: its name in keys, its value, and what it is of.
    """
    cube = cube_named(context, source)
    name, value, method = said
    method = f"{method}, of source {source}, dated {period}"
    figure = Figure(
        key=f"guards.{source}.{name}",
        value=value,
        measure=cube.measure,
        period=period,
        known_at=cube.known_at,
        source=source,
        rows=value,
        method=method,
        hash=figure_hash(cube.loads, method, cube.known_at, value),
        standing=Standing.DERIVED,
        loads=cube.loads,
    )
    return Number(figure)


def typed(command: str) -> Name:
    """A command as it is typed."""
    return Name(f"viperreport {command}")


def step_back(load: int) -> Text:
    """How to look at a load, and how to take it back."""
    return text(
        "see ", typed("loads"), "; to take the load back, type ", typed(f"load --undo {load}")
    )
