"""Page two: the incidents by period, by week, by year and by outcome."""

from collections.abc import Iterable
from itertools import chain

from viperreport.model.briefing import Beside, Block
from viperreport.model.exhibits import Table
from viperreport.model.wording import text
from viperreport.sections.context import Context, Contribution
from viperreport.sections.disclosing import left_out
from viperreport.sections.incidents.control_chart import count_chart, say_chart
from viperreport.sections.incidents.outcome_table import say_outcomes
from viperreport.sections.incidents.outcomes import count_outcomes
from viperreport.sections.incidents.period_counts import count_periods
from viperreport.sections.incidents.periods import say_periods
from viperreport.sections.incidents.year_table import count_year_rows, say_years

_SIDE_BY_SIDE = (82, 5, 87)
TOLD_OF_INCIDENTS = ("fatal", "hurt", "drug_related", "category")


def incidents(context: Context) -> Contribution:
    """Count, then say."""
    periods = count_periods(context)
    chart = count_chart(context, periods.measures[0].comparisons[0].now)
    years, outcomes = count_year_rows(context), count_outcomes(context)
    tables = [say_years(context, years)]
    if outcomes is not None:
        tables.append(say_outcomes(context, outcomes))
    blocks: list[Block] = [
        say_periods(context, periods),
        say_chart(context, chart),
        *_beside(tables),
    ]
    if outcomes is None and context.incidents.withholds(*TOLD_OF_INCIDENTS):
        blocks.append(left_out(context, "By outcome and kind."))
    figures = chain(
        chart.figures,
        years.figures,
        outcomes.figures if outcomes else (),
    )
    comparisons = (*periods.comparisons, *(outcomes.comparisons if outcomes else ()))
    return Contribution(tuple(blocks), tuple(figures), comparisons, text("Incidents"))


def _beside(tables: list[Table]) -> Iterable[Block]:
    """Two tables side by side; one alone takes the whole width."""
    if len(tables) == 1:
        return tables
    return [Beside(tables[0], tables[1], _SIDE_BY_SIDE)]
