"""An edition built long ago is built again as it was, whatever has changed since."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from tests.recount import attachments

from .conftest import CUT_OFF, Demo, viperreport

CUT_OFFS = ("2016-01-06", "2016-02-24", "2016-03-30", "2016-04-27", "2016-05-25")


@pytest.fixture(scope="module")
def aged(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """The demo's home with five editions, then other data, another configuration and templates."""
    home = tmp_path_factory.mktemp("aged") / "home"
    shutil.copytree(demo.home, home)
    built = {}
    for cut_off in CUT_OFFS:
        build = ("build", "--cut-off", cut_off)  # by a process whose hashes are its own
        pdf = Path(viperreport(*build, cwd=home, cold=True).done().said.strip())
        built[f"weekly/all/{cut_off}"] = pdf.read_bytes()
    _load_more(home)
    _configure_otherwise(home)
    return home, built


def _load_more(home: Path) -> None:
    """A later delivery: records moved, withdrawn and added in every month that was counted."""
    newest = max((home / "inbox").glob("incidents-*.csv"))
    header, *rows = csv.reader(newest.read_text(encoding="utf-8-sig").splitlines())
    area = header.index("borough")
    changed = [
        [*row[:area], "Camden" if k % 7 == 0 else row[area], *row[area + 1 :]]
        for k, row in enumerate(rows)
        if k % 50
    ]
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *changed])
    later = home / "later.csv"
    later.write_text(text.getvalue(), encoding="utf-8")
    load = ("load", "incidents", str(later), "--known-at", "2016-09-01T05:30", "--accept-rewritten")
    ended = viperreport(*load, cwd=home)
    assert ended.code == 0, ended.err


def _configure_otherwise(home: Path) -> None:
    settings = home / "config/viperreport.toml"
    text = settings.read_text().replace("Weekly gun-crime briefing", "Another title")
    settings.write_text(text + "[figures]\npercent_base = 100\nfew = 40\n")
    operation = home / "config/operation.toml"
    operation.write_text(operation.read_text().replace('area = "Brent"', 'area = "Camden"'))
    (home / "templates/weekly.toml").write_text('sections = ["headline", "key_figures"]\n')
    theme = home / "templates/theme.toml"
    theme.write_text(theme.read_text().replace("#12436D", "#3B0A45"))
    (home / "config/published.csv").unlink()


@pytest.mark.parametrize("cut_off", CUT_OFFS)
def test_five_old_editions_are_the_same_to_the_byte(
    aged: tuple[Path, dict[str, bytes]], cut_off: str
) -> None:
    """After later loads and edits to config and templates: the same figures, the same file."""
    home, built = aged
    name = f"weekly/all/{cut_off}"
    again = viperreport("build", "--edition", name, "-o", "-", cwd=home).done().out
    assert attachments(again)["figures.csv"] == attachments(built[name])["figures.csv"]
    assert again == built[name]


