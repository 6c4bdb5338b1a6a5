"""The guards that hold an edition back. Source: "Coverage and guards" in docs/definitions.md."""

from collections.abc import Mapping

from viperreport.model.briefing import Guard
from viperreport.model.exhibits import Prose, Remark
from viperreport.model.wording import Setting, Text, text
from viperreport.sections.context import Context, Contribution
from viperreport.sections.guarding import counts, loads
from viperreport.sections.guarding.sums import sums

_GUARDS = (
    loads.no_load,
    loads.load_age,
    loads.data_age,
    loads.refused_load,
    counts.fewer_records,
    counts.newest_records,
    counts.missing_value,
    counts.unknown_area,
)


def guards(context: Context, made: Mapping[str, Contribution]) -> tuple[Guard, ...]:
    """Every guard, held or not.

    Args:
        made: what the sections contribute, but for those that close.
    """
    return (*(guard(context) for guard in _GUARDS), sums(context, made))


def say_held(context: Context, made: Mapping[str, Contribution]) -> tuple[Prose, ...]:
    """Why the edition is on hold, in a block of its own; nothing where it is not."""
    held = [guard for guard in guards(context, made) if guard.held]
    if not held:
        return ()
    remarks = tuple(Remark((), text(*guard.said, ".")) for guard in held)
    return (Prose(text("On hold: not for release"), remarks, columns=1),)


def limits_of_guards(context: Context) -> Text:
    """The thresholds of the guards, in a sentence."""
    rules = context.rules
    return text(
        "On hold: over ", Setting(rules.max_age_days), " days old, ",
        Setting(f"{100 * rules.max_drop:g}%"), " gone, ",
        Setting(f"{100 * rules.max_unknown_area:g}%"), " more unknown areas.",
    )  # fmt: skip
