"""Finding a home, making one, and knowing which one it is."""

import json
import os
import shutil
import stat
import subprocess
import sys
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from viperreport import homes
from viperreport.errors import ConfigError
from viperreport.homes import HomeIdentity, find_home, home_identity, init_home, packaged_home
from viperreport.settings import load_settings, load_template

ROOT = Path(__file__).parents[1]
FIXED = HomeIdentity("00000000-0000-4000-8000-000000000001", bytes(range(32)))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that `init` made."""
    init_home(tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def open_umask() -> Iterator[None]:
    """A machine on which new files are writable by everyone."""
    before = os.umask(0)
    yield
    os.umask(before)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _refusal(call: object, *arguments: object) -> str:
    assert callable(call)
    with pytest.raises(ConfigError) as caught:
        call(*arguments)
    assert caught.value.exit_code == 3
    (fault,) = caught.value.faults
    return str(fault)


# --- finding ----------------------------------------------------------------------------------


def test_the_option_goes_before_the_variable_and_that_before_the_directory(tmp_path: Path) -> None:
    """--home, then VIPERREPORT_HOME, then upwards; each absolute, relative ones from the cwd."""
    for name in ("option", "variable", "here"):
        init_home(tmp_path / name)
    deep = tmp_path / "here/config/sources"
    environ = {"VIPERREPORT_HOME": str(tmp_path / "variable")}
    assert find_home(Path("../../../option"), environ, deep) == tmp_path / "option"
    assert find_home(None, environ, deep) == tmp_path / "variable"
    assert find_home(None, {"VIPERREPORT_HOME": ""}, deep) == tmp_path / "here"
    assert find_home(None, {}, tmp_path / "here") == tmp_path / "here"


def test_the_nearest_home_above_is_found(home: Path) -> None:
    """A home in a home hides the outer one, as with git."""
    init_home(home / "inner")
    (home / "inner/inbox").mkdir()
    assert find_home(None, {}, home / "inner/inbox") == home / "inner"


def test_no_home_names_the_command_that_makes_one(tmp_path: Path) -> None:
    """Wherever the search began; a named directory is never searched upwards from."""
    assert "viperreport init DIR" in _refusal(find_home, None, {}, tmp_path)
    (tmp_path / "empty").mkdir()
    init_home(tmp_path / "home")
    (tmp_path / "home/sub").mkdir()
    option = _refusal(find_home, Path("home/sub"), {}, tmp_path)
    assert "--home names no home" in option
    assert f"viperreport init {tmp_path / 'home/sub'}" in option
    variable = {"VIPERREPORT_HOME": str(tmp_path / "empty")}
    assert "VIPERREPORT_HOME names no home" in _refusal(find_home, None, variable, ROOT)


# --- the packaged home ------------------------------------------------------------------------


def test_a_checkout_is_its_own_packaged_home() -> None:
    """In an editable install the home is the repository's root, always up to date."""
    assert packaged_home() == ROOT


