"""What the documents tell people to type: every line of it works, every word of it exists."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import PROGRAM, ROOT, clean, viperreport

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
ANOTHER_CITY = "## Another city in ten lines"
OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")
# What a person does in an editor, by the file that is opened: (what stands there, what they write).
EDITS = {
    "shootings.toml": [('coverage = "load"', "coverage = 2016-06-30")],
    "viperreport.toml": [
        ('zone = "Europe/London"', 'zone = "Europe/Berlin"'),
        ('place = "London"', 'place = "Köln"'),
        ('territory = "the Metropolitan Police area, London"', 'territory = "the city of Köln"'),
        ('"weekly on monday at 06:00"', '"weekly on tuesday at 07:30"'),
    ],
}
EDITOR = """\
import sys
from pathlib import Path
file = Path(sys.argv[1])
text = file.read_text(encoding="utf-8")
for old, new in {edits!r}[file.name]:
    assert text.count(old) == 1, (file, old)
    text = text.replace(old, new)
file.write_text(text, encoding="utf-8")
"""


def _blocks() -> Iterator[list[str]]:
    """The README's console blocks: what is typed, without the prompt."""
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        yield [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]


def _strangers_file() -> str:
    """Shootings of 18 months as another city writes them: semicolons, dd/mm/yyyy, umlauts."""
    rows = ["Reference;Date;District;Killed"]
    for year, months in ((2015, range(1, 13)), (2016, range(1, 7))):
        rows += [
            f"{year}-{month}-{day};{day:02}/{month:02}/{year};"
            f"{('Ehrenfeld', 'Mülheim an der Brücke')[day // 2 % 2]};{('no', 'yes')[day % 7 == 0]}"
            for month in months
            for day in range(1, 29, 1 + year % 2015 % 2)
        ]
    return "\n".join([*rows, ""])


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """A person's environment: a home directory, an editor, and the program on the path."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "viperreport").write_text(f'#!/bin/sh\nexec {shlex.join(PROGRAM)} "$@"\n')
    (tools / "viperreport").chmod(0o755)
    (tools / "edit.py").write_text(EDITOR.format(edits=EDITS), encoding="utf-8")
    (tmp_path / "shootings.csv").write_text(_strangers_file(), encoding="utf-8")
    environment = clean(tmp_path, EDITOR=shlex.join([sys.executable, str(tools / "edit.py")]))
    return environment | {"PATH": f"{tools}:{environment['PATH']}"}


def test_another_city_in_ten_lines(tmp_path: Path, shell: dict[str, str]) -> None:
    """The README's lines, typed as they stand, end with a page and the records behind its tile."""
    (lines,) = [lines for lines in _blocks() if "init leeds" in lines[0]]
    assert README.index(ANOTHER_CITY) < README.index(lines[0])
    assert len(lines) <= 10
    ended = subprocess.run(
        ["/bin/bash", "-eu", "-c", "\n".join(lines)],
        cwd=tmp_path,
        env=shell,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    said = ended.stdout
    assert "leeds: no fault\n" in said
    assert "Tue " in said
    assert "shootings: shootings.csv: 420 rows, 0 in quarantine; records: 420 new" in said
    pdf = tmp_path / "leeds/output/drafts/weekly.all.2016-06-20.pdf"
    assert f"{pdf}\n" in said
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert "\nK1  incidents.ytd.2016\n  value     80\n" in said
    assert "Mülheim an der Brücke, no" in said
    assert re.search(r"2016-6-19 .*2016-06-19 .* shootings\.csv:\d+$", said, re.MULTILINE)
    assert "80 records add up to 80 = incidents.ytd.2016" in said


def test_dates_that_can_be_read_in_two_ways_are_not_guessed(tmp_path: Path) -> None:
    """03/04 is refused with the option that settles it; with the option the draft is written."""
    (tmp_path / "new.csv").write_text("id;date\n1;03/04/2016\n2;05/06/2016\n")
    refused = viperreport("draft-source", "new.csv", cwd=tmp_path)
    assert (refused.code, refused.out) == (4, b"")
    assert refused.err.startswith("viperreport: new.csv: column 'date'")
    assert "--date-format" in refused.err
    told = viperreport("draft-source", "new.csv", "--date-format", "%d/%m/%Y", cwd=tmp_path).done()
    assert 'date = "%d/%m/%Y"' in told.said


@pytest.fixture(scope="module")
def help_of(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The options of each verb by its --help; under "" those before the verb."""
    program = (
        "import sys; from viperreport.cli.app import run\n"
        'for verb in sys.argv[1:]: print(f"\\0{verb}"); run([*verb.split(), "--help"])'
    )
    here = tmp_path_factory.mktemp("help")
    general = viperreport("--help", cwd=here).done().said
    _, commands = general.split("Commands:\n")
    verbs = re.findall(r"^  ([a-z-]+)  ", commands, re.MULTILINE)
    said = viperreport(*verbs, cwd=here, program=(sys.executable, "-c", program)).done().said
    found = {"": set(OPTION.findall(general))}
    for part in said.split("\0")[1:]:
        verb, text = part.split("\n", 1)
        found[verb] = set(OPTION.findall(text))
        for inner in re.findall(r"^  ([a-z-]+)  ", text.partition("Commands:\n")[2], re.MULTILINE):
            found[verb] |= _options_of(here, verb, inner)
    assert found.keys() == {"", *verbs}
    return found


def _options_of(here: Path, *words: str) -> set[str]:
    return set(OPTION.findall(viperreport(*words, "--help", cwd=here).done().said))


def test_the_table_of_verbs_is_whole(help_of: dict[str, set[str]]) -> None:
    """Each verb of the program has its line in the README, and each option there is the verb's."""
    table = README[README.index("| verb | what |") :].split("\n\n")[0].splitlines()[2:]
    told: dict[str, set[str]] = {}
    for line in table:
        _, typed, what, _ = line.split("|")
        spans = re.findall(r"`([^`]+)`", typed)
        options = set(OPTION.findall(" ".join(re.findall(r"`([^`]+)`", typed + what))))
        for span in spans:
            told.setdefault(span.split()[0], set()).update(options)
    assert told.keys() == help_of.keys() - {""}
    shared = {verb: options - help_of[verb] for verb, options in told.items()}
    assert {verb: options for verb, options in shared.items() if options} == {}


def _commands(text: str) -> Iterator[list[str]]:
    """Every `viperreport …` of a document, in a block or in a line of prose."""
    typed = re.findall(r"^\$ (.+)$", text, re.MULTILINE)
    for span in (*typed, *re.findall(r"`(viperreport [^`]+)`", text)):
        words = list(shlex.shlex(span.replace("…", ""), posix=True, punctuation_chars="&;|>"))
        while "viperreport" in words:
            words = words[words.index("viperreport") + 1 :]
            end = next((n for n, word in enumerate(words) if word[0] in "&;|>"), len(words))
            yield words[:end]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.name))
