"""Only regular files of the right kind are opened, and nothing else that a name may lead to."""

import gzip
import hashlib
import os
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from viperreport.errors import DataError
from viperreport.evidence import files
from viperreport.evidence.files import MAX_LINE, open_input


def refused(path: Path, kind: str = "csv") -> str:
    """Give the one line with which a file is refused."""
    with pytest.raises(DataError) as caught, open_input(path, kind):
        pass
    assert caught.value.exit_code == 4
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{path}: ")
    return message


def test_a_good_file_is_hashed_and_stands_at_its_beginning(tmp_path: Path) -> None:
    """The hash is of the whole file; reading begins at its first byte."""
    path = tmp_path / "good.csv"
    path.write_bytes(b"ID\n1\n")
    with open_input(path) as file:
        assert file.size == 5
        assert file.sha256 == hashlib.sha256(b"ID\n1\n").hexdigest()
        assert file.handle.read() == b"ID\n1\n"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A name that leads nowhere is refused by name."""
    assert "there is no such file" in refused(tmp_path / "none.csv")


def test_a_directory_is_refused(tmp_path: Path) -> None:
    """A directory is no file."""
    assert "is a directory" in refused(tmp_path)


def test_a_fifo_never_blocks(tmp_path: Path) -> None:
    """A FIFO that nobody writes to is refused at once."""
    path = tmp_path / "pipe.csv"
    os.mkfifo(path)
    began = time.monotonic()
    assert "is a FIFO" in refused(path)
    assert time.monotonic() - began < 60  # it would wait for ever


def test_devices_and_sockets_are_refused(tmp_path: Path) -> None:
    """What is neither file nor directory is refused by name."""
    assert "is a device" in refused(Path("/dev/zero"))
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        assert "is a socket" in refused(path)


def test_a_link_to_a_regular_file_is_fine(tmp_path: Path) -> None:
    """An inbox may hold symbolic links; one that leads to a FIFO is refused as that."""
    (tmp_path / "real.csv").write_text("ID\n1\n")
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "real.csv")
    with open_input(link) as file:
        assert file.size == 5
    os.mkfifo(tmp_path / "pipe")
    other = tmp_path / "other.csv"
    other.symlink_to(tmp_path / "pipe")
    assert "is a FIFO" in refused(other)


def test_no_permission_is_said(tmp_path: Path) -> None:
    """A file that this user may not read is refused, not a crash; root is asked as nobody."""
    path = tmp_path / "closed.csv"
    path.write_text("ID\n1\n")
    path.chmod(0)
    if os.geteuid() != 0:
        assert "may not be read" in refused(path)
        return
    for folder in (tmp_path, *tmp_path.parents):
        if not folder.stat().st_mode & 0o001 and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o011)
    code = (
        "import os, sys; from pathlib import Path\n"
        "from viperreport.evidence.files import open_input\n"
        "from viperreport.errors import DataError\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "try:\n"
        "    with open_input(Path(sys.argv[1])): pass\n"
        "except DataError as error: print(error)\n"
    )
    source = str(Path(files.__file__).parents[2])
    said = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": source},
        check=True,
    )
    assert "may not be read" in said.stdout


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    """A file of no bytes is a broken delivery, not a count of nothing."""
    path = tmp_path / "empty.csv"
    path.touch()
    assert "is empty" in refused(path)


@pytest.mark.parametrize(
    "address", ["https://example.org/data.csv", "ftp://example.org/x", "s3:/b"]
)
def test_nothing_is_downloaded(address: str) -> None:
    """An address is refused with what to do instead."""
    assert "downloads nothing: save the file first" in refused(Path(address))


def test_a_gzip_bomb_is_not_inflated(tmp_path: Path) -> None:
    """A gzip archive named .csv is refused by name, whatever it would inflate to."""
    path = tmp_path / "bomb.csv"
    path.write_bytes(gzip.compress(bytes(50_000_000)))
    assert "looks like a gzip archive: unpack it first" in refused(path)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"BZh91AY", "a bzip2 archive"),
        (b"\xfd7zXZ\x00\x00", "an xz archive"),
        (b"\x28\xb5\x2f\xfd\x00", "a zstandard archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Excel workbook"),
        (b"PAR1\x15\x04", "is no csv file"),
    ],
)
def test_other_kinds_are_refused_by_name(tmp_path: Path, head: bytes, name: str) -> None:
    """Whatever is no text says what it is."""
    path = tmp_path / "thing.csv"
    path.write_bytes(head + bytes(range(256)))
    assert name in refused(path)


def test_a_workbook_is_no_csv(tmp_path: Path) -> None:
    """A zip archive or workbook named .csv is refused by name, and text is no workbook."""
    path = tmp_path / "book.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x", "y")
    assert "zip archive or an Excel workbook" in refused(path)
    path.write_text("ID\n1\n")
    assert "is no excel file" in refused(path, "excel")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_refused_by_name(tmp_path: Path, encoding: str) -> None:
    """UTF-16 is recognised with and without its mark."""
    path = tmp_path / "wide.csv"
    path.write_text("ID,DAY\n1,2016-05-01\n", encoding=encoding)
    assert "UTF-16" in refused(path)


def test_nul_bytes_are_placed(tmp_path: Path) -> None:
    """A file with NUL bytes in it is refused with the line."""
    path = tmp_path / "nul.csv"
    path.write_bytes(b"ID,DAY\n1,2016-05-01\n2,\x00\n")
    assert "line 3: holds NUL bytes" in refused(path)


def test_a_line_of_200_megabytes_is_refused_at_once(tmp_path: Path) -> None:
    """The first mebibyte of a line tells that it is too long; the rest is not read."""
    path = tmp_path / "long.csv"
    with path.open("wb") as out:
        out.write(b"ID,DAY\n1,2016-05-01\n")
        out.writelines(b"x" * (1 << 20) for _ in range(200))
    began = time.monotonic()
    assert "line 3: is longer than 1 MiB" in refused(path)
    assert time.monotonic() - began < 60  # of one core, however busy


def test_a_sparse_line_is_refused_at_once(tmp_path: Path) -> None:
    """A hole of 200 MB is NUL bytes."""
    path = tmp_path / "sparse.csv"
    with path.open("wb") as out:
        out.write(b"ID\n")
        out.truncate(200_000_000)
    assert "line 2: holds NUL bytes" in refused(path)


@pytest.mark.parametrize("before", [0, 10, MAX_LINE - 3, MAX_LINE])
def test_a_line_at_the_limit_is_read(tmp_path: Path, before: int) -> None:
    """The limit holds for each line, wherever blocks of reading begin."""
    path = tmp_path / "edge.csv"
    path.write_bytes(b"y" * before + b"\n" + b"x" * MAX_LINE + b"\nz\n")
    with open_input(path) as file:
        assert file.size == before + MAX_LINE + 4
    path.write_bytes(b"y" * before + b"\n" + b"x" * (MAX_LINE + 1) + b"\nz\n")
    assert "line 2: is longer" in refused(path)


def test_a_file_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a limit to the bytes of a file."""
    monkeypatch.setattr(files, "MAX_FILE", 4)
    path = tmp_path / "large.csv"
    path.write_text("ID\n1\n")
    assert "larger than" in refused(path)


def test_a_file_that_grows_is_refused(tmp_path: Path) -> None:
    """What was read must be what was hashed."""
    path = tmp_path / "grows.csv"
    path.write_text("ID\n1\n")
    with open_input(path) as file:
        file.refuse_changed()
        path.write_text("ID\n1\n2\n")
        with pytest.raises(DataError, match="changed while it was read"):
            file.refuse_changed()
