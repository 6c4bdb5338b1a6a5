"""The ledger's tables of what was due, what became of it, and what was filed.

Instants are UTC text of one width and days ISO text, as in the evidence store.
"""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, Text

METADATA = MetaData()
WHOLE = BigInteger().with_variant(Integer, "sqlite")

META = Table("meta", METADATA, Column("key", Text, primary_key=True), Column("value", Text))

# A briefing is seen first by some run; its slots count from then on, by these words.
BRIEFINGS = Table(
    "briefings",
    METADATA,
    Column("home", Text, primary_key=True),
    Column("briefing", Text, primary_key=True),
    Column("every", Text),
    Column("cut_off", Text),
    Column("since", Text),  # the watermark: an instant
)

# Each slot that was taken up, once.
SLOTS = Table(
    "slots",
    METADATA,
    Column("home", Text, primary_key=True),
    Column("briefing", Text, primary_key=True),
    Column("slot", Text, primary_key=True),  # civil time, such as 2016-05-30T06:00
    Column("due", Text),  # its instant
    Column("cut_off", Text),
    Column("outcome", Text),  # claimed, or skipped: why
    Column("noted_at", Text),
)

EDITIONS = Table(
    "editions",
    METADATA,
    Column("id", WHOLE, primary_key=True),
    Column("home", Text),
    Column("briefing", Text),
    Column("area", Text),
    Column("cut_off", Text),
    Column("revision", Integer),
    Column("slot", Text),
    Column("due", Text),
    Column("state", Text),
    Column("reason", Text),
    Column("code", Integer),  # the exit code that its state means
    Column("known_at", Text),  # empty: to be fixed when it is built
    Column("configuration", Text),  # the hash of the text that was kept
    Column("late", Integer),  # 1: its sources did not reach its cut-off in time
    Column("released", Integer),  # 1: a person lets it out in spite of a hold
    Column("fault", Text),  # what tells one fault from another
    Column("same", Integer),  # how often in a row it was this one
    Column("tries", Integer),  # faults in a row, of any kind
    Column("next_try", Text),
    Column("run", Text),
    Column("claimed_at", Text),
    Column("changed_at", Text),
)

EVENTS = Table(
    "events",
    METADATA,
    Column("id", WHOLE, primary_key=True),
    Column("edition", WHOLE),
    Column("at", Text),
    Column("run", Text),
    Column("before", Text),
    Column("after", Text),
    Column("reason", Text),
)

# Every file of the archive, in one chain.
FILES = Table(
    "files",
    METADATA,
    Column("seq", WHOLE, primary_key=True),
    Column("home", Text),
    Column("edition", WHOLE),
    Column("name", Text),  # the edition's, such as weekly/all/2016-05-25
    Column("path", Text),  # below output/editions
    Column("sha256", Text),
    Column("size", WHOLE),
    Column("chain", Text),
    Column("made", Text),  # JSON: fingerprint and versions; on an edition's PDF alone
    Column("filed_at", Text),
)

# An edition that replaces another one, once it is filed: see archive/successions.py.
SUCCESSIONS = Table(
    "successions",
    METADATA,
    Column("edition", WHOLE, primary_key=True),
    Column("replaces", WHOLE),
    Column("reason", Text),
    Column("noted_at", Text),
)

# An edition that is no longer valid.
WITHDRAWALS = Table(
    "withdrawals",
    METADATA,
    Column("edition", WHOLE, primary_key=True),
    Column("reason", Text),
    Column("noted_at", Text),
)

# Files that were taken out of the archive for their age.
PRUNINGS = Table(
    "prunings",
    METADATA,
    Column("number", WHOLE, primary_key=True),
    Column("file", WHOLE),  # its seq
    Column("at", Text),
    Column("run", Text),
    Column("reason", Text),
    Column("chain", Text),
    Column("done_at", Text),  # empty: the file may be there still
)

# The text that editions are built by, so that any machine can build them.
CONFIGURATIONS = Table(
    "configurations",
    METADATA,
    Column("hash", Text, primary_key=True),
    Column("files", LargeBinary),  # packed: see configuration.py
    Column("kept_at", Text),
)