def test_every_command_in_the_documents_exists(
    document: Path, help_of: dict[str, set[str]]
) -> None:
    """Verbs and options that a document shows are those of the program."""
    for words in _commands(document.read_text(encoding="utf-8")):
        if words[:1] == ["--home"]:
            words = words[2:]  # noqa: PLW2901 - the verb's own words
        verb, *rest = words
        options = help_of[""] if verb.startswith("-") else help_of.get(verb)
        assert options is not None, words
        typed = {word for word in rest if OPTION.fullmatch(word)}
        assert typed <= options, words


def test_the_targets_of_make_exist() -> None:
    """`make briefing` and the others that the documents name are in the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        target
        for document in DOCUMENTS
        for target in re.findall(
            r"(?:^\$ |`)make ([a-z-]+)", document.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    assert {"briefing", "test"} <= named
    assert named <= targets


def test_the_exit_codes_are_those_of_the_readme() -> None:
    """The README's line of exit codes says what the errors carry."""
    from viperreport import errors

    (line,) = re.findall(r"^Exit codes: (.+)\.$", README, re.MULTILINE)
    said = dict(part.split(" ", 1) for part in line.split(" · "))
    classes = {
        "2": errors.UsageError,
        "3": errors.ConfigError,
        "4": errors.DataError,
        "5": errors.RenderError,
        "6": errors.DeliveryError,
        "8": errors.BusyError,
    }
    assert said.keys() == {"0", "1", "7", *classes}  # 7 is of a run, not of an error
    assert [str(each.exit_code) for each in classes.values()] == list(classes)
    words = (
        "usage",
        "configuration",
        "data refused",
        "an output",
        "the way of mail",
        "another run",
    )
    assert all(word in said[code] for code, word in zip(classes, words, strict=True))
