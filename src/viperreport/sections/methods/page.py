"""The last page: what words mean, how certain changes are, and where every figure comes from.

It is made last, since it speaks of what the other sections have made.
"""

from collections.abc import Mapping

from viperreport.model.briefing import Beside, Block
from viperreport.model.exhibits import Prose, Remark, Table
from viperreport.model.standing import figures_in
from viperreport.model.wording import text
from viperreport.sections.context import Context, Contribution
from viperreport.sections.guarding.page import say_held
from viperreport.sections.methods import certainty, delay, provenance, published, quality, revised
from viperreport.sections.methods.definitions import definitions

SHARES = (91.0, 6.0, 77.0)
THIRDS = (60.0, 6.0, 108.0)


def methods(context: Context, made: Mapping[str, Contribution]) -> Contribution:
    """Count, then say.

    Args:
        made: what the other sections contribute, in the order of the pages.
    """
    title = text("Methods and provenance")
    certain = certainty.count(context, made)
    loads = Beside(_loads(context), _knowledge(context), THIRDS)
    totals = published.say(context, published.count(context))
    stamp = provenance.fingerprint(context, () if totals is None else (totals,))
    meant = definitions(context, made, (loads, stamp))
    above: tuple[Block, ...] = (
        *say_held(context, made), Beside(meant, certainty.say(context, certain), SHARES), loads,
    )  # fmt: skip
    traced = provenance.count(made, Contribution(above, title=title))
    blocks = (*above, provenance.say(traced), stamp)
    return Contribution(blocks, figures_in(blocks), title=title)


def _loads(context: Context) -> Table | Prose:
    counts = quality.count(context)
    if counts is not None:
        return quality.say(context, counts)
    remark = Remark(text("Loads."), text("Not held: no load is known of."))
    return Prose(text("Data quality"), (remark,), columns=1)


def _knowledge(context: Context) -> Beside:
    """How soon it came in, and what it changed."""
    delays = delay.say(context, delay.count(context))
    return Beside(delays, revised.say(context, revised.count(context)), (51.0, 6.0, 51.0))
