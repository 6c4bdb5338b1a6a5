"""What the operator is told: by every way, once a day, in lines that nothing can break."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from viperreport.channels.channel import Surroundings
from viperreport.channels.operator_file import NAME, OperatorFile
from viperreport.channels.registry import CHANNELS, AllChannels, all_channels
from viperreport.errors import OutputError
from viperreport.model.message import Message
from viperreport.verbs.telling import Log

NOON = datetime(2016, 5, 30, 12, tzinfo=UTC)
HOSTILE = (
    "a\nb",
    "a\r\x1b[2Kb",
    "a\x85b\x9bc",
    "a\u2028b\u2029c",
    "a\u202eb",
    "\udcff.csv",  # a byte of a name that is no UTF-8
    "x run=other done",
    'say "no"',
)


def told(state: Path) -> list[dict[str, str]]:
    """The lines of the operator's file."""
    text = (state / NAME).read_bytes().decode()
    return [json.loads(line) for line in text.splitlines()]


def message(said: str = "on hold", at: datetime = NOON, about: str = "weekly") -> Message:
    """A message like others."""
    return Message(at, "run1", about, said, "type this")


def test_the_channels_are_told_once_a_day(tmp_path: Path) -> None:
    """Standard error and the file, no mail unless configured; again after a day, others at once."""
    lines: list[str] = []
    channels = all_channels(Surroundings(tmp_path, lines.append))
    assert list(CHANNELS) == ["screen", "file", "mail"]
    for hours in (0, 1, 23.9, 24, 25):
        channels.told(message(at=NOON + timedelta(hours=hours)))
    channels.told(message("failed", at=NOON + timedelta(hours=25)))
    assert lines == [
        "viperreport: weekly: on hold; type this",
        "viperreport: weekly: on hold; type this",
        "viperreport: weekly: failed; type this",
    ]
    assert [each["at"] for each in told(tmp_path)] == [
        "2016-05-30T12:00:00+00:00",
        "2016-05-31T12:00:00+00:00",
        "2016-05-31T13:00:00+00:00",
    ]
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600


def test_what_has_come_about_once_more_is_told_again(tmp_path: Path) -> None:
    """An edition that is retried and held anew says so, though within a day; the file has it."""
    lines: list[str] = []
    channels = all_channels(Surroundings(tmp_path, lines.append))
    channels.told(message())
    channels.told(replace(message(at=NOON + timedelta(hours=1)), anew=True))
    assert len(lines) == 2
    assert [set(each) for each in told(tmp_path)] == [{"at", "run", "about", "said", "step"}] * 2


def test_a_day_of_many_messages_is_remembered(tmp_path: Path) -> None:
    """Also what was told a thousand messages ago is not told again."""
    file = OperatorFile(tmp_path)
    for number in range(1000):
        line = {"at": NOON.isoformat(), "about": f"area {number}", "said": "on hold"}
        with (tmp_path / NAME).open("a") as lines:
            lines.write(json.dumps(line) + "\n")
    assert file.knows(message(about="area 0"))
    assert not file.knows(message(about="area 1000"))


def test_a_line_cut_short_costs_only_itself(tmp_path: Path) -> None:
    """A run killed while it wrote, and bytes that are no text: what comes after can be read."""
    file = OperatorFile(tmp_path)
    file.told(message())
    with (tmp_path / NAME).open("ab") as lines:
        lines.write(b'{"at": "2016-05-30T1\xff')
    file.told(message("failed"))
    first, cut, last = (tmp_path / NAME).read_bytes().splitlines()
    assert json.loads(first)["said"] == "on hold"
    assert cut.endswith(b"\xff")
    assert json.loads(last)["said"] == "failed"
    assert file.knows(message())
    assert file.knows(message("failed"))


@pytest.mark.parametrize("broken", ["screen", "file"])
def test_a_channel_that_fails_silences_no_other(tmp_path: Path, broken: str) -> None:
    """Nothing is raised; the others are told the message, and then that one did not take it."""
    lines: list[str] = []
    state = tmp_path / "missing" if broken == "file" else tmp_path

    def say(line: str) -> None:
        if broken == "screen":
            raise OSError(28, os.strerror(28))
        lines.append(line)

    channels = all_channels(Surroundings(state, say))
    channels.told(message())
    if broken == "file":
        heard = [line.removeprefix("viperreport: ") for line in lines]
    else:
        heard = [f"{each['about']}: {each['said']}" for each in told(tmp_path)]
    assert heard[0].startswith("weekly: on hold")
    assert heard[1].startswith(f"channel {broken}: a message did not get there: ")
    why = "standard error: cannot be written: No space left on device"
    assert (why if broken == "screen" else f"{state / NAME}: cannot be written") in heard[1]
    assert len(heard) == 2


def test_a_channels_bug_tells_nothing_of_its_words() -> None:
    """Of an error that nobody foresaw its class is told; its words may hold a password."""

    class Broken:
        def told(self, message: Message) -> None:
            raise RuntimeError(f"password {message.at}")

    class Heard:
        def __init__(self) -> None:
            self.lines: list[str] = []

        def told(self, message: Message) -> None:
            self.lines.append(message.line)

    heard = Heard()
    AllChannels({"mail": Broken(), "heard": heard}, lambda _message: False).told(message())
    assert heard.lines == [
        "weekly: on hold; type this",
        "channel mail: a message did not get there: RuntimeError",
    ]


def test_a_link_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    """Nothing is written where somebody else points to."""
    (tmp_path / NAME).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError):
        OperatorFile(tmp_path).told(message())
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_breaks_a_line(tmp_path: Path, name: str) -> None:
    """One log line, one message, one JSON line, all of it visible, whatever a file is called."""
    lines: list[str] = []
    channels = all_channels(Surroundings(tmp_path, lines.append))
    log = Log("run1", lambda: NOON, lines.append, channels)
    log.line("load", file=name, source="s")
    log.tell(name, f"{name}: refused", f"see {name}")
    assert len(lines) == 3
    assert all(line.isprintable() for line in lines)
    assert lines[0].startswith("2016-05-30T12:00:00Z run=run1 load file=")
    assert lines[0].endswith(" source=s")
    assert [line.split()[1] for line in lines[:2]] == ["run=run1"] * 2
    if " " in name:  # nothing in it passes for a fact of its own
        assert f"file={json.dumps(name)}" in lines[0]
    content = (tmp_path / NAME).read_bytes()
    assert content.count(b"\n") == 1
    assert len(content.decode().splitlines()) == 1
    channels.told(Message(NOON, "run2", name, f"{name}: refused"))
    assert len(told(tmp_path)) == 1


def test_a_log_that_cannot_be_written_ends_nothing(tmp_path: Path) -> None:
    """Its disk is full, or whoever read it has gone."""

    def write(_line: str) -> None:
        raise BrokenPipeError

    log = Log("run1", lambda: NOON, write, all_channels(Surroundings(tmp_path, write)))
    log.line("run")
    log.tell("weekly", "on hold", code=4)
    assert log.codes == [4]
    assert told(tmp_path)[0]["said"] == "on hold"
