"""Files as other programs write them: marks, line ends, quoted newlines; and taking a load back."""

import csv
import io
import json
from datetime import date
from pathlib import Path

from .conftest import HEADER, STORE, Ended, rows_of, stored, viperreport

ROWS = rows_of(date(2015, 1, 1), date(2016, 5, 26))


def test_a_mark_and_line_ends_of_windows_change_nothing(home: Path) -> None:
    """The same rows with a UTF-8 byte order mark and CRLF are the same records."""
    text = (HEADER + ROWS).replace("\n", "\r\n")
    (home.parent / "new.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    before = stored(home)["versions"]
    ended = viperreport("--json", "load", "shootings", "../new.csv", cwd=home).done()
    (report,) = json.loads(ended.said)
    assert (report["rows_read"], report["rows_bad"]) == (512, 0)
    assert (report["new"], report["changed"], report["withdrawn"]) == (0, 0, 0)
    assert stored(home)["versions"] == before


def test_quoted_newlines_give_true_line_numbers(home: Path) -> None:
    """A row is named by the line it begins on, however many lines the notes before it take up."""
    rows = ROWS.splitlines()
    rows[0] += ',"one\ntwo\r\nthree"'  # lines 2 to 4
    rows[1] += ',"say ""no"""'  # line 5
    rows[2] = 'S20150103,2015-02-30,North,0,2,"a\nb"'  # lines 6 and 7: no such day
    rows[3:] = [f"{row}," for row in rows[3:]]  # from line 8
    assert rows[366] == "S20160102,2016-01-02,South,0,2,"
    rows[366] = "S20160102,2016-01-02,North,0,2,"  # line 371
    (home.parent / "new.csv").write_text(
        "\n".join([HEADER.strip() + ",note", *rows, ""]), newline=""
    )
    loaded = viperreport("load", "shootings", "../new.csv", cwd=home)
    assert loaded.code == 0
    assert loaded.err == "../new.csv:6: day is not a date in the form %Y-%m-%d (in quarantine)\n"
    listed = viperreport("quarantine", cwd=home).done()
    assert listed.said == "new.csv:6: day is not a date in the form %Y-%m-%d (load 2)\n"
    asked = ("incidents.ytd.2016", "--rows", "--cut-off", "2016-01-02")
    explained = viperreport("explain", *asked, cwd=home).done().said
    assert "shootings.csv:367\n" in explained  # as it was loaded first, and since then unchanged
    assert "new.csv:371\n" in explained


def test_a_load_can_be_taken_back(home: Path) -> None:
    """`load --undo` leaves the records as before; what was known meanwhile stays known."""
    exported = viperreport("export", "records", cwd=home).done()
    changed = ROWS.replace("S20160101,2016-01-01,North", "S20160101,2016-01-02,South")
    (home.parent / "new.csv").write_text(
        HEADER + changed.removesuffix(ROWS.splitlines()[-1] + "\n")
    )
    ended = viperreport("--json", "load", "shootings", "../new.csv", cwd=home).done()
    (report,) = json.loads(ended.said)
    assert (report["new"], report["changed"], report["withdrawn"]) == (0, 1, 1)
    loaded = stored(home)
    undone = viperreport("load", "--undo", "2", cwd=home).done()
    assert undone.said.startswith("load 2 of shootings (new.csv) is undone from 20")
    assert "an earlier --known-at counts as before" in undone.said
    after = stored(home)
    known = {row["id"] for row in after["versions"]}
    assert {row["id"] for row in loaded["versions"]} < known
    assert _content(viperreport("export", "records", cwd=home).done()) == _content(exported)
    assert [row["outcome"] for row in after["loads"]] == ["accepted", "accepted", "undo"]
    again = viperreport("load", "--undo", "2", cwd=home)
    assert (again.code, again.out) == (2, b"")
    assert again.err == "viperreport: load 2 was undone: there is nothing to undo\n"


def _content(exported: Ended) -> list[list[str]]:
    """Rows of an export without the instants from which they are known."""
    rows = list(csv.reader(io.StringIO(exported.said)))
    return [rows[0], *([cell for cell in row if not cell.endswith("Z")] for row in rows[1:])]


def test_what_may_not_be_kept_is_erased(home: Path) -> None:
    """`load --erase` leaves the store's records as they were, and says what that costs."""
    before = stored(home)["versions"]
    (home.parent / "new.csv").write_text(HEADER + ROWS + "Jane Doe,2016-05-26,North,0,1\n")
    viperreport("load", "shootings", "../new.csv", cwd=home).done()
    assert b"Jane Doe" in (home / STORE).read_bytes()
    erased = viperreport("load", "--erase", "2", cwd=home).done()
    assert "can no longer be built again as they were" in erased.said
    assert stored(home)["versions"] == before
    assert [file for file in (home / STORE).parent.glob("evidence.db*") if _holds(file)] == []


def test_an_edition_tells_that_its_data_were_erased(home: Path) -> None:
    """`explain`, `export figures` and `diff` say that their figures may not be those printed."""
    (home.parent / "new.csv").write_text(HEADER + ROWS + "Jane Doe,2016-05-26,North,0,1\n")
    viperreport("load", "shootings", "../new.csv", cwd=home).done()
    viperreport("build", "--cut-off", "2016-05-26", "--format", "json", cwd=home).done()
    name = "weekly/all/2016-05-26"
    verbs = (
        ("explain", "K1"),
        ("explain", "K1", "--edition", name),
        ("export", "figures", "--edition", name),
        ("diff", "weekly/all/2016-05-25", name),
    )
    for verb in verbs:
        assert viperreport(*verb, cwd=home).done().err == ""
    viperreport("load", "--erase", "2", cwd=home).done()
    for verb in verbs:
        told = viperreport("-q", *verb, cwd=home).done().err
        assert told == (
            f"{name}: its figures may be others than were printed: the store no longer knows "
            "what it knew then: see viperreport loads\n"
        )


def test_what_was_erased_comes_back_only_by_its_name(home: Path) -> None:
    """Where its file still lies in the inbox `load` and `run` pass it over, until it is named."""
    source = home / "config/sources/shootings.toml"
    source.write_text('path = "inbox/*.csv"\n' + source.read_text())
    (home / "inbox").mkdir(exist_ok=True)
    file = home / "inbox/new.csv"
    file.write_text(HEADER + ROWS + "Jane Doe,2016-05-26,North,0,1\n")
    viperreport("load", cwd=home).done()
    assert "delete it where it lies" in viperreport("load", "--erase", "2", cwd=home).done().err
    before = stored(home)
    for verb in (("load",), ("run", "--dry-run"), ("run",)):
        viperreport(*verb, cwd=home)
        assert stored(home) == before
    file.touch()
    viperreport("run", cwd=home)
    assert stored(home) == before
    named = viperreport("load", "shootings", "inbox/new.csv", cwd=home).done()
    assert "1 new" in named.said
    assert "the same file as before" in viperreport("load", cwd=home).done().said


def _holds(file: Path) -> bool:
    return b"Jane Doe" in file.read_bytes()


def test_a_trial_keeps_nothing(home: Path) -> None:
    """`load --dry-run` says what would happen, of a good and of a bad file, and keeps nothing."""
    before = stored(home)
    (home.parent / "good.csv").write_text(HEADER + ROWS + "S1,2016-05-27,North,0,1\n")
    (home.parent / "bad.csv").write_text(HEADER + "S1,2016-02-30,North,0,1\n")
    good = viperreport("load", "shootings", "../good.csv", "--dry-run", cwd=home).done()
    assert "1 new, 0 changed, 0 withdrawn" in good.said
    assert "nothing kept" in good.said
    bad = viperreport("load", "shootings", "../bad.csv", "--dry-run", cwd=home)
    assert bad.code == 4
    assert stored(home) == before


def test_one_refused_file_does_not_hold_up_the_rest(home: Path) -> None:
    """`load` alone takes all that waits; a refused file is a line on stderr and exit code 4."""
    toml = home / "config/sources/shootings.toml"
    toml.write_text('path = "inbox/*.csv"\n' + toml.read_text())
    (home / "inbox").mkdir()
    (home / "inbox/a.csv").write_text("")
    (home / "inbox/b.csv").write_text(HEADER + ROWS + "S1,2016-05-27,North,0,1\n")
    (home / "inbox/c\n.csv").write_text("nonsense\n")
    ended = viperreport("load", cwd=home)
    assert ended.code == 4
    first, second = ended.err.splitlines()
    assert first.startswith("viperreport: ")
    assert "inbox/a.csv: the file is empty" in first
    assert second.startswith("viperreport: ")
    assert r"inbox/c\x0a.csv: " in second
    assert "b.csv: 513 rows, 0 in quarantine; records: 1 new" in ended.said
    assert len(stored(home)["versions"]) == 513


def test_waiting_files_are_loaded_once(home: Path) -> None:
    """`load` without a name takes what is new: what was read before brings nothing back."""
    source = home / "config/sources/shootings.toml"
    source.write_text('path = "inbox/day*.csv"\n' + source.read_text())
    inbox = home / "inbox"
    inbox.mkdir(exist_ok=True)
    (inbox / "day1.csv").write_text(HEADER + ROWS)
    (inbox / "day2.csv").write_text(HEADER + ROWS + "S2,2016-05-27,North,0,1\n")
    viperreport("load", cwd=home).done()
    before = stored(home)
    again = viperreport("load", cwd=home).done()
    assert again.said == "shootings: day2.csv: the same file as before; nothing to do\n"
    after = stored(home)
    assert after["versions"] == before["versions"]
    assert [row["outcome"] for row in after["loads"][len(before["loads"]) :]] == ["unchanged"]
    (inbox / "day3.csv").write_text(HEADER + ROWS + "S3,2016-05-28,North,0,1\n")
    said = viperreport("load", cwd=home).done().said
    assert "day3.csv: 513 rows" in said
    assert "day1.csv" not in said
    number = str(stored(home)["loads"][-1]["id"])
    viperreport("load", "--undo", number, cwd=home).done()
    (inbox / "day4.csv").write_text(HEADER + ROWS + "S4,2016-05-29,North,0,1\n")
    said = viperreport("load", cwd=home).done().said
    assert "day4.csv: 513 rows" in said
    assert "day3.csv" not in said  # what was undone is no news either
    named = viperreport("load", "shootings", "inbox/day3.csv", "--accept-drop", cwd=home).done()
    assert "day3.csv: 513 rows" in named.said
