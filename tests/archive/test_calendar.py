"""The nights on which clocks change: each slot is filed once, at its instant."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.small import rows
from viperreport.archive.states import State

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("every", "slot", "instant"),
    [
        # APScheduler's own trigger loses this one.
        ("weekly on monday at 00:00", "2026-03-30T00:00", datetime(2026, 3, 29, 23, 0, tzinfo=UTC)),
        # It comes twice; an hour later clocks show it again.
        (
            "weekly on sunday at 01:30",
            "2026-10-25T01:30",
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        ),
        # No clock shows it.
        ("weekly on sunday at 01:30", "2026-03-29T01:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    ],
    ids=["monday midnight", "comes twice", "is skipped"],
)
def test_a_slot_on_such_a_night(lite: MakeRuns, every: str, slot: str, instant: datetime) -> None:
    """Nothing a second before it, one edition at it, and none an hour or a day later."""
    home = lite(at=f"{instant - timedelta(days=2):%Y-%m-%dT%H:%M}", every=every)
    home.deliver(content=rows(date(2024, 1, 1), home.now.date() - timedelta(1)))
    home.run()
    counts = []
    for after in (-SECOND, timedelta(0), SECOND, timedelta(hours=1), timedelta(days=1)):
        home.now = instant + after
        home.run()
        counts.append(len(home.ledger().editions))
    assert counts == [0, 1, 1, 1, 1]
    (edition,) = home.ledger().editions
    assert (edition.slot, edition.due, edition.state) == (slot, instant, State.FILED)
    assert len(home.pdfs()) == 1
