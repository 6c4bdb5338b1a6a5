"""Records and figures as tables: the verb `export`."""

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from viperreport.as_json import figure_row
from viperreport.errors import UsageError
from viperreport.evidence.export import export_records, figures_frame, write_table
from viperreport.evidence.store import consulting
from viperreport.gathering import areas_in
from viperreport.model.briefing import Briefing
from viperreport.pipeline import BuildRequest, Home, build
from viperreport.settings import find_area

if TYPE_CHECKING:
    from pandas import DataFrame


def table_of(
    home: Home, what: str, request: BuildRequest, table_format: str
) -> tuple[bytes, Briefing | None]:
    """Give the records known, or an edition's figures, as a table's file, and that edition.

    Args:
        what: "records" or "figures".
    """
    briefing = None
    if what == "figures":
        briefing = build(home, request)
        frame = figures_frame(map(figure_row, briefing.figures))
    elif request.cut_off or request.briefing:
        raise UsageError("records have no cut-off and no briefing: leave out --cut-off, --briefing")
    else:
        frame = _records(home, request)
    out = BytesIO()
    write_table(frame, table_format, out)
    return out.getvalue(), briefing


def _records(home: Home, request: BuildRequest) -> "DataFrame":
    """The records known; of one area those whose place is in it."""
    with consulting(home.engine, home.identity.id) as connection:
        known_at = request.known_at or datetime.max.replace(tzinfo=UTC)
        frame = export_records(connection, home.settings.sources, known_at)
    area = find_area(request.area, areas_in(home, [set(frame["area"]) - {""}]))
    return frame if area is None else frame[frame["area"] == area.name]
