"""Guards of the loads: none at all, too old, refused since."""

from datetime import timedelta

from viperreport.model.briefing import Guard
from viperreport.model.wording import Day, Instant, Name, Setting, listed, text
from viperreport.sections.context import Context
from viperreport.sections.guarding.numbers import typed


def no_load(context: Context) -> Guard:
    """A source that the home describes was never loaded: a page that lacks it misleads."""
    missing = context.health.unloaded
    if not missing:
        return Guard("no_load", held=False, said=text("Every source was loaded"))
    first = missing[0]
    return Guard(
        "no_load",
        held=True,
        said=text("Never loaded: ", listed(missing)),
        step=text(
            typed(f"load {first} FILE"), ", or take config/sources/", Name(first),
            ".toml away if there are no such data",
        ),
    )  # fmt: skip


def load_age(context: Context) -> Guard:
    """The source that is longest without a good load has waited too long."""
    limit = context.rules.max_age_days
    last = context.health.last_good
    if last is None:
        return Guard(
            "load_age", held=True, said=text("Nothing is loaded"), step=text(typed("load"))
        )
    age = context.snapshot.known_at - last
    said = text(
        "Last good load ", Instant(context.local(last)), "; limit ", Setting(limit), " days"
    )
    step = text("load newer data: ", typed("load"))
    return Guard("load_age", held=age > timedelta(days=limit), said=said, step=step)


def data_age(context: Context) -> Guard:
    """The newest day that data are complete for lies too long before the cut-off."""
    limit = context.rules.max_age_days
    wanted = context.incidents.wanted_day(context.facts.key.cut_off)
    age = (wanted - context.cut_off).days
    said = text("Data end on ", Day(context.cut_off), "; limit ", Setting(limit), " days")
    step = text("load newer data: ", typed("load"), ", or give an earlier --cut-off")
    return Guard("data_age", held=age > limit, said=said, step=step)


def refused_load(context: Context) -> Guard:
    """A load was refused after the last good one: the page may lack what it brought."""
    refusals = context.health.refusals
    if not refusals:
        return Guard("refused_load", held=False, said=text("No load was refused since"))
    first = refusals[0]
    return Guard(
        "refused_load",
        held=True,
        said=text("A load of ", Name(first.source), " was refused since: ", Name(first.reason)),
        step=text(
            "see ",
            typed("loads"),
            " and ",
            typed(f"quarantine --source {first.source}"),
            ", and load a mended file",
        ),
    )


def data_late() -> Guard:
    """It was waited for the data to reach the cut-off, as long as the home says."""
    said = text("Data do not reach the cut-off, though they were waited for")
    return Guard(
        "data_late", held=True, said=said, step=text(typed("load"), " once they are there")
    )
