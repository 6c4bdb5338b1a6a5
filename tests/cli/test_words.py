"""Words of a home's own that say more than evidence carries: told by file, key and word."""

from pathlib import Path

import pytest

from .conftest import CUT_OFF, viperreport

CONFIGURATION = 3
BUILD = ("build", "--cut-off", CUT_OFF, "--known-at", "2016-06-02", "-o", "out.pdf")
PUBLISHED = (
    "id,measure,unit,area,from,to,period_kind,value,as_at,tier,source,url,note\n"
    "P1,incident,incident,Testville,2015-01-01,2015-12-31,calendar_year,300,2016-01-05,direct,"
    "Gun crime soars,,{note}\n"
)
OPERATION = """\
name = "Operation {name}"
tactics = ["Surge patrol", "Record check", "{tactic}"]
[[priority]]
area = "North"
from = 2016-01-01
note = "{note}"
[[statement]]
text = "Gun crime is soaring because of gangs, and will rise."
who = "A commander"
date = "2016-05"
source = "The Recorder: crackdown led to record arrests"
"""


def write_words(home: Path, **words: str) -> None:
    """Write these words in all the places in which people write for the pages."""
    main, shootings = home / "config/viperreport.toml", home / "config/sources/shootings.toml"
    said = {"title": "Weekly", "definition": "Shots.", "name": "Y", "tactic": "Patrol", "note": ""}
    said |= words
    main.write_text(main.read_text().replace("Weekly shootings briefing", said["title"]))
    measure = f'[measure]\nname = "Record incidents"\ndefinition = "{said["definition"]}"\n'
    shootings.write_text(f"{shootings.read_text()}{measure}")
    operation = OPERATION.format(name=said["name"], tactic=said["tactic"], note=said["note"])
    (home / "config/operation.toml").write_text(operation)
    (home / "config/published.csv").write_text(PUBLISHED.format(note=said["note"]))
    areas = home / "config/areas.csv"
    areas.write_text(areas.read_text() + f"Fall River,fall-river,3,1,,{said['note']}\n")


def test_every_word_at_once(home: Path) -> None:
    """`check` names file, key and word, and what to write instead; quotations are left alone."""
    write_words(
        home,
        title="Gun crime rises",
        definition="Shots, which patrols led to fewer of.",
        name="Plummet",
        tactic="Crackdown",
        note="still open",
    )
    ended = viperreport("check", cwd=home)
    assert ended.code == CONFIGURATION
    told = ended.err.splitlines()
    for place, word in (
        ("config/viperreport.toml: briefing.weekly.title", "rises"),
        ("config/sources/shootings.toml: measure.definition", "led to"),
        ("config/operation.toml: name", "plummet"),
        ("config/operation.toml: tactics[3]", "crackdown"),
        ("config/operation.toml: priority[1].note", "still"),
        ("config/areas.csv: note of Fall River", "still"),
        ("config/published.csv: note of P1", "still"),
    ):
        (line,) = [each for each in told if place in each]
        assert f'{place}: "{word}"' in line
        assert ": say " in line or ": leave " in line
    assert len(told) == 7


def test_a_build_refuses_them_too_and_a_load_does_not(home: Path) -> None:
    """Nothing is drawn or kept; data go on coming in while a title is mended."""
    write_words(home, title="Gun crime is down 10 per cent")
    ended = viperreport(*BUILD, cwd=home)
    assert (ended.code, ended.out) == (CONFIGURATION, b"")
    assert 'config/viperreport.toml: briefing.weekly.title: "is down"' in ended.err
    assert not (home / "out.pdf").exists()
    assert not (home / "output/drafts").exists()
    rows = home.parent / "more.csv"
    rows.write_text("id,day,district,killed,victims\nX1,2016-06-01,North,0,1\n")
    source = home / "config/sources/shootings.toml"
    source.write_text('delivery = "increment"\n' + source.read_text())
    viperreport("load", "shootings", rows, "--known-at", "2016-06-03", cwd=home).done()


@pytest.mark.parametrize("title", ["Weekly, up to Wednesday", "The “Gun crime soars” briefing"])
def test_lawful_words_are_built(home: Path, title: str) -> None:
    """Words that tell of no change, names of places and data, and what others said."""
    write_words(home, title=title, note="the cause of death is not held")
    viperreport("check", cwd=home).done()
    viperreport(*BUILD, cwd=home).done()


def test_an_edition_is_made_again_by_the_text_it_was_made_by(home: Path) -> None:
    """Words of today hold up no edition of yesterday."""
    edition = ("build", "--cut-off", CUT_OFF, "--known-at", "2016-06-02")
    first = Path(viperreport(*edition, cwd=home).done().said.strip()).read_bytes()
    write_words(home, title="Gun crime soars")
    again = viperreport("build", "--edition", f"weekly/all/{CUT_OFF}", "-o", "-", cwd=home).done()
    assert again.out == first
    assert viperreport(*edition, cwd=home).code == CONFIGURATION
