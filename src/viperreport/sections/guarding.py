"""The guards that hold an edition back. Source: "Coverage and guards" in docs/definitions.md."""

from datetime import timedelta

from viperreport.model.briefing import Guard
from viperreport.model.wording import Day, Instant, Name, Setting, text
from viperreport.sections.context import Context


def guards(context: Context) -> tuple[Guard, ...]:
    """Every guard, held or not."""
    return (_load_age(context), _data_age(context), _refused(context))


def _load_age(context: Context) -> Guard:
    limit = context.rules.max_age_days
    last = context.health.last_good
    if last is None:
        return Guard("load_age", held=True, said=text("Nothing is loaded"))
    age = context.snapshot.known_at - last
    said = text(
        "Last good load ", Instant(context.local(last)), "; limit ", Setting(limit), " days"
    )
    return Guard("load_age", held=age > timedelta(days=limit), said=said)


def _data_age(context: Context) -> Guard:
    limit = context.rules.max_age_days
    wanted = context.incidents.wanted_day(context.facts.key.cut_off)
    age = (wanted - context.cut_off).days
    said = text("Data end on ", Day(context.cut_off), "; limit ", Setting(limit), " days")
    return Guard("data_age", held=age > limit, said=said)


def _refused(context: Context) -> Guard:
    refusals = context.health.refusals
    if not refusals:
        return Guard("refused_load", held=False, said=text("No load was refused since"))
    first = refusals[0]
    said = text("A load of ", Name(first.source), " was refused since: ", Name(first.reason))
    return Guard("refused_load", held=True, said=said)
