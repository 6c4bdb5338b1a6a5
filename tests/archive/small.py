"""A small home whose editions are quickly made, and runs in it by a clock that the test sets."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from viperreport.archive.reading import Whole, read_ledger
from viperreport.archive.states import State, Verb
from viperreport.model.message import Message
from viperreport.pipeline import Home, open_home
from viperreport.verbs.archived import verified
from viperreport.verbs.changing import leave
from viperreport.verbs.correcting import Corrected, correct
from viperreport.verbs.planning import RunRequest
from viperreport.verbs.pruning import Age, Prunable, prune
from viperreport.verbs.running import RunResult, held_ledger, one_pass
from viperreport.verbs.standing import matters, obey
from viperreport.verbs.telling import Log
from viperreport.verbs.trust import adopt
from viperreport.verbs.withdrawing import withdraw

MAIN = """\
zone = "Europe/London"
place = "Testville"

[briefing.weekly]
title = "Weekly shootings briefing"
every = "{every}"
cut_off = "yesterday"
{more}
"""
SOURCE = """\
kind = "incidents"
path = "inbox/*.csv"
starts = 2015-01-01
{coverage}
[columns]
key = "id"
date = "day"
area = "district"
killed = "killed"
"""
AREAS = "name,slug,row,column,aliases,note\nNorth,north,1,1,,\nSouth,south,2,1,,\n"
MONDAYS = "weekly on monday at 06:00"


def utc(text: str) -> datetime:
    """An instant, short enough to be read."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def rows(first: date, last: date) -> str:
    """A file with a record each second day, of two areas in turn."""
    days = [first + timedelta(n) for n in range(0, (last - first).days + 1, 2)]
    body = "".join(
        f"S{day:%y%m%d},{day},{('North', 'South')[number % 2]},0\n"
        for number, day in enumerate(days)
    )
    return f"id,day,district,killed\n{body}"


def make_home(path: Path, *, every: str = MONDAYS, more: str = "", coverage: str = "") -> Path:
    """Write a home without any data."""
    for folder in ("config/sources", "templates", "inbox"):
        (path / folder).mkdir(parents=True)
    (path / "config/viperreport.toml").write_text(MAIN.format(every=every, more=more))
    (path / "config/sources/shootings.toml").write_text(SOURCE.format(coverage=coverage))
    (path / "config/areas.csv").write_text(AREAS)
    (path / "templates/weekly.toml").write_text('sections = ["headline", "key_figures"]\n')
    return path


@dataclass
class Heard:
    """An operator's channel that keeps what it is told."""

    messages: list[Message] = field(default_factory=list)

    def told(self, message: Message) -> None:
        """Keep it."""
        self.messages.append(message)


@dataclass
class Runs:
    """A home, the clock that it goes by, and what its operator has heard.

    Args:
        environ: where its database is, unless it is its own.
    """

    path: Path
    now: datetime
    environ: Mapping[str, str] = field(default_factory=dict)
    heard: Heard = field(default_factory=Heard)
    lines: list[str] = field(default_factory=list)

    def deliver(self, until: date | None = None, content: str = "") -> Path:
        """Put a file into the inbox, now: of records up to a day, else up to yesterday."""
        until = until or self.now.date() - timedelta(1)
        file = self.path / f"inbox/shootings-{until}.csv"
        file.write_text(content or rows(date(2015, 1, 1), until))
        os.utime(file, (self.now.timestamp(), self.now.timestamp()))
        return file

    def home(self) -> Home:
        """The home, opened anew, as a process of its own would."""
        return open_home(self.path, self.environ, lambda: self.now)

    @contextmanager
    def opened(self) -> Iterator[Home]:
        """The home, for a while."""
        home = self.home()
        try:
            yield home
        finally:
            close(home)

    def run(self, at: str = "", wait: float = 60, **asked: object) -> RunResult:
        """One pass, at an instant."""
        if at:
            self.now = utc(at)
        log = Log("test", lambda: self.now, self.lines.append, self.heard)
        with self.opened() as home:
            return one_pass(home, RunRequest(**asked), log, wait)  # type: ignore[arg-type]

    def adopt(self) -> None:
        """What the verb `adopt` does."""
        with self.opened() as home, held_ledger(home, "test", 1) as ledger:
            adopt(home, ledger, "")
            leave(home, ledger)

    def prune(self, age: str) -> Prunable:
        """What `archive prune --older-than AGE --reason space` does."""
        log = Log("prune", lambda: self.now, self.lines.append, self.heard)
        with self.opened() as home, held_ledger(home, "prune", 1) as ledger:
            return prune(home, ledger, log, Age.of(age), "space")

    def obey(self, verb: Verb, name: str) -> None:
        """What the verbs out of a state do."""
        with self.opened() as home, held_ledger(home, "test", 1) as ledger:
            obey(home, ledger, verb, name, "a test")
            leave(home, ledger)

    def correct(self, name: str, reason: str = "a test", at: str = "") -> Corrected:
        """What the verb `correct` does."""
        self.now = utc(at) if at else self.now
        log = Log("test", lambda: self.now, self.lines.append, self.heard)
        with self.opened() as home, held_ledger(home, "test", 1) as ledger:
            try:
                return correct(home, ledger, log, (name, reason))
            finally:
                leave(home, ledger)

    def withdraw(self, name: str, reason: str = "a test") -> None:
        """What the verb `withdraw` does."""
        log = Log("test", lambda: self.now, self.lines.append, self.heard)
        with self.opened() as home, held_ledger(home, "test", 1) as ledger:
            withdraw(home, ledger, log, (name, reason))
            leave(home, ledger)

    def ledger(self) -> Whole:
        """All that the ledger says."""
        with self.opened() as home:
            return read_ledger(home.ledger, home.identity.id)

    def status(self, at: str) -> list[tuple[str, int]]:
        """What the verb `status` names, with its codes; without the runs to come."""
        self.now = utc(at)
        with self.opened() as home:
            found = [(each.about, each.code) for each in matters(home)]
        return found[: -len(home.settings.briefings)]

    def states(self) -> list[tuple[str, State]]:
        """Each edition and its state, in order."""
        return [(str(each.key), each.state) for each in self.ledger().editions]

    @property
    def archive(self) -> Path:
        """Where its editions are filed."""
        return Path(self.environ.get("VIPERREPORT_ARCHIVE", self.path / "output/editions"))

    def pdfs(self) -> list[str]:
        """The PDFs of the archive."""
        found = self.archive.rglob("*.pdf")
        return sorted(file.relative_to(self.archive).as_posix() for file in found)

    def findings(self, head: str = "") -> list[tuple[str, str]]:
        """What `archive verify` finds."""
        with self.opened() as home:
            return [(each.about, each.said) for each in verified(home, head)[0]]

    @property
    def said(self) -> str:
        """All that the operator has heard."""
        return "\n".join(message.line for message in self.heard.messages)


def close(home: Home) -> None:
    """Let go of a home's databases."""
    for name in ("engine", "ledger"):
        if name in vars(home):
            vars(home)[name].dispose()
