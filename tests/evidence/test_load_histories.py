"""Whatever is loaded in whatever order: what was known at an earlier instant stays known."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from tests.evidence.loading import (
    HEADER,
    HOME,
    NOW,
    SHOOTINGS,
    csv_file,
    load_lines,
    request,
    versions,
)
from viperreport.database import open_engine, sqlite_url, to_text, writing
from viperreport.evidence.load import load_file
from viperreport.evidence.tables import CONTENT_NAMES, LOADS, META, QUARANTINE, VERSIONS
from viperreport.evidence.undo import undo_load
from viperreport.model.source import Delivery, Source

RECORDED = replace(SHOOTINGS, columns={**SHOOTINGS.columns, "recorded": "REC"})
Content = dict[str, tuple[int, str, int]]

_CONTENT = st.tuples(st.integers(1, 28), st.sampled_from(["Brent", "", "Hackney"]),
                     st.integers(0, 2))  # fmt: skip
_FILE = st.dictionaries(st.sampled_from("abcdefgh"), _CONTENT, min_size=1)
_STEP = st.tuples(_FILE, st.sampled_from(["full", "increment", "undo"]))


def lines_of(content: Content, recorded: int | None = None) -> list[str]:
    """Write a file's lines; a record is two rows where it has two killed."""
    lines = [HEADER + (",REC" if recorded else "")]
    for key, (day, area, killed) in content.items():
        for number in range(max(1, killed)):
            last = f",2016-05-{recorded:02d}" if recorded else ""
            lines.append(f"{key},2016-05-{day:02d},{area},{killed - number}{last}")
    return lines


def known_at(engine: Engine, instant: datetime) -> dict[str, Any]:
    """Records known at an instant: key → content. No key is known twice."""
    then = to_text(instant)
    rows = [
        row
        for row in versions(engine)
        if row["known_from"] <= then and (row["known_to"] is None or row["known_to"] > then)
    ]
    found = {row["key"]: {name: row[name] for name in CONTENT_NAMES} for row in rows}
    assert len(found) == len(rows)
    return found


def expected(content: Content) -> dict[str, Any]:
    """Say what a store should hold of a file's content."""
    return {
        key: (f"2016-05-{day:02d}", area, killed, "yes" if killed else "no")
        for key, (day, area, killed) in content.items()
    }


def told(found: dict[str, Any]) -> dict[str, Any]:
    """Give the same of what it holds."""
    return {
        key: (row["day"], row["area"], row["killed"], row["fatal"]) for key, row in found.items()
    }


def source_for(how: str, source: Source = SHOOTINGS) -> Source:
    """Make a source that delivers like this."""
    return replace(source, delivery=Delivery.FULL if how == "full" else Delivery.INCREMENT)


def emptied(engine: Engine) -> Engine:
    """Empty a store between two examples."""
    with writing(engine) as connection:
        for table in (QUARANTINE, VERSIONS, LOADS, META):
            connection.execute(delete(table))
    return engine


@pytest.mark.parametrize("source", [SHOOTINGS, RECORDED], ids=["loaded", "recorded"])
def test_history_never_changes(engine: Engine, tmp_path: Path, source: Source) -> None:
    """After each load, all that was known at each earlier load is known as it was."""

    @settings(max_examples=25)
    @given(st.lists(_STEP, min_size=1, max_size=6), st.integers(1, 28))
    def holds(steps: list[tuple[Content, str]], recorded: int) -> None:
        emptied(engine)
        truth: list[tuple[datetime, int, Content]] = []  # instant, load, what is then known
        for number, (content, how) in enumerate(steps):
            instant = NOW + timedelta(days=number)
            if how == "undo":
                if truth:
                    undo_load(engine, truth.pop()[1], HOME, instant)
            else:
                before = truth[-1][2] if truth else {}
                after = content if how == "full" else before | content
                lines = lines_of(content, recorded if source is RECORDED else None)
                report = load_lines(engine, tmp_path, lines, source_for(how, source),
                                    request(now=instant))  # fmt: skip
                if report.outcome == "unchanged":
                    after = before
                    assert after == before | content
                    continue
                assert report.load_id is not None
                truth.append((instant, report.load_id, after))
            for then, _, content_then in truth:
                assert told(known_at(engine, then)) == expected(content_then)

    holds()


def test_the_order_of_lines_does_not_matter(tmp_path: Path) -> None:
    """Two files of the same rows make the same records."""
    engine = open_engine(sqlite_url(tmp_path / "evidence.db"))

    @settings(max_examples=25)
    @given(_FILE, st.randoms(use_true_random=False))
    def holds(content: Content, rng: random.Random) -> None:
        found = []
        header, *rows = lines_of(content)
        for _ in range(2):
            load_lines(engine, tmp_path, [header, *rows])
            found.append(known_at(engine, NOW))
            emptied(engine)
            rng.shuffle(rows)
        assert found[0] == found[1]

    holds()


def test_the_same_file_twice_is_the_file_once(tmp_path: Path) -> None:
    """A duplicate changes no version, whatever the file holds."""
    engine = open_engine(sqlite_url(tmp_path / "evidence.db"))

    @settings(max_examples=25)
    @given(_FILE)
    def holds(content: Content) -> None:
        path = csv_file(tmp_path, *lines_of(content))
        load_file(engine, SHOOTINGS, path, request())
        before = versions(engine)
        assert load_file(engine, SHOOTINGS, path, request()).outcome == "unchanged"
        other = replace(SHOOTINGS, mapping_hash="other")
        report = load_file(engine, other, path, request())
        assert (report.new, report.changed, report.withdrawn) == (0, 0, 0)
        assert versions(engine) == before
        emptied(engine)

    holds()
