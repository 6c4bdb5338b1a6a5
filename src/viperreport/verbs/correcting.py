"""The verb `correct`, and what `run --slot` does of a slot that is filed: another revision.

Source: "Corrections and withdrawals" in docs/operating.md.
"""

from dataclasses import dataclass

from viperreport.archive.ledger import Claim, Ledger
from viperreport.archive.reading import Edition, Whole, read_ledger
from viperreport.archive.states import LEADS, STOPPED, State
from viperreport.errors import UsageError, VerificationError, ViperReportError
from viperreport.pipeline import BuildRequest, Home, build_replaced, is_changed, reopened
from viperreport.verbs.bringing import SAME_FIGURES, Bringing
from viperreport.verbs.changing import refuse_unsure
from viperreport.verbs.confirming import awaiting
from viperreport.verbs.planning import RunRequest
from viperreport.verbs.revisions import (
    as_replaced,
    newest_of,
    previous_known_at,
    revisions_of,
    withdrawn,
)
from viperreport.verbs.standing import found
from viperreport.verbs.stopping import Stop
from viperreport.verbs.succession import filed_by_name, reason_of
from viperreport.verbs.telling import Log
from viperreport.verbs.trust import ledger_of

AGAIN = "run again for its slot"


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction came to.

    Args:
        replaced: the edition that was filed.
        made: the revision that is to replace it; None where the figures are the same.
    """

    replaced: Edition
    made: Edition | None


def correct(
    home: Home, ledger: Ledger, log: Log, asked: tuple[str, str], *, confirmed: bool = False
) -> Corrected:
    """Make a revision of a filed edition, as known and configured now; none of the same figures.

    Args:
        asked: the name of the edition, and why it is corrected.
        confirmed: the revision goes to those who had the edition; else once a person says so. Then
            the name of the one that it replaced is as good, and where it waits for that alone no
            reason is needed: without one nothing is made.

    Raises:
        UsageError: it is not the last one filed, another revision waits for a person, or the
            reason is none.
        VerificationError: what it was made from was erased.
        ConfigError, OnHoldError: by this ledger or clock no run would go, or the configuration
            has faults.
        DataError: nothing is loaded any more.
    """
    refuse_unsure(home)
    whole = ledger_of(home)
    edition = (_to_release(whole, asked[0]) if confirmed else None) or filed_by_name(
        whole, asked[0]
    )
    if confirmed and not asked[1].strip() and awaiting(whole, edition):
        return Corrected(edition, None)
    reason = reason_of(asked[1])
    ledger.believe(home.clock())
    bringing = Bringing(home, ledger, log, Stop(), confirmed=confirmed)
    if (waiting := _waiting(whole, edition)) is None:
        return _revised(bringing, edition, reason)
    if waiting.state in STOPPED:
        raise UsageError(f"{waiting.key}: is {waiting.state}: {_ways_out(waiting)}")
    return Corrected(edition, bringing.bring(waiting))  # of a run that was killed, or put off


def _to_release(whole: Whole, name: str) -> Edition | None:
    """The last revision of what is named, where it waits to be sent; None where it does not."""
    named = found(whole, name) if "/" in name else ()
    newest = newest_of(whole, named[0].key) if named else None
    return newest if newest is not None and awaiting(whole, newest) else None


def _ways_out(edition: Edition) -> str:
    verbs = (f"viperreport {verb} {edition.key} --reason …" for verb in LEADS[edition.state])
    return f"type {' or '.join(verbs)}"


def run_again(bringing: Bringing, before: Whole, asked: RunRequest) -> None:
    """Make revisions of what a slot had filed before this run, where the figures are other now.

    What was withdrawn is left alone, and so is what has a revision that waits for a person.

    Args:
        before: what the ledger said before this run.
        asked: the slot.

    Raises:
        Stopped: an end was asked for; the next run of the slot goes on.
    """
    home, log = bringing.home, bringing.log
    whole = read_ledger(home.ledger, home.identity.id)
    for edition in to_compare(home, whole, asked):
        if edition not in before.editions:
            continue
        bringing.stop.obey()
        try:
            _revised(bringing, edition, asked.reason or AGAIN)
        except ViperReportError as error:  # the other areas of the slot are not to suffer
            log.tell(str(edition.key), str(error), code=error.exit_code)


def to_compare(home: Home, whole: Whole, asked: RunRequest) -> tuple[Edition, ...]:
    """The filed editions of a slot that a run of it sets against what is known by then."""
    if not asked.slot:
        return ()
    briefing = home.settings.briefing(asked.briefing).name
    return tuple(
        each
        for each in whole.editions
        if (each.slot, each.key.briefing) == (asked.slot, briefing)
        and newest_of(whole, each.key) == each
        and not (withdrawn(whole, each) or _waiting(whole, each))
    )


def _waiting(whole: Whole, edition: Edition) -> Edition | None:
    """A later revision that was taken up and is neither filed nor settled."""
    settled = {State.SKIPPED, State.VOID}
    later = (each for each in revisions_of(whole, edition.key)
             if each.key.revision > edition.key.revision and each.state not in settled)  # fmt: skip
    return next(later, None)


def _revised(bringing: Bringing, edition: Edition, reason: str) -> Corrected:
    """Compare with what is known and configured now, and claim a revision if it is other."""
    key, known_at = edition.key, bringing.instant()
    configuration = bringing.configured(key.briefing)
    replaces = as_replaced(edition, reason)
    home = reopened(bringing.home, configuration)
    whole = read_ledger(bringing.home.ledger, home.identity.id)
    request = BuildRequest(
        key.briefing, key.cut_off, known_at, key.area, replaces=replaces,
        previous_known_at=previous_known_at(home, whole, key, known_at),
    )  # fmt: skip
    before = build_replaced(home, request)
    if before.fingerprint != _fingerprint_of(bringing, edition):
        raise VerificationError(
            f"{key}: the store no longer knows what it was made from, so what it printed cannot be "
            f"told beside other figures; it can be withdrawn: viperreport withdraw {key} --reason …"
        )
    if not is_changed(home, request, before):
        if withdrawn(whole, edition):
            raise UsageError(
                f"{key}: its figures are the same as known now, so it stays withdrawn: load mended "
                "data, then correct it"
            )
        bringing.log.line("same", edition=key, said=SAME_FIGURES)
        return Corrected(edition, None)
    areas = (key.area,)
    claim = Claim(
        key.briefing, edition.slot, edition.due, key.cut_off, areas,
        reason=f"correct: {reason}", known_at=known_at, configuration=configuration,
    )  # fmt: skip
    made = bringing.ledger.succeed(edition, claim, reason)
    if made is None:
        raise UsageError(f"{key}: has another revision by now: see viperreport history")
    bringing.log.line("claim", edition=made.key, replaces=key, reason=reason)
    return Corrected(edition, bringing.bring(made))


def _fingerprint_of(bringing: Bringing, edition: Edition) -> str:
    """Of the data that a filed edition was made from, as it was noted with its PDF."""
    links = read_ledger(bringing.home.ledger, bringing.home.identity.id).links
    told = (dict(link.told) for link in links if link.edition == str(edition.key))
    return next((str(each["fingerprint"]) for each in told if "fingerprint" in each), "")