def test_a_wheel_carries_the_home(tmp_path: Path) -> None:
    """Built, unpacked and asked: its copy is found, complete, and makes a home that loads."""
    wheel = _build_wheel(tmp_path)
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    program = (
        "import sys; from pathlib import Path; from viperreport.homes import *\n"
        "print(packaged_home()); init_home(Path(sys.argv[1]))"
    )
    made = tmp_path / "made"
    found = subprocess.run(
        [sys.executable, "-c", program, made],
        env={"PYTHONPATH": str(site), "PATH": os.environ["PATH"]},
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    assert Path(found) == site / "viperreport/home"
    assert _texts(made) == _texts(ROOT)
    assert load_settings(made, {}).headline == "incidents"


def _build_wheel(tmp_path: Path) -> Path:
    """Build from a copy, so that nothing is left behind in the checkout."""
    copy = tmp_path / "checkout"
    copy.mkdir()
    for name in ("src", "config", "templates"):
        shutil.copytree(ROOT / name, copy / name)
    for name in ("pyproject.toml", "LICENSE", ".env.example", ".gitignore"):
        shutil.copy(ROOT / name, copy / name)
    (copy / "README.md").write_text("# viperreport\n")
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "-o",
        str(tmp_path),
        str(copy),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return next(tmp_path.glob("*.whl"))


def _texts(home: Path) -> dict[str, bytes]:
    files = [*(home / "config").rglob("*"), *(home / "templates").rglob("*")]
    return {
        str(file.relative_to(home)): file.read_bytes()
        for file in files
        if file.is_file() and file.name != "recipients.toml"
    }


def test_an_installation_without_a_home_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package that lost its copy is told apart from a user's mistake."""
    monkeypatch.setattr(homes, "__file__", str(tmp_path / "a/b/homes.py"))
    assert "install viperreport again" in _refusal(packaged_home)


# --- making -----------------------------------------------------------------------------------


def test_init_makes_a_home_that_loads(tmp_path: Path) -> None:
    """Directories are made as needed; config and templates are copies; nothing else is there."""
    made = tmp_path / "a/b"
    identity = init_home(made)
    names = [".env", ".gitignore", "config", "output", "templates"]
    assert sorted(each.name for each in made.iterdir()) == names
    assert _texts(made) == _texts(ROOT)
    assert load_settings(made, {}).briefing().name == "weekly"
    assert load_template("weekly", [made]).sections
    assert home_identity(made) == identity


@pytest.mark.usefixtures("open_umask")
def test_modes_do_not_depend_on_the_umask(tmp_path: Path) -> None:
    """Secrets and state are the owner's alone, and nothing is writable by others."""
    made = tmp_path / "home"
    init_home(made)
    assert (_mode(made / ".env"), _mode(made / "output/state")) == (0o600, 0o700)
    assert _mode(made / "output/state/home.json") == 0o600
    assert not [each for each in (made, *made.rglob("*")) if _mode(each) & stat.S_IWOTH]
    home_identity(made)


def test_a_narrow_umask_is_kept(tmp_path: Path) -> None:
    """Who keeps everything private keeps the home private too."""
    before = os.umask(0o077)
    try:
        init_home(tmp_path / "home")
    finally:
        os.umask(before)
    assert not [each for each in (tmp_path / "home").rglob("*") if _mode(each) & 0o077]


def test_init_refuses_a_home(home: Path) -> None:
    """A home is never overwritten, not even in part."""
    (home / "config/viperreport.toml").write_text("mine")
    before = {file: file.read_bytes() for file in home.rglob("*") if file.is_file()}
    assert "holds a home already" in _refusal(init_home, home)
    assert before == {file: file.read_bytes() for file in home.rglob("*") if file.is_file()}


@pytest.mark.parametrize("part", ["config", "templates", "output", ".env"])
def test_init_refuses_what_it_would_mix_with(tmp_path: Path, part: str) -> None:
    """Somebody else's files of the same name stay what they are."""
    (tmp_path / part).mkdir()
    assert f"holds {part} already" in _refusal(init_home, tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == [part]


def test_init_keeps_other_files(tmp_path: Path) -> None:
    """A directory with an inbox in it may become a home."""
    (tmp_path / "inbox").mkdir()
    (tmp_path / ".gitignore").write_text("mine")
    init_home(tmp_path)
    assert (tmp_path / "inbox").is_dir()
    assert (tmp_path / ".gitignore").read_text() == "mine"
    assert find_home(tmp_path, {}, tmp_path) == tmp_path


def test_git_sees_no_secret_of_a_new_home(tmp_path: Path) -> None:
    """Secrets, addresses and what was written are passed over; the rest is to be kept."""
    init_home(tmp_path)
    (tmp_path / "config/recipients.toml").write_text("")
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    shown = subprocess.run(
        ["git", "-C", tmp_path, "status", "--porcelain", "-uall"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    names = {line[3:] for line in shown.splitlines()}
    assert {"config/viperreport.toml", "config/recipients.toml.example"} < names
    assert not names & {".env", "config/recipients.toml"}
    assert not [name for name in names if name.startswith("output/")]


@pytest.mark.parametrize("moves", [0, 1, 2, 3, 4])
def test_init_leaves_nothing_half_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    """Whenever the disk fails, what was made is taken away again, and the fault is one line."""
    rename, left = Path.rename, [moves]

    def fail(self: Path, target: Path) -> Path:
        if target.parent == tmp_path / "new/home":
            if not left[0]:
                raise OSError(28, "No space left on device")
            left[0] -= 1
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    assert "No space left on device" in _refusal(init_home, tmp_path / "new/home")
    assert list(tmp_path.iterdir()) == []


def test_init_in_a_file_is_refused(tmp_path: Path) -> None:
    """A path that is no directory is a fault of the user's, in one line."""
    (tmp_path / "file").write_text("x")
    assert "cannot be made a home" in _refusal(init_home, tmp_path / "file")
    assert "cannot be made a home" in _refusal(init_home, tmp_path / "file/below")


def test_init_copies_no_recipients(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The addresses of one home never get into another, nor do hidden or saved-over files."""
    packaged = tmp_path / "packaged"
    init_home(packaged)
    (packaged / ".env").rename(packaged / ".env.example")
    for name in ("recipients.toml", ".hidden", "areas.csv~"):
        (packaged / "config" / name).write_text("x")
    monkeypatch.setattr(homes, "packaged_home", lambda: packaged)
    init_home(tmp_path / "new")
    assert _texts(tmp_path / "new") == _texts(ROOT)
    assert not (tmp_path / "new/config/recipients.toml").exists()


# --- which home -------------------------------------------------------------------------------


def test_every_home_is_its_own(tmp_path: Path) -> None:
    """Two homes share neither id nor key; the key is random and not printed."""
    one, two = init_home(tmp_path / "one"), init_home(tmp_path / "two")
    assert one.id != two.id
    assert one.key != two.key
    assert len(one.key) == 32
    assert uuid.UUID(one.id).version == 4
    assert one.key.hex() not in repr(one)
    assert repr(one.key) not in repr(one)


def test_identity_is_made_on_first_use_and_then_kept(home: Path) -> None:
    """A home from a checkout, without output/, gets one once."""
    shutil.rmtree(home / "output")
    first = home_identity(home)
    assert home_identity(home) == first
    assert home_identity(home, FIXED) == first
    assert _mode(home / "output/state") == 0o700
    assert [each.name for each in (home / "output/state").iterdir()] == ["home.json"]


def test_the_demo_has_a_fixed_identity(tmp_path: Path) -> None:
    """Its constants are written where there is none yet, so that its editions never differ."""
    assert init_home(tmp_path / "demo", FIXED) == FIXED
    assert home_identity(tmp_path / "demo") == FIXED


@pytest.mark.parametrize("store", ["evidence.db", "ledger.db", "witness.json"])
def test_a_store_without_its_identity_is_refused(home: Path, store: str) -> None:
    """A new key would cut the pseudonyms already given out from their records."""
    (home / "output/state/home.json").unlink()
    (home / "output/state" / store).write_bytes(b"")
    fault = _refusal(home_identity, home)
    assert store in fault
    assert "put home.json back from a backup" in fault
    assert not (home / "output/state/home.json").exists()


DAMAGE = ["", "{", "[]", "null", "{}", '{"id": 1, "key": "00"}', '{"id": "x", "key": "00"}', "\x00",
          json.dumps({"id": FIXED.id, "key": "zz"}), json.dumps({"id": FIXED.id, "key": "00"}),
          json.dumps({"id": FIXED.id, "key": 7}), json.dumps({"id": FIXED.id})]  # fmt: skip


@pytest.mark.parametrize("text", DAMAGE)
def test_a_damaged_identity_is_refused(home: Path, text: str) -> None:
    """Never repaired by guessing, and never overwritten."""
    file = home / "output/state/home.json"
    file.write_text(text)
    fault = _refusal(home_identity, home)
    assert "is damaged: put it back from a backup" in fault
    assert file.read_text() == text


def test_a_key_that_others_may_read_is_refused(home: Path) -> None:
    """With the command that mends it."""
    (home / "output/state/home.json").chmod(0o640)
    assert "chmod 600" in _refusal(home_identity, home)


@pytest.mark.parametrize("part", [".", "config", "output", "output/state"])
def test_a_home_that_everyone_may_write_is_refused(home: Path, part: str) -> None:
    """Anyone could plant a configuration or an edition; the command that mends it is given."""
    (home / part).chmod(0o777)
    assert _refusal(home_identity, home) == (
        f"{(home / part).resolve()}: everyone may write here: chmod o-w {(home / part).resolve()}"
    )


def test_init_refuses_a_directory_that_everyone_may_write(tmp_path: Path) -> None:
    """It would be refused at the first use."""
    tmp_path.chmod(0o777)
    assert "everyone may write here" in _refusal(init_home, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_two_first_uses_agree(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The slower of two processes takes the identity that the quicker one wrote."""
    file = home / "output/state/home.json"
    quicker = file.read_bytes()
    file.unlink()
    link = os.link

    def late(source: Path, target: Path) -> None:
        file.write_bytes(quicker)
        file.chmod(0o600)
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    assert home_identity(home).id == json.loads(quicker)["id"]
    assert file.read_bytes() == quicker
    assert [each.name for each in file.parent.iterdir()] == ["home.json"]


def test_a_state_that_cannot_be_written_is_one_line(home: Path) -> None:
    """A file where the directory should be is named with its reason."""
    shutil.rmtree(home / "output")
    (home / "output").write_text("x")
    assert "home.json: cannot be written" in _refusal(home_identity, home)
