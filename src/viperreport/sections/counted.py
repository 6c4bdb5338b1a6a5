"""What a home's sections count, and the names it goes by."""

from viperreport.model.figure import Measure
from viperreport.model.wording import Name
from viperreport.sections.comparing import Counted
from viperreport.sections.context import Context


def all_incidents(context: Context) -> Counted:
    """The headline measure, without a filter: keys begin with "incidents" or "offences"."""
    return Counted(context.incidents, f"{context.incidents.measure.unit}s")


def in_priority_areas(context: Context) -> Counted | None:
    """The headline measure in the priority areas together; None where the home names none."""
    if not context.facts.priority:
        return None
    whole = all_incidents(context)
    where = (("area", tuple(sorted(context.facts.priority))),)
    return Counted(whole.cube, f"{whole.stem}.priority", where)


def worst_held(context: Context) -> tuple[str, Counted] | None:
    """Incidents with someone hurt, else fatal ones; None where the source says of neither."""
    whole = all_incidents(context)
    for column, name in (("hurt", "Incidents with someone hurt"), ("fatal", "Fatal incidents")):
        if whole.cube.knows(column):
            return name, Counted(whole.cube, f"{whole.stem}.{column}", ((column, ("yes",)),))
    return None


def deaths_held(context: Context) -> tuple[Counted, ...]:
    """Fatal incidents, and the persons killed, where the source states them."""
    whole = all_incidents(context)
    fatal = Counted(whole.cube, f"{whole.stem}.fatal", (("fatal", ("yes",)),))
    killed = Counted(whole.cube, f"{whole.stem}.killed", adds="killed")
    return tuple(
        counted
        for column, counted in (("fatal", fatal), ("killed", killed))
        if whole.cube.knows(column)
    )


def names(context: Context, measure: Measure | None = None) -> tuple[Name, Name]:
    """The (headline) measure's name as a sentence begins, and inside one."""
    name = (measure or context.incidents.measure).name
    proper = name[1:2].isupper() or name.startswith(context.facts.place)
    return Name(name), Name(name if proper else name[:1].lower() + name[1:])


def plural(noun: str) -> str:
    """The plural of an area noun: boroughs, counties, districts."""
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"
