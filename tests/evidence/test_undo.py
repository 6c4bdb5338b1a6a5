"""A load that is undone leaves the records as they were before it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.evidence.loading import (
    HEADER,
    HOME,
    NOW,
    SHOOTINGS,
    csv_file,
    days_on,
    load_lines,
    request,
    versions,
)
from viperreport.errors import ConfigError, UsageError
from viperreport.evidence.journal import list_loads
from viperreport.evidence.load import load_file
from viperreport.evidence.undo import undo_load

ONE = "1,2016-05-01,Hackney,0"
TWO = "2,2016-05-02,Brent,1"


def test_undo_restores_exactly(engine: Engine, tmp_path: Path) -> None:
    """New, changed, withdrawn and revived records, each as before; the load's row stays."""
    load_lines(engine, tmp_path, [HEADER, ONE, TWO, "4,2016-05-04,Brent,0"])
    load_lines(engine, tmp_path, [HEADER, ONE, TWO], asked=days_on(1))
    before = versions(engine)
    last = load_lines(
        engine, tmp_path,
        [HEADER, "1,2016-05-01,Hackney,1", "3,2016-05-03,,0", "4,2016-05-04,Brent,0"],
        asked=days_on(2),
    )  # fmt: skip
    assert (last.new, last.changed, last.withdrawn, last.revived) == (1, 1, 1, 1)
    assert last.load_id is not None
    report = undo_load(engine, last.load_id, HOME, NOW + timedelta(3))
    assert (report.outcome, report.new, report.changed) == ("undone", 1, 1)
    assert versions(engine) == before
    assert [each.outcome for each in list_loads(engine)] == ["accepted", "accepted", "undone"]


def test_an_undone_file_can_be_loaded_again(engine: Engine, tmp_path: Path) -> None:
    """Files found unchanged since rested on the undone load: they are undone with it."""
    path = csv_file(tmp_path, HEADER, ONE)
    load_file(engine, SHOOTINGS, path, request())
    load_file(engine, SHOOTINGS, path, days_on(1))
    undo_load(engine, 1, HOME, NOW)
    assert [each.outcome for each in list_loads(engine)] == ["undone", "undone"]
    assert versions(engine) == []
    assert load_file(engine, SHOOTINGS, path, request()).outcome == "accepted"


def test_only_the_latest_load_of_a_source_can_be_undone(engine: Engine, tmp_path: Path) -> None:
    """The message says which to undo first; other sources' loads do not matter."""
    load_lines(engine, tmp_path, [HEADER, ONE])
    load_lines(engine, tmp_path, [HEADER, TWO], asked=days_on(1))
    load_lines(engine, tmp_path, [HEADER, TWO], replace(SHOOTINGS, name="other"), days_on(2))
    before = versions(engine)
    with pytest.raises(UsageError, match="first type: viperreport load --undo 2") as caught:
        undo_load(engine, 1, HOME, NOW)
    assert caught.value.exit_code == 2
    with pytest.raises(UsageError, match="there is no load 77"):
        undo_load(engine, 77, HOME, NOW)
    assert versions(engine) == before
    undo_load(engine, 2, HOME, NOW)
    undo_load(engine, 1, HOME, NOW)
    with pytest.raises(UsageError, match="load 1 was undone"):
        undo_load(engine, 1, HOME, NOW)
    assert {row["source"] for row in versions(engine)} == {"other"}


def test_another_homes_load_is_not_undone(engine: Engine, tmp_path: Path) -> None:
    """The store's owner is checked here, too."""
    load_lines(engine, tmp_path, [HEADER, ONE])
    with pytest.raises(ConfigError, match="another home"):
        undo_load(engine, 1, "another", NOW)
