"""The states of an edition, and the verb that leads out of each.

Source: "What becomes of an edition" in docs/operating.md.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """What has become of an edition that was due."""

    CLAIMED = "claimed"  # to be built, or being built: the next run does it
    WAITING = "waiting"  # its sources do not reach its cut-off yet
    FAULTED = "faulted"  # a fault; it is tried again by itself
    FAILED = "failed"  # the same fault three times
    HELD = "held"  # a draft was made that must not go out
    FILED = "filed"
    SKIPPED = "skipped"
    VOID = "void"  # its slot is yet to come: a clock was wrong


class Verb(StrEnum):
    """What a person may type of an edition."""

    RETRY = "retry"
    SKIP = "skip"
    RELEASE = "release"
    CORRECT = "correct"
    WITHDRAW = "withdraw"


UNFINISHED = (State.CLAIMED, State.WAITING, State.FAULTED)  # a run takes these up by itself
STOPPED = (State.FAILED, State.HELD)  # these wait for a person
SETTLED = (State.FILED, State.SKIPPED, State.VOID)

# The state that a verb leads to; what is missing is refused.
LEADS: Mapping[State, Mapping[Verb, State]] = MappingProxyType(
    {
        State.CLAIMED: {Verb.RETRY: State.CLAIMED, Verb.SKIP: State.SKIPPED},
        State.WAITING: {
            Verb.RETRY: State.CLAIMED,
            Verb.SKIP: State.SKIPPED,
            Verb.RELEASE: State.CLAIMED,
        },
        State.FAULTED: {Verb.RETRY: State.CLAIMED, Verb.SKIP: State.SKIPPED},
        State.FAILED: {Verb.RETRY: State.CLAIMED, Verb.SKIP: State.SKIPPED},
        State.HELD: {
            Verb.RETRY: State.CLAIMED,
            Verb.SKIP: State.SKIPPED,
            Verb.RELEASE: State.CLAIMED,
        },
        # Neither changes it: a correction is an edition of its own, a withdrawal a note beside it.
        State.FILED: {Verb.CORRECT: State.FILED, Verb.WITHDRAW: State.FILED},
        State.SKIPPED: {Verb.RETRY: State.CLAIMED},
        State.VOID: {},
    }
)
