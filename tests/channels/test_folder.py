"""A folder gets a briefing whole, once, where somebody has marked it, and never through a link."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from viperreport.channels.folder import TARGET, put_in_folder, target_fault
from viperreport.errors import OutputError

NAME = "weekly_all_2016-05-25.pdf"
CONTENT = b"%PDF-1.7 " + bytes(range(256)) * 4000

# A put of a file that is large enough to be killed within; argument: the folder.
PUT = f"""
import sys
from pathlib import Path
from viperreport.channels.folder import put_in_folder
put_in_folder(Path(sys.argv[1]), {NAME!r}, b"x" * 300_000_000)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that is marked."""
    (tmp_path / TARGET).touch()
    return tmp_path


def names(folder: Path) -> list[str]:
    """What lies in a folder, but for its mark."""
    return sorted(each.name for each in folder.iterdir() if each.name != TARGET)


def refused(folder: Path, name: str = NAME, content: bytes = CONTENT) -> str:
    """What is said of a put that is refused, in one line."""
    with pytest.raises(OutputError) as caught:
        put_in_folder(folder, name, content)
    said = str(caught.value)
    assert "\n" not in said
    return said


def test_a_file_is_put(folder: Path) -> None:
    """To the byte, for its owner and its group, whatever the umask; once more is none."""
    mask = os.umask(0o077)
    try:
        put_in_folder(folder, NAME, CONTENT)
    finally:
        os.umask(mask)
    status = (folder / NAME).stat()
    assert stat.S_IMODE(status.st_mode) == 0o640
    assert status.st_nlink == 1
    put_in_folder(folder, NAME, CONTENT)
    assert (folder / NAME).stat() == status
    assert (folder / NAME).read_bytes() == CONTENT
    assert names(folder) == [NAME]


@pytest.mark.parametrize("other", [b"", CONTENT[:-1] + b"!", CONTENT + b"!"])
def test_another_file_of_the_name_is_left(folder: Path, other: bytes) -> None:
    """Somebody may need it: it is named, with what to do."""
    (folder / NAME).write_bytes(other)
    assert refused(folder) == (
        f"{folder / NAME}: another file of this name lies there already, and is left: move it "
        "away; the next run tries again"
    )
    assert (folder / NAME).read_bytes() == other
    assert names(folder) == [NAME]


def test_an_unmarked_folder_is_left_alone(tmp_path: Path) -> None:
    """Such as the place of a share that is not mounted; said is what to type."""
    said = refused(tmp_path)
    assert said.startswith(f"{tmp_path}: holds no file {TARGET}, so nothing is put there")
    assert said.endswith(f"type: touch {tmp_path / TARGET}")
    (tmp_path / TARGET).mkdir()
    assert "holds no file" in refused(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == [TARGET]
    assert "No such file" in refused(tmp_path / "missing")
    (tmp_path / "file").touch()
    assert "Not a directory" in refused(tmp_path / "file")


def test_links_are_refused(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A link as folder, as mark, or in the file's place; what it leads to stays as it is."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "link").symlink_to(folder)
    assert "it is a link" in refused(elsewhere / "link")
    (elsewhere / TARGET).symlink_to(folder / TARGET)
    assert "holds no file" in refused(elsewhere)
    victim = elsewhere / "victim"
    for target in (victim, elsewhere / "nothing"):
        victim.write_bytes(CONTENT)
        (folder / NAME).symlink_to(target)
        assert "another file of this name" in refused(folder)
        (folder / NAME).unlink()
    assert victim.read_bytes() == CONTENT
    assert names(folder) == []
    assert {each.name for each in elsewhere.iterdir()} == {TARGET, "link", "victim"}


def test_what_is_no_file_is_refused(folder: Path) -> None:
    """A directory, or a FIFO, which nobody waits at."""
    (folder / NAME).mkdir()
    assert "another file of this name" in refused(folder)
    (folder / NAME).rmdir()
    os.mkfifo(folder / NAME)
    assert "another file of this name" in refused(folder)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../a", "/a", ".hidden", "a\nb", "a\0b"])
def test_no_name_leads_out(folder: Path, name: str) -> None:
    """A name is one of a file in this folder."""
    assert "is no name for a file" in refused(folder, name)
    assert names(folder) == []


def test_a_killed_put_leaves_nothing_under_the_name(folder: Path) -> None:
    """Nor does what it leaves stay: the next put sweeps it, and puts the file."""
    process = subprocess.Popen([sys.executable, "-c", PUT, str(folder)])
    deadline = time.monotonic() + 30
    while not (left := names(folder)):
        assert time.monotonic() < deadline
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert names(folder) == left
    assert left[0].startswith(".viperreport-")
    put_in_folder(folder, NAME, CONTENT)
    assert names(folder) == [NAME]
    assert (folder / NAME).read_bytes() == CONTENT


def test_what_another_still_writes_is_not_swept(folder: Path) -> None:
    """Two at once: each puts its own."""
    process = subprocess.Popen([sys.executable, "-c", PUT, str(folder)])
    deadline = time.monotonic() + 30
    while not names(folder):
        assert time.monotonic() < deadline
        time.sleep(0.001)
    process.send_signal(signal.SIGSTOP)
    put_in_folder(folder, "other.pdf", CONTENT)
    process.send_signal(signal.SIGCONT)
    assert process.wait(60) == 0
    assert names(folder) == ["other.pdf", NAME]


def test_what_is_not_ours_is_not_swept(folder: Path) -> None:
    """Hidden files of others, and what only looks like one of ours."""
    others = [".hidden", ".viperreport-notes", ".viperreport-0123456789AB", "viperreport-1"]
    for name in others:
        (folder / name).touch()
    (folder / ".viperreport-0123456789ab").mkdir()
    (folder / ".viperreport-ba9876543210").symlink_to(folder / TARGET)
    before = names(folder)
    put_in_folder(folder, NAME, CONTENT)
    assert names(folder) == sorted([*before, NAME])
    assert (folder / TARGET).is_file()


def test_a_full_disk_leaves_nothing(folder: Path) -> None:
    """A limit of the size of files stands for one; said is what to do."""
    limited = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, 1 << 16))\n"
    ended = subprocess.run(
        [sys.executable, "-c", limited + PUT, str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    said = ended.stderr.splitlines()[-1]
    assert f"OutputError: {folder / NAME}: cannot be written: File too large: free its" in said
    assert names(folder) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_without_rights(folder: Path) -> None:
    """It is named, and nothing is left."""
    folder.chmod(0o500)
    try:
        assert "Permission denied" in refused(folder)
    finally:
        folder.chmod(0o700)
    assert names(folder) == []


def test_it_is_told_beforehand(folder: Path) -> None:
    """Marked, without its mark, a link, not there: the words of a put, and nothing is written."""
    assert target_fault(folder) == ""
    (folder / "link").symlink_to(folder)
    (folder / "share").mkdir()
    for place in ("link", "share", "gone"):
        said = target_fault(folder / place)
        assert said
        assert refused(folder / place) == f"{folder / place}: {said}"
    assert names(folder) == ["link", "share"]
