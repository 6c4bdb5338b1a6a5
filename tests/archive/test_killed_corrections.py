"""A correction that is killed at any of its steps is made once, by whichever run comes next."""

import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.small import Runs, utc
from tests.archive.test_corrected import FILES, MONDAY, SECOND, SLOT, late
from tests.archive.test_kill import Server, asked, server
from viperreport.archive.states import State

__all__ = ["server"]
AT = "2016-05-31T05:00"
STEPS = 67  # of a run that corrects
STAGES = 6


def again(home: Runs, **more: object) -> dict[str, object]:
    """A run of the slot that is filed, in a process of its own."""
    return asked(home, **more) | {"at": AT, "asked": {"slot": SLOT}}


def test_the_steps_are_those_of_a_correction(server: Server, lite: MakeRuns) -> None:
    """The stages below reach from before its claim to after its filing."""
    home = late(lite())
    (ended,) = server.start([again(home)])
    assert ended["code"] == 0, ended["lines"]
    assert abs(len(ended["steps"]) - STEPS) <= 6, ended["steps"]
    filing = next(n for n, each in enumerate(ended["steps"]) if each.endswith("_r2.pdf"))
    commits = [n for n, each in enumerate(ended["steps"]) if each == "commit"]
    assert len([n for n in commits if n < filing]) >= 2
    assert len([n for n in commits if n > filing]) >= 1


@pytest.mark.parametrize("stage", range(STAGES))
def test_killed_at_a_stage(server: Server, runs: MakeRuns, stage: int) -> None:
    """One revision, whole; the old file stays; a run without --slot finishes what is claimed."""
    home = late(runs())
    step = 3 + stage * STEPS // STAGES
    old = (home.path / "output/editions" / FILES[0]).read_bytes()
    (ended,) = server.start([again(home, kill=step)])
    assert ended["killed"], ended
    claimed = any(name == SECOND for name, _ in home.states())
    later = Runs(home.path, utc("2016-05-31T05:10"), home.environ)
    assert later.run().code == 0, later.said
    assert any(state == (SECOND, State.FILED) for state in later.states()) is claimed
    assert later.run(slot=SLOT).code == 0, later.said
    assert later.states() == [(MONDAY, State.FILED), (SECOND, State.FILED)]
    assert later.pdfs() == FILES
    assert (home.path / "output/editions" / FILES[0]).read_bytes() == old
    assert later.findings() == []
