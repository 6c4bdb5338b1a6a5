"""The demo: the same page everywhere, and what that page says; and a wheel with nothing else."""

import json
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest

from .conftest import ROOT, Demo, clean, once, viperreport

SECONDS = 120
ELSEWHERE = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "4711"}
UNMIXED = (
    *("from 226", "against 226", "against 377", "from 377", "than 226", "than 377"),
    *("−46%", "-46%", "−68%", "-68%", "+85%"),  # 122 of 226; 122 of 377; 226 over 122
)


@dataclass(frozen=True)
class Installed:
    """The wheel, and the program in a virtual environment that has it and no checkout."""

    wheel: Path
    program: tuple[str, ...]
    python: Path


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel of a checkout with somebody's recipients in it, installed; nothing is fetched.

    Libraries come from the environment that runs this test, by a path file; path files of that
    environment, such as the one of an editable install, are not followed.
    """
    directory, wheel = once(tmp_path_factory, "wheel", _install)
    python = directory / "venv/bin/python"
    return Installed(Path(wheel), (str(python.with_name("viperreport")),), python)


def _install(directory: Path) -> str:
    """Build a wheel, install it into a virtual environment, and give its path."""
    wheel = _build_wheel(directory)
    python = directory / "venv/bin/python"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python))
    for command in (
        (sys.executable, "-m", "venv", "--without-pip", str(directory / "venv")),
        (*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)),
    ):
        subprocess.run(command, check=True, timeout=SECONDS, capture_output=True)
    (site,) = directory.glob("venv/lib/python*/site-packages")
    libraries = {sysconfig.get_path(name) for name in ("purelib", "platlib")}
    (site / "libraries.pth").write_text("\n".join(sorted(libraries)))
    return str(wheel)


def _build_wheel(directory: Path) -> Path:
    """Build from a copy, so that nothing is left behind in the checkout."""
    checkout = directory / "checkout"
    for name in ("src", "config", "templates"):
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE", "README.md", ".env.example", ".gitignore"):
        shutil.copy(ROOT / name, checkout / name)
    (checkout / "config/recipients.toml").write_text('to = ["chief@example.org"]\n')
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", directory, checkout],
        check=True,
        timeout=SECONDS,
        capture_output=True,
    )
    return next(directory.glob("*.whl"))


@dataclass(frozen=True)
class Elsewhere:
    """The demo of the wheel, made in another place, zone, language and order of hashes."""

    home: Path
    pdf: Path


@pytest.fixture(scope="session")
def elsewhere(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Elsewhere:
    """From the wheel alone, in an empty directory: init, check, demo."""

    def make(home: Path) -> str:
        viperreport("init", ".", cwd=home, program=installed.program).done()
        checked = viperreport("check", cwd=home, program=installed.program).done()
        assert f"{home}: no fault" in checked.said
        there = clean(home, **ELSEWHERE)
        return (
            viperreport("--json", "demo", cwd=home, program=installed.program, env=there)
            .done()
            .said
        )

    home, said = once(tmp_path_factory, "elsewhere ß", make)
    return Elsewhere(home, Path(json.loads(said)["pdf"]))


def test_a_wheel_is_the_whole_program(installed: Installed, elsewhere: Elsewhere) -> None:
    """No checkout is needed: the wheel makes a home and a demo, and explains the demo's 122."""
    where = (
        "import viperreport, viperreport.homes as h; print(viperreport.__file__, h.packaged_home())"
    )
    said = (
        viperreport("-c", where, cwd=elsewhere.home, program=(str(installed.python),)).done().said
    )
    assert all(str(installed.python.parents[1]) in path for path in said.split())
    explained = viperreport(
        *("--json", "--home", "output/demo", "explain", "K1"),
        cwd=elsewhere.home,
        program=installed.program,
    ).done()
    (figure,) = json.loads(explained.said)["figures"]
    assert (figure["ref"], figure["value"], figure["rows"]) == ("K1", 122, 122)


def test_a_wheel_carries_nobodys_addresses(installed: Installed) -> None:
    """config/recipients.toml of the machine that builds stays there; config/ and templates/ go."""
    with zipfile.ZipFile(installed.wheel) as wheel:
        names = wheel.namelist()
        assert not [name for name in names if b"chief@example.org" in wheel.read(name)]
    assert not [name for name in names if name.endswith(("recipients.toml", "/.env"))]
    carried = {name.partition("/home/")[2] for name in names if "/home/" in name}
    ours = {
        str(file.relative_to(ROOT))
        for file in (*(ROOT / "config").rglob("*"), *(ROOT / "templates").rglob("*"))
        if file.is_file() and file.name != "recipients.toml"
    }
    assert carried == ours | {".env.example"}


def test_the_demo_is_the_same_everywhere(demo: Demo, elsewhere: Elsewhere) -> None:
    """Byte for byte: another directory, installation, zone, language and order of hashes."""
    assert demo.pdf.read_bytes() == elsewhere.pdf.read_bytes()


def _text(pdf: Path) -> str:
    """The words of a PDF by another program, a space for each gap."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    document.close()
    return " ".join(" ".join(pages).replace("\ufffe", "-").replace("\x02", "-").split())


def test_the_page_compares_like_with_like(demo: Demo) -> None:
    """122 stands against 84, as known then; 226 and 377 stand as years' totals, never compared."""
    text = _text(demo.pdf)
    assert re.search(r"\b122 so far in 2016, against 84\b", text)
    assert re.search(r"\b2015 226\b", text)
    assert re.search(r"\b377 annual total\b", text)
    changes = re.sub(r"\S+% to \S+%", " ", text)  # an interval may end anywhere
    assert [words for words in UNMIXED if words in changes] == []
    first = text[: text.index("Table 1")]
    assert re.findall(r"\b(?:226|377)\b", first) == ["377", "226"]  # figure 1's labels alone


def test_the_numbers_of_the_page_are_those_of_its_json(demo: Demo) -> None:
    """No comparison has a published or a whole year's total on either side of a part of one."""
    ended = viperreport(
        *("--home", demo.home, "build", "--edition", "weekly/all/2016-05-25", "--format", "json"),
        cwd=demo.home.parent,
    ).done()
    built = json.loads(ended.said)
    figures = {figure["key"]: figure for figure in built["figures"]}
    assert {226, 377} <= {figure["value"] for figure in figures.values()}
    assert built["comparisons"]
    for comparison in built["comparisons"]:
        sides = figures[comparison["now"]], figures[comparison["then"]]
        assert {side["value"] for side in sides} & {226, 377} == set()
        assert {side["standing"] for side in sides} == {"counted"}
        assert len({side["period"]["kind"] for side in sides}) == 1


@pytest.mark.parametrize("what", ["a file", "a home"])
def test_the_demo_overwrites_nothing_else(loaded_home: Path, tmp_path: Path, what: str) -> None:
    """Where output/demo/ holds something else it is refused, in one line, and left as it is."""
    place = tmp_path / "output/demo"
    if what == "a home":
        shutil.copytree(loaded_home, place)
    else:
        place.mkdir(parents=True)
        (place / "thesis.txt").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    ended = viperreport("demo", cwd=tmp_path)
    assert ended.code == 3
    assert ended.out == b""
    assert ended.err == f"viperreport: {place}: holds something else than the demo: move it away\n"
    assert sorted(tmp_path.rglob("*")) == before


def test_the_demo_can_be_made_again(demo: Demo) -> None:
    """A demo that stood there already was replaced; the path of the PDF is all that was said."""
    assert not (demo.home / "leftover").exists()
    assert demo.said == f"{demo.home / 'output/drafts/weekly.all.2016-05-25.pdf'}\n"
