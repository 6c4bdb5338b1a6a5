"""The last page: what words mean, how certain changes are, and where every figure comes from.

It is made last, since it speaks of what the other sections have made.
"""

from collections.abc import Mapping

from viperreport.model.briefing import Beside, Block
from viperreport.model.exhibits import Prose, Remark, Table
from viperreport.model.standing import figures_in
from viperreport.model.wording import text
from viperreport.sections import certainty, delay, provenance, published, quality, revised
from viperreport.sections.context import Context, Contribution
from viperreport.sections.definitions import definitions

SHARES = (84.0, 6.0, 84.0)


def methods(context: Context, made: Mapping[str, Contribution]) -> Contribution:
    """Count, then say.

    Args:
        made: what the other sections contribute, in the order of the pages.
    """
    certain = certainty.count(context, made)
    delays = delay.count(context)
    loads = quality.count(context)
    revisions = revised.count(context)
    totals = published.count(context)
    above: tuple[Block, ...] = (
        Beside(definitions(context, made), certainty.say(context, certain), SHARES),
        Beside(_loads(context, loads), delay.say(context, delays), SHARES),
        _revisions(context, revisions, totals),
    )
    traced = provenance.count(made, above)
    blocks = (*above, provenance.say(context, traced), provenance.fingerprint(context))
    return Contribution(blocks, figures_in(blocks), title=text("Methods and provenance"))


def _loads(context: Context, counts: quality.QualityCounts | None) -> Table | Prose:
    if counts is not None:
        return quality.say(context, counts)
    remark = Remark(text("Loads."), text("Not held: no load is known of."))
    return Prose(text("Data quality"), (remark,), columns=1)


def _revisions(
    context: Context,
    counts: revised.RevisedCounts,
    totals: tuple[published.StatedTotal, ...],
) -> Block:
    """Revisions, and the published totals beside them where there are any."""
    table = revised.say(context, counts)
    return Beside(table, published.say(totals), SHARES) if totals else table
