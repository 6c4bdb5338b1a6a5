"""Take back a source's latest load: its versions go, those that it ended are open again."""

from datetime import datetime

from sqlalchemy import Connection, Engine, delete, select, update

from viperreport.database import to_text
from viperreport.errors import UsageError
from viperreport.evidence import journal
from viperreport.evidence.load import LoadReport
from viperreport.evidence.store import changing
from viperreport.evidence.tables import LOADS, VERSIONS


def undo_load(engine: Engine, load_id: int, home: str, now: datetime) -> LoadReport:
    """Undo one load; its row, and rows of the same file found unchanged since, say "undone".

    Args:
        now: the instant by the caller's clock, noted as the reason.

    Returns:
        What the undone load had done.

    Raises:
        UsageError: there is no such load, it changed nothing, or a later one rests on it.
        ConfigError: the store does not fit.
    """
    with changing(engine, home) as connection:
        load = _undoable(connection, load_id)
        connection.execute(delete(VERSIONS).where(VERSIONS.c.load_id == load_id))
        connection.execute(
            update(VERSIONS)
            .where(VERSIONS.c.ended_by == load_id)
            .values(known_to=None, ended_by=None)
        )
        connection.execute(
            update(LOADS)
            .where(
                LOADS.c.source == load.source,
                LOADS.c.id >= load_id,
                LOADS.c.outcome.in_(journal.GOOD),
            )
            .values(outcome="undone", reason=f"undone {to_text(now)}")
        )
    return LoadReport(
        load_id=load.id,
        source=load.source,
        outcome="undone",
        file=load.file,
        sha256=load.sha256,
        known_at=load.known_at,
        newest=load.newest,
        rows_read=load.rows_read,
        rows_kept=load.rows_kept,
        rows_bad=load.rows_bad,
        new=load.records_new,
        changed=load.records_changed,
        withdrawn=load.records_withdrawn,
        revived=load.records_revived,
    )


def _undoable(connection: Connection, load_id: int) -> journal.LoadRow:
    row = connection.execute(select(LOADS).where(LOADS.c.id == load_id)).mappings().first()
    if row is None:
        raise UsageError(f"there is no load {load_id}; `viperreport loads` lists them")
    load = journal.as_load(row)
    if load.outcome != "accepted":
        raise UsageError(f"load {load_id} was {load.outcome}: there is nothing to undo")
    latest = journal.latest_accepted(connection, load.source)
    if latest != load_id:
        raise UsageError(
            f"load {load_id} is not the latest of source {load.source}; "
            f"first type: viperreport load --undo {latest}"
        )
    return load
