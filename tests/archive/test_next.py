"""What `next` says of slots that are due, and what a run then does with them: the same."""

import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.small import Runs, close, utc
from tests.clocks import Shift
from viperreport.verbs.agenda import Run, next_runs
from viperreport.verbs.catching_up import due_runs

DAILY = "daily at 06:00"
FRIDAY = "2016-05-27T12:00"


def due(home: Runs, at: str) -> list[Run]:
    """The runs that are due at an instant, without any run."""
    home.now = utc(at)
    opened = home.home()
    try:
        return due_runs(opened)
    finally:
        close(opened)


def seen(make: MakeRuns, **more: str) -> Runs:
    """A home that a run has seen on a Friday."""
    home = make(at=FRIDAY, **more)
    assert due(home, FRIDAY) == []  # its slots count from the first run on
    home.run()
    return home


@pytest.mark.parametrize(
    ("catch_up", "then", "states"),
    [
        ("all", "due: the next run makes it", ["filed"] * 2),
        ("latest", "due: the next run makes it, and of several sends the newest", ["filed"] * 2),
        (
            "none",
            "due: the next run notes it as skipped: missed, and catch_up is none",
            ["skipped"] * 2,
        ),
    ],
)
def test_what_catch_up_would_do(
    runs: MakeRuns, catch_up: str, then: str, states: list[str]
) -> None:
    """Each slot that is due is named with what becomes of it, and that does become of it."""
    home = seen(runs, every=DAILY, more=f'catch_up = "{catch_up}"')
    found = due(home, "2016-05-29T12:00")
    assert [(each.slot, each.due) for each in found] == [
        ("2016-05-28T06:00", True),
        ("2016-05-29T06:00", True),
    ]
    assert {each.then for each in found} == {then}
    assert found[0].said.startswith("Sat 28 May 2016 06:00 (05:00 UTC): weekly, cut-off 2016-05-27")
    home.deliver()
    home.run("2016-05-29T12:01")
    assert [state for _, state in home.states()] == states
    assert due(home, "2016-05-29T12:02") == []


def test_more_than_three_want_a_word(lite: MakeRuns) -> None:
    """And so does a ledger that is not to be believed."""
    home = seen(lite, every=DAILY)
    found = due(home, "2016-06-02T12:00")
    assert len(found) == 6
    wanted = ", but nothing before: viperreport run --catch-up --confirm"
    assert all(each.then.endswith(wanted) for each in found)
    home.path = home.path.rename(home.path.parent / "elsewhere")
    assert due(home, "2016-05-28T12:00")[0].then.endswith("nothing before: viperreport adopt")


def test_slots_that_share_a_cut_off(lite: MakeRuns) -> None:
    """The first is made, the others are noted; of those to come it is said too."""
    home = lite(at=FRIDAY, every=DAILY)
    file = home.path / "config/viperreport.toml"
    file.write_text(file.read_text().replace('"yesterday"', '"last sunday"'))
    home.run()
    then = [each.then for each in due(home, "2016-05-29T12:00")]
    assert then == [
        "due: the next run makes it",
        "due: the next run notes it as skipped: same cut-off",
    ]
    opened = home.home()
    to_come = [each.then for each in next_runs(opened, "", 2)]
    close(opened)
    assert to_come == [
        "if missed: the next run makes it",
        "same cut-off as the run before: it is skipped",
    ]


def test_a_holiday_is_named_and_moves_nothing(lite: MakeRuns) -> None:
    """A slot on a listed day is a slot like any other."""
    home = lite(at=FRIDAY, every="weekdays at 06:00")
    (home.path / "config/holidays.csv").write_text("date,name\n2016-05-30,Spring bank holiday\n")
    opened = home.home()
    runs = next_runs(opened, "", 2)
    close(opened)
    assert [(each.slot, each.holiday) for each in runs] == [
        ("2016-05-30T06:00", "Spring bank holiday"),
        ("2016-05-31T06:00", ""),
    ]
    assert "; Spring bank holiday; if missed" in runs[0].said


def test_a_ledger_that_cannot_be_asked_keeps_nobody_from_the_calendar(lite: MakeRuns) -> None:
    """The fault is told beside it."""
    home = seen(lite)
    (home.path / "output/state/ledger.db").write_bytes(b"no database" * 1000)
    shift = Shift(home.path.parent / "shift")
    shift.set(FRIDAY)
    process = shift.start(home.path, "next", "-n", "1")
    said, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert said.startswith("Mon 30 May 2016 06:00")
    assert err.startswith("what is due is not known: ")
