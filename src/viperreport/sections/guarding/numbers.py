"""Counts that a guard speaks of, as figures, and the commands that it names.

They are of a whole source, whatever the edition is of.
"""

from viperreport.model.figure import Figure, Standing, figure_hash
from viperreport.model.period import Period
from viperreport.model.snapshot import Cube
from viperreport.model.watching import SourceWatch
from viperreport.model.wording import Instant, Name, Number, Text, text
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


def step_back(context: Context, watch: SourceWatch) -> Text:
    """How to look at a load and take it back; of one that a person let in, how to stand by it."""
    back = ("; to take the load back, type ", typed(f"load --undo {watch.load}"))
    if watch.let_in is None:
        return text("see ", typed("loads"), *back)
    return text(
        "see ", typed("loads"), ": a person let the load in, known at ",
        Instant(context.local(watch.let_in)), "; if the source truly says so, let out what a run "
        "holds: ", typed("release EDITION --reason WHY"), *back,
    )  # fmt: skip
