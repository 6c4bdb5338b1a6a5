"""`correct`, `withdraw` and `run --slot` as an operator meets them: codes, words, files."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from .conftest import HEADER, rows_of
from .test_run import DUE, EDITION, SLOT, at, prepared

LATER, REASON = "2016-06-10T12:00", "the return of 8 June came late"
SECOND = f"{EDITION}@2"


@pytest.fixture(scope="module")
def corrected(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose edition was filed, and corrected once a late record was loaded."""
    place = tmp_path_factory.mktemp("corrected") / "home"
    home = prepared(Path(shutil.copytree(loaded_home, place)))
    at(DUE, "run", cwd=home).done()
    same = at(DUE, "correct", EDITION, "--reason", REASON, cwd=home).done()
    assert same.said == f"{EDITION}: the figures are the same: there is nothing to correct\n"
    (home.parent / "late.csv").write_text(HEADER + rows_of(date(2015, 1, 1), date(2016, 6, 8)))
    at("2016-06-10T10:00", "load", "shootings", "../late.csv", cwd=home).done()
    done = at(LATER, "correct", EDITION, "--reason", REASON, cwd=home).done()
    pdf = home / "output/editions/weekly/all/2016/weekly_all_2016-06-08_r2.pdf"
    assert done.said == f"{SECOND}: filed: correct: {REASON}\n{pdf}\n"
    return home


def test_both_are_there_and_told_apart(corrected: Path) -> None:
    """Two files; the list and `build --edition` say which was superseded; both rebuild."""
    listed = json.loads(at(LATER, "--json", "archive", "ls", cwd=corrected).done().said)
    pdfs = {each["edition"]: each for each in listed if each["path"].endswith(".pdf")}
    assert pdfs[EDITION]["standing"] == f"superseded by {SECOND}"
    assert pdfs[SECOND]["standing"] == ""
    for name, standing in ((EDITION, f"{EDITION}: superseded by {SECOND}"), (SECOND, "")):
        built = at(LATER, "-q", "build", "--edition", name, "-o", "-", cwd=corrected).done()
        assert built.out == (corrected / "output/editions" / pdfs[name]["path"]).read_bytes()
        assert built.err.strip() == standing
        at(LATER, "archive", "rebuild", name, "--check", cwd=corrected).done()
    at(LATER, "archive", "verify", cwd=corrected).done()
    explained = at(LATER, "explain", "replaced.incidents.ytd.2016", "--edition", SECOND,
                   cwd=corrected)  # fmt: skip
    assert "known at  2016-06-09 06:00" in explained.done().said
    found = at(LATER, "diff", EDITION, SECOND, cwd=corrected).done()
    assert "incidents.ytd.2016" in found.said
    assert "replaced." not in found.said
    mail = at(LATER, "build", "--edition", SECOND, "--format", "text", "-o", "-", cwd=corrected)
    assert f"Corrected edition 2, replaces 1 of 9 June: {REASON}" in " ".join(
        mail.done().said.split()
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("correct", EDITION, "--reason", "x"), f"is not the last one filed: take {SECOND}"),
        (("correct", SECOND), "--reason: say why"),
        (("correct", SECOND, "--reason", "y" * 5000), "5,000 characters: 200 are the most"),
        (("correct", SLOT, "--reason", "x"), "names no edition"),
        (("withdraw", EDITION, "--reason", "x"), f"take {SECOND}"),
        (("run", "--reason", "x"), "--reason goes with --slot"),
    ],
)
def test_what_cannot_be_meant_is_usage(
    corrected: Path, arguments: tuple[str, ...], words: str
) -> None:
    """Exit 2 and a line that says what to type."""
    ended = at(LATER, *arguments, cwd=corrected)
    assert (ended.code, words in ended.err, ended.err.count("\n")) == (2, True, 1)


def test_a_slot_is_run_again_without_news(corrected: Path) -> None:
    """`run --slot` of what is corrected already changes nothing."""
    before = at(LATER, "--json", "history", SECOND, cwd=corrected).done().said
    would = at(LATER, "run", "--slot", SLOT, "--dry-run", cwd=corrected).done().said
    assert would == f"would correct, if its figures are other by now, {SECOND}\n"
    at(LATER, "run", "--slot", SLOT, cwd=corrected).done()
    assert at(LATER, "--json", "history", SECOND, cwd=corrected).done().said == before


def test_what_is_withdrawn_says_so(corrected: Path) -> None:
    """Exit 0, once; then wherever it is named. It comes last here: nothing takes it back."""
    done = at(LATER, "withdraw", SECOND, "--reason", "not ours to publish", cwd=corrected).done()
    said = f"{SECOND}: withdrawn: not ours to publish\n"
    assert done.said == said
    assert at(LATER, "withdraw", SECOND, "--reason", "x", cwd=corrected).code == 2
    assert said in at(LATER, "status", cwd=corrected).done().said
    assert at(LATER, "explain", "K1", "--edition", SECOND, cwd=corrected).done().err == said
    at(LATER, "archive", "verify", cwd=corrected).done()
