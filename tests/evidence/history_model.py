"""A store's history as a plain model: dicts of rows, without a database, to hold the store against.

It knows the definitions and none of the program's code: what is known after each step, what each
edition counts, and what became of each record between two of them.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from hypothesis import strategies as st

KEYS = "abcdefgh"
AREAS = ("Brent", "Hackney", "")
KINDS = ("Handgun", "Shotgun")
HEAD = "ID,DAY,AREA,KIND,KILLED"


class Row(NamedTuple):
    """One record of a file; `day` is one of May 2016, an area of "" is unknown."""

    day: int
    area: str
    kind: str
    killed: int

    def line(self, key: str) -> str:
        """The row as a file has it."""
        return f"{key},2016-05-{self.day:02d},{self.area},{self.kind},{self.killed}"


State = dict[str, Row]
File = tuple[str, tuple[str, ...]]  # how it is delivered, and its rows
Passes = Callable[[Row], bool]

rows = st.builds(
    Row, st.integers(1, 28), st.sampled_from(AREAS), st.sampled_from(KINDS), st.integers(0, 1)
)
keys = st.sampled_from(KEYS)
edits = st.lists(
    st.one_of(
        st.tuples(st.just("put"), keys, rows),  # insert, revive, or change all of it
        st.tuples(st.just("withdraw"), keys, rows),
        st.tuples(st.just("day"), keys, rows),
        st.tuples(st.just("area"), keys, rows),
        st.tuples(st.just("kind"), keys, rows),
        st.tuples(st.just("death"), keys, rows),
    ),
    min_size=1,
    max_size=5,
)
steps = st.one_of(
    st.tuples(st.just("full"), edits),
    st.tuples(st.just("full"), edits),
    st.tuples(st.just("increment"), edits),
    st.tuples(st.just("again"), st.just([])),  # the file loaded last, undone or not
    st.tuples(st.just("reordered"), st.just([])),
    st.tuples(st.just("refused"), st.just([])),
    st.tuples(st.just("undo"), st.just([])),
)


def edited(state: State, wanted: Iterable[tuple[str, str, Row]]) -> State:
    """What a force's own records are after some edits."""
    found = dict(state)
    for what, key, row in wanted:
        old = found.get(key)
        if what == "put":
            found[key] = row
        elif what == "withdraw":
            found.pop(key, None)
        elif old is not None:
            name = {"death": "killed"}.get(what, what)
            found[key] = old._replace(**{name: getattr(row, name)})
    return found or {"a": Row(1, "Brent", "Handgun", 0)}  # an empty file is refused


@dataclass
class Known:
    """What is known from an instant on.

    Args:
        state: None where no load is in force.
        seen: the keys of all records that were ever known up to the instant.
    """

    at: datetime
    state: State | None
    seen: frozenset[str]


@dataclass
class Model:
    """The history so far."""

    known: list[Known] = field(default_factory=list)
    standing: list[tuple[File, State | None]] = field(default_factory=list)  # and what was before
    last: File | None = None

    @property
    def state(self) -> State | None:
        """What is known now."""
        return self.known[-1].state if self.known else None

    def note(self, at: datetime, state: State | None) -> None:
        """Say what is known from an instant on."""
        seen = self.known[-1].seen if self.known else frozenset()
        self.known.append(Known(at, state, seen | (state or {}).keys()))

    def load(self, file: File, at: datetime) -> str:
        """Load a file that is in order, and give the outcome."""
        self.last = file
        if self.standing and self.standing[-1][0] == file:
            self.note(at, self.state)
            return "unchanged"
        how, lines = file
        before = self.state
        brought = dict(map(_read, lines))
        self.standing.append((file, before))
        self.note(at, brought if how == "full" else (before or {}) | brought)
        return "accepted"

    def undo(self, at: datetime) -> None:
        """Take back the latest load that stands."""
        self.note(at, self.standing.pop()[1])


def _read(line: str) -> tuple[str, Row]:
    key, day, area, kind, killed = line.split(",")
    return key, Row(int(day[-2:]), area, kind, int(killed))


def file_of(how: str, state: State) -> File:
    """A file that holds these records."""
    return how, tuple(row.line(key) for key, row in state.items())


def reordered(file: File, seed: int) -> File:
    """The same rows in another order."""
    lines = list(file[1])
    random.Random(seed).shuffle(lines)  # noqa: S311 - not for secrets
    return file[0], tuple(lines)


def count(state: State, last: int, passes: Passes) -> int:
    """Records up to a day of May, counted in the plainest way."""
    return sum(row.day <= last and passes(row) for row in state.values())


def class_of(
    before: Row | None, after: Row | None, *, seen: bool, days: tuple[int, int], passes: Passes
) -> str:
    """The one class of a record, by docs/definitions.md; empty where neither edition counts it.

    Args:
        days: the last days that the two editions reach.
    """
    last, this = days
    then = before is not None and before.day <= last and passes(before)
    now = after is not None and after.day <= this and passes(after)
    if then == now:
        return "unchanged" if then else ""
    return _gained(before, after, last, seen=seen) if now else _lost(before, after, this)


def _gained(before: Row | None, after: Row | None, last: int, *, seen: bool) -> str:
    assert after is not None
    if after.day > last:
        return "new"
    if before is None:
        return "revived" if seen else "late"
    if before.day > last or before.area != after.area:
        return "moved_in"
    return "reclassified_in"


def _lost(before: Row | None, after: Row | None, this: int) -> str:
    assert before is not None
    if before.day > this and (after is None or after.day > this):
        return "no_longer_covered"
    if after is None:
        return "withdrawn"
    if after.day > this or after.area != before.area:
        return "moved_out"
    return "reclassified_out"


def way(earlier: Known, later: Known, days: tuple[int, int], passes: Passes) -> Counter[str]:
    """How many records of each class lie between two editions."""
    old, new = earlier.state or {}, later.state or {}
    found = Counter(
        class_of(old.get(key), new.get(key), seen=key in earlier.seen, days=days, passes=passes)
        for key in old.keys() | new.keys()
    )
    del found[""]
    return found
