"""Where the year may end. Source: "Projection" in docs/definitions.md."""

from dataclasses import replace
from datetime import date

from viperreport.analysis.projection import may_project, project, tells
from viperreport.model.briefing import ProjectedEnd
from viperreport.model.figure import Figure, Standing, figure_hash
from viperreport.model.period import calendar_year, rest_of_year, same_day, year_to_date
from viperreport.model.snapshot import Cube
from viperreport.sections.comparing import clustering_of
from viperreport.sections.context import Context
from viperreport.sections.counted import all_incidents


def projected_end(context: Context, so_far: Figure) -> ProjectedEnd | None:
    """Where the year may end, if the rest of it follows the last years held; None by rule."""
    rules = context.rules
    if so_far.value is None or not may_project(context.cut_off, rules.projection_from_day):
        return None
    earlier = complete_years(context)
    if not tells(so_far.count, earlier, rules.few):
        return None
    phi = clustering_of(all_incidents(context), context.cut_off).phi
    ends = project(so_far.count, earlier, phi, rules.projection_tau)
    if ends is None or not ends.is_telling:
        return None
    method = (
        f"{so_far.count} so far, and the rest as in the last complete years held, (to date, after)"
        f" = {earlier}; φ = {phi:.4f}, τ = {rules.projection_tau}"
    )
    return ProjectedEnd(
        *(
            _end(context, so_far, (name, getattr(ends, name)), method)
            for name in ("median", "low80", "high80", "low95", "high95")
        )
    )


def _end(context: Context, so_far: Figure, end: tuple[str, float], method: str) -> Figure:
    name, value = end
    stem = all_incidents(context).stem
    return replace(
        so_far,
        key=f"{stem}.projection.{context.year}.{name}",
        ref="F1",
        value=value,
        period=calendar_year(context.year),
        method=method,
        hash=figure_hash(so_far.loads, method, so_far.known_at, value),
        standing=Standing.PROJECTED,
    )


def all_ends(ends: ProjectedEnd | None) -> tuple[Figure, ...]:
    """The projection's five figures, or none."""
    return (ends.median, ends.low80, ends.high80, ends.low95, ends.high95) if ends else ()


def complete_years(context: Context) -> list[tuple[int, int]]:
    """(to date, rest) of up to three complete years before this one, oldest first."""
    return years_before(context.incidents, context.cut_off)


def years_before(cube: Cube, cut_off: date) -> list[tuple[int, int]]:
    """(to date, rest) of up to three complete years before a day's own, oldest first."""
    pairs = []
    for year in range(cut_off.year - 3, cut_off.year):
        whole, day = calendar_year(year), same_day(cut_off, year)
        rest = rest_of_year(day)
        if cube.holds(whole) and rest is not None:
            to_date, after = cube.within(whole).series((year_to_date(day), rest))
            if to_date is not None and after is not None:
                pairs.append((to_date, after))
    return pairs