def test_old_editions_are_the_same_after_an_undo(
    aged: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    """The loads that they were made from are undone, one by one: not a byte is different."""
    home, built = tmp_path / "home", aged[1]
    shutil.copytree(aged[0], home)
    loads = json.loads(viperreport("--json", "loads", "incidents", cwd=home).done().said)
    latest = [load["id"] for load in loads if load["outcome"] == "accepted"][-3:]
    for number in reversed(latest):
        viperreport("load", "--undo", str(number), cwd=home).done()
    for name, pdf in built.items():
        again = viperreport("build", "--edition", name, "-o", "-", cwd=home).done()
        assert again.out == pdf
        assert again.err == ""


def test_built_anew_it_is_another(aged: tuple[Path, dict[str, bytes]], tmp_path: Path) -> None:
    """Without --edition today's data and configuration act: what was changed shows."""
    home = tmp_path / "home"
    shutil.copytree(aged[0], home)
    cut_off = ("--cut-off", CUT_OFFS[4], "--known-at", "2016-09-02")
    ended = viperreport("build", *cut_off, "-o", "now.pdf", cwd=home)
    assert ended.code == 4  # two sources are months old by then
    figures = attachments((home / "now.pdf").read_bytes())["figures.csv"]
    assert figures != attachments(aged[1][f"weekly/all/{CUT_OFFS[4]}"])["figures.csv"]


def test_explain_and_export_speak_of_the_old_edition(aged: tuple[Path, dict[str, bytes]]) -> None:
    """`--edition`: the figures, and the records that added up to them then."""
    home, built = aged
    name = f"weekly/all/{CUT_OFFS[3]}"
    said = attachments(built[name])["figures.csv"]
    exported = viperreport("export", "figures", "--edition", name, cwd=home).done().out
    assert exported == said
    first = next(csv.DictReader(io.StringIO(said.decode(), newline="")))
    explained = viperreport(
        "--json", "explain", first["key"], "--rows", "--edition", name, cwd=home
    ).done()
    told = json.loads(explained.said)
    assert told["edition"] == name
    assert [str(figure["value"]) for figure in told["figures"]] == [first["value"]]
    assert len(told["records"][0]) == int(first["rows"])


@pytest.mark.parametrize(
    ("edition", "words"),
    [
        ("weekly/all/2016-05-24", ("was not built here", "weekly/all/2016-05-25")),
        ("weekly/all/2016-05-25@2", ("was not built here",)),
        ("weekly/all", ("names no edition", "weekly/all/2016-05-25")),
        ("weekly/all/2016-02-31", ("names no edition",)),
        ("../../etc/passwd", ("names no edition",)),
    ],
)
def test_an_edition_that_was_not_built_is_told(
    demo: Demo, edition: str, words: tuple[str, ...]
) -> None:
    """One line, with what there is; exit code 2."""
    ended = viperreport("build", "--edition", edition, "-o", "-", cwd=demo.home)
    assert ended.code == 2
    assert [word for word in words if word not in ended.err] == []
    assert ended.err.count("\n") == 1


def test_an_edition_is_chosen_once(demo: Demo) -> None:
    """Together with --cut-off it is refused."""
    twice = ("build", "--edition", "weekly/all/2016-05-25", "--cut-off", "2016-05-25")
    ended = viperreport(*twice, cwd=demo.home)
    assert ended.code == 2
    assert "leave out BRIEFING, --cut-off" in ended.err


def test_a_kept_configuration_that_was_changed_is_refused(demo: Demo, tmp_path: Path) -> None:
    """Nothing is built by a text that is not the one that was kept; exit code 3."""
    home = tmp_path / "home"
    shutil.copytree(demo.home, home)
    (kept,) = (home / "output/state/configurations").iterdir()
    file = kept / "config/viperreport.toml"
    file.chmod(0o640)
    file.write_text(file.read_text().replace("Weekly", "Monthly"))
    ended = viperreport("build", "--edition", "weekly/all/2016-05-25", "-o", "-", cwd=home)
    assert ended.code == 3
    assert "was changed since it was kept" in ended.err
    shutil.rmtree(kept)
    ended = viperreport("explain", "K1", cwd=home)
    assert ended.code == 3
    assert "was not kept: choose it with --cut-off" in ended.err


def test_a_build_puts_a_damaged_configuration_right(demo: Demo, tmp_path: Path) -> None:
    """A file lost, changed or put in by a link: the same build again makes it whole."""
    home = tmp_path / "home"
    shutil.copytree(demo.home, home)
    (kept,) = (home / "output/state/configurations").iterdir()
    (kept / "config/areas.csv").unlink()
    (kept / "config/areas.csv").symlink_to("/etc/hostname")
    assert viperreport("build", "--edition", "weekly/all/2016-05-25", cwd=home).code == 3
    viperreport("build", "--cut-off", "2016-05-25", "-o", "-", cwd=home).done()
    viperreport("build", "--edition", "weekly/all/2016-05-25", "-o", "-", cwd=home).done()
    assert not (kept / "config/areas.csv").is_symlink()
    assert [each.name for each in kept.parent.iterdir()] == [kept.name]


def test_a_broken_configuration_of_today_does_not_matter(demo: Demo, tmp_path: Path) -> None:
    """What was built is built again, and explained, while today's files have faults."""
    home = tmp_path / "home"
    shutil.copytree(demo.home, home)
    (home / "config/operation.toml").write_text("name = broken")
    name = ("--edition", "weekly/all/2016-05-25")
    assert viperreport("build", "--cut-off", "2016-05-25", cwd=home).code == 3
    again = viperreport("build", *name, "-o", "-", cwd=home).done()
    assert again.out == demo.pdf.read_bytes()
    assert again.err == ""
    viperreport("explain", "K1", *name, cwd=home).done()


def test_another_file_than_it_was_is_told(home: Path) -> None:
    """Its records were taken back since, or it was made with another version: one line says so."""
    build = ("build", "--cut-off", CUT_OFF, "--known-at", "2016-06-10")
    viperreport(*build, cwd=home).done()
    name = ("--edition", f"weekly/all/{CUT_OFF}")
    note = home / f"output/state/editions/weekly+all+{CUT_OFF}.json"
    said = json.loads(note.read_text())
    older = said | {"sha256": "0" * 64, "made_with": said["made_with"] | {"reportlab": "5.0.0"}}
    note.write_text(json.dumps(older))
    ended = viperreport("build", *name, "-o", "-", cwd=home).done()
    assert "is another file than it was: reportlab 5.0.0 then, 5." in ended.err
    note.write_text(json.dumps(said | {"sha256": "0" * 64, "fingerprint": "1" * 64}))
    ended = viperreport("build", *name, "-o", "-", cwd=home).done()
    assert "the store no longer knows what it knew then" in ended.err


def test_json_is_explained_by_its_own_configuration(home: Path) -> None:
    """After a build as JSON and an edit, `explain` speaks of what was built."""
    viperreport("--json", "build", "--cut-off", CUT_OFF, "--format", "json", cwd=home).done()
    settings = home / "config/viperreport.toml"
    settings.write_text("zone = broken")
    said = viperreport("explain", "K1", cwd=home).done().said
    assert said.startswith(f"weekly/all/{CUT_OFF}")
