"""What `run --dry-run` foresees of mail and folders is what the run then does."""

from pathlib import Path

import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.mailing import addresses, lets_mail, lists
from tests.archive.small import Runs, utc
from tests.channels.mail_server import Post
from viperreport.verbs.foreseen import foreseen, would_serve
from viperreport.verbs.planning import RunRequest, plan
from viperreport.verbs.trust import ledger_of


def _foreseen(home: Runs) -> dict[tuple[str, str], bool]:
    """Whether an edition would go to somebody, by its name and their address."""
    with home.opened() as opened:
        whole = ledger_of(opened)
        assert would_serve(opened, whole) == ()
        planned = plan(opened, whole, RunRequest(), home.now)
        return {
            (each.edition, one.address): not (each.withheld or one.refused)
            for each in foreseen(opened, whole, planned)
            for one in each.listed
        }


@pytest.mark.parametrize("catch_up", ["all", "latest", "none"])
def test_a_run_does_what_was_foreseen(
    lite: MakeRuns, post: Post, tmp_path: Path, catch_up: str
) -> None:
    """After Mondays off: who is refused, passed over, too late or gets it."""
    home = lite("2016-05-27T12:00", more=f'catch_up = "{catch_up}"')
    home.run("2016-05-16T04:50")
    lets_mail(home.path, post.port, 'mail_if_late_by = "100h"')
    (tmp_path / ".viperreport-target").touch()
    lists(home.path, {"command": [*addresses("ann", "dan"), "bob@exmaple.org"]})
    recipients = home.path / "config/recipients.toml"
    recipients.write_text(recipients.read_text() + f'[folder.share]\npath = "{tmp_path}"\n')
    home.now = utc("2016-05-30T09:00")
    before = _foreseen(home)
    home.run("2016-05-30T09:00")
    after = {
        (str(each.edition), each.recipient): each.state == "accepted"
        for each in home.ledger().deliveries
    }
    assert before == after
    assert set(before.values()) == ({True, False} if catch_up != "none" else set())
