"""The store's tables.

Dates are ISO text and instants UTC text of one width, so that both sort as written, alike in
SQLite and PostgreSQL. A record is never overwritten: a change ends one version (`known_to`) and
begins another (`known_from`), so that every earlier count can be had again.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

SCHEMA_VERSION = 1
METADATA = MetaData()
_WHOLE = BigInteger().with_variant(Integer, "sqlite")

META = Table(
    "meta",
    METADATA,
    # schema_version, home_id, nature (synthetic or real), moved, used_at and tells_from
    # (evidence.used)
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_strict=True,
)

# What one load did. `outcome`: accepted, unchanged (the same file again), refused; undo (takes back
# the latest load from this instant on, see evidence.in_force); erased; undone (as erased, and
# written by the first version of this program).
LOADS = Table(
    "loads",
    METADATA,
    Column("id", _WHOLE, primary_key=True),
    Column("source", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("file", Text, nullable=False),  # the name that the user gave, for provenance
    Column("sha256", Text, nullable=False),
    Column("mapping_hash", Text, nullable=False),
    Column("bytes", _WHOLE, nullable=False),
    Column("known_at", Text, nullable=False),  # the load's instant: what it brought is known from
    Column("loaded_at", Text, nullable=False),  # by the clock, for the log alone
    Column("coverage", Text, nullable=False, default=""),  # the declared last complete day, or ""
    Column("newest", Text, nullable=False, default=""),  # day of the newest record
    Column("rows_read", Integer, nullable=False, default=0),
    Column("rows_kept", Integer, nullable=False, default=0),  # passed the filter
    Column("rows_bad", Integer, nullable=False, default=0),
    Column("records_new", Integer, nullable=False, default=0),
    Column("records_changed", Integer, nullable=False, default=0),
    Column("records_withdrawn", Integer, nullable=False, default=0),
    Column("records_revived", Integer, nullable=False, default=0),
    sqlite_strict=True,
)

# The labels and amounts by which a version is told from the one before; see model.snapshot.Cell.
CONTENT = (
    Column("day", Text, nullable=False),
    Column("area", Text, nullable=False, default=""),
    Column("sub_area", Text, nullable=False, default=""),
    Column("category", Text, nullable=False, default=""),
    Column("circumstance", Text, nullable=False, default=""),
    Column("fatal", Text, nullable=False, default=""),
    Column("hurt", Text, nullable=False, default=""),
    Column("drug_related", Text, nullable=False, default=""),
    Column("items", _WHOLE),
    Column("killed", _WHOLE),
    Column("injured", _WHOLE),
    Column("planned", _WHOLE),
    Column("arrests", _WHOLE),
    Column("firearms", _WHOLE),
    Column("reach", _WHOLE),
)
CONTENT_NAMES = tuple(column.name for column in CONTENT)

VERSIONS = Table(
    "versions",
    METADATA,
    Column("id", _WHOLE, primary_key=True),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("known_from", Text, nullable=False),
    Column("known_to", Text),  # null: known still
    Column("load_id", ForeignKey("loads.id"), nullable=False),  # brought this version
    Column("ended_by", ForeignKey("loads.id")),  # the load that ended it
    Column("lines", Text, nullable=False),  # of the load's file: "12,45,46"
    *CONTENT,
    Index("versions_by_day", "source", "day"),
    Index("versions_by_key", "source", "key"),
    sqlite_strict=True,
)

# Rows that were turned away, by place and reason, never by content.
QUARANTINE = Table(
    "quarantine",
    METADATA,
    Column("id", _WHOLE, primary_key=True),
    Column("load_id", ForeignKey("loads.id"), nullable=False),
    Column("line", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    sqlite_strict=True,
)
