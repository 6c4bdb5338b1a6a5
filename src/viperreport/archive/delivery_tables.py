"""The ledger's tables of deliveries: what goes to whom, and what became of it.

A message is the head of its recipient and a body that many share, so a PDF is held once however
many get it. Source: "Deliveries" in docs/operating.md.
"""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table, Text

from viperreport.archive.edition_tables import EDITIONS, METADATA, WHOLE

# What follows the head: the rest of the message's header, its texts and its PDF.
BODIES = Table(
    "bodies",
    METADATA,
    Column("sha256", Text, primary_key=True),
    Column("size", WHOLE),
    Column("content", LargeBinary),  # empty once all that it was for is long settled
    Column("kept_at", Text),
)

DELIVERIES = Table(
    "deliveries",
    METADATA,
    Column("id", WHOLE, primary_key=True),
    Column("edition", WHOLE, ForeignKey(EDITIONS.c.id)),  # so its table is made after that one
    Column("kind", Text),  # edition, withdrawal, or draft
    Column("channel", Text),  # mail, or folder
    Column("recipient", Text),  # an address, or the folder's path
    Column("copy", Integer),  # 1; more where a person had it sent again
    Column("audience", Text),  # as it was configured when it was queued
    Column("state", Text),
    Column("reason", Text),
    Column("code", Integer),  # the exit code that its state means
    Column("typed", Integer),  # 1: a person asked for it, so neither age nor the lists stop it
    Column("not_after", Text),  # if it was never tried by then it is paused; empty: no such instant
    Column("message_id", Text),  # empty for a folder
    Column("head", LargeBinary),
    Column("body", Text),  # the hash of the body; empty for a folder
    Column("summary", Text),  # that of the one without the PDF
    Column("form", Text),  # which of the two was or is to be sent: whole, or summary
    Column("sha256", Text),  # of what was sent, once it was
    Column("refused", Integer),  # how often a server asked for another try
    Column("doubts", Integer),  # how often it was sent and nothing heard
    Column("next_try", Text),
    Column("run", Text),
    Column("queued_at", Text),
    Column("changed_at", Text),
)

# Who gets nothing, whatever the configuration says.
SUPPRESSIONS = Table(
    "suppressions",
    METADATA,
    Column("address", Text, primary_key=True),  # in small letters
    Column("reason", Text),
    Column("at", Text),
)

# A way that is left alone for a while, as one machine has found it.
PAUSES = Table(
    "pauses",
    METADATA,
    Column("channel", Text, primary_key=True),
    Column("host", Text, primary_key=True),
    Column("times", Integer),  # in a row
    Column("until", Text),
    Column("mark", Text),  # of the secrets and settings that it failed with
    Column("reason", Text),
)

DELIVERED = (
    """CREATE TABLE {at}bodies (
        sha256 TEXT PRIMARY KEY, size {whole} NOT NULL, content {bytes} NOT NULL,
        kept_at TEXT NOT NULL) {strict}""",
    """CREATE TABLE {at}deliveries (
        id {key}, edition {whole} NOT NULL REFERENCES {at}editions (id),
        kind TEXT NOT NULL CHECK (kind IN ('edition', 'withdrawal', 'draft')),
        channel TEXT NOT NULL, recipient TEXT NOT NULL,
        copy INTEGER NOT NULL CHECK (copy >= 1), audience TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('queued', 'unconfirmed', 'accepted', 'failed',
            'paused', 'cancelled')),
        reason TEXT NOT NULL, code INTEGER NOT NULL, typed INTEGER NOT NULL,
        not_after TEXT NOT NULL, message_id TEXT NOT NULL, head {bytes} NOT NULL,
        body TEXT NOT NULL, summary TEXT NOT NULL,
        form TEXT NOT NULL CHECK (form IN ('whole', 'summary')),
        sha256 TEXT NOT NULL, refused INTEGER NOT NULL, doubts INTEGER NOT NULL,
        next_try TEXT NOT NULL, run TEXT NOT NULL, queued_at TEXT NOT NULL,
        changed_at TEXT NOT NULL,
        UNIQUE (edition, kind, channel, recipient, copy)) {strict}""",
    """CREATE TABLE {at}suppressions (
        address TEXT PRIMARY KEY, reason TEXT NOT NULL, at TEXT NOT NULL) {strict}""",
    """CREATE TABLE {at}pauses (
        channel TEXT NOT NULL, host TEXT NOT NULL, times INTEGER NOT NULL, until TEXT NOT NULL,
        mark TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (channel, host)) {strict}""",
)
