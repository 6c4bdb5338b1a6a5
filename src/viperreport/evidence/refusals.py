"""Which deliveries are refused whole for what they would change, and in which words.

A delivery that would take away or rewrite much of what is known is far more often a broken file
than a true change; so it is refused, and a person may accept it. Source: "Coverage and guards" in
docs/definitions.md.
"""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from viperreport.analysis.guards import FEWEST, too_many
from viperreport.errors import DataError
from viperreport.evidence.differences import LABELS, Differences
from viperreport.evidence.roles import header_of
from viperreport.model.source import Kind, Source

ACCEPT_DROP = "--accept-drop"
ACCEPT_REWRITTEN = "--accept-rewritten"
ACCEPTED = "accepted with "  # what the note of such a load begins with


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a load may change before it is refused whole.

    Args:
        max_drop: the share of records, or of what is counted, that may be gone.
        max_rewritten: the share of records whose date, place, kind or flag may be told otherwise.
        accept_drop: let any loss pass.
        accept_rewritten: let any rewriting pass.
    """

    max_drop: float
    max_rewritten: float
    accept_drop: bool = False
    accept_rewritten: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a delivery should not do unasked.

    Args:
        said: what and how much, against which limit; no row's value.
        accepted_by: the option that lets it pass.
    """

    said: str
    accepted_by: str


class WouldLoseError(DataError):
    """A delivery that would take away or rewrite much of what is known.

    Args:
        reason: what is kept in `loads`: without the file's whole path.
    """

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


def judge(differences: Differences, path: Path, limits: Limits) -> str:
    """Let a delivery pass, or refuse it whole.

    Args:
        path: the file as the user gave it.

    Returns:
        What was found and accepted, for the note of the load; "" where nothing was found.

    Raises:
        WouldLoseError: it would change too much, and nobody accepted that.
    """
    if differences.is_slight:
        return ""
    found = (*_losses(differences, limits.max_drop), *_rewritings(differences, limits))
    options = {
        ACCEPT_DROP: limits.accept_drop,
        ACCEPT_REWRITTEN: limits.accept_rewritten,
    }
    if any(not options[each.accepted_by] for each in found):
        raise _refusal(found, path, differences.source)
    if not found:
        return ""
    return f"{ACCEPTED}{_options(found)}: {'; '.join(each.said for each in found)}"


def _options(found: tuple[Finding, ...]) -> str:
    return " ".join(dict.fromkeys(each.accepted_by for each in found))


def _refusal(found: tuple[Finding, ...], path: Path, source: Source) -> WouldLoseError:
    said, options = "; ".join(each.said for each in found), _options(found)
    mend = "Mend the file"
    if ACCEPT_REWRITTEN in options:
        mend += f" or the mapping in {source.config_file or 'the source TOML'}"
    command = f"viperreport load {source.name} {shlex.quote(str(path))} {options}"
    return WouldLoseError(
        f"{path}: refused whole: {said}. {mend}, or, if the source truly says so, type: {command}",
        f"{said}; if the source truly says so, load it again with {options}",
    )


def _losses(differences: Differences, most: float) -> Iterator[Finding]:
    """What would be gone: of all days, or of single years; and the newest days."""
    counts = differences.source.kind is Kind.COUNTS
    if differences.merged.withdrawn < FEWEST and not counts:
        return
    what = "offences" if counts else "records"
    years = differences.years
    before, now = sum(year.before for year in years), sum(year.now for year in years)
    if too_many(before - now, before, most):
        said = f"{before - now:,} of {before:,} {what}"
        yield Finding(f"it would take away {said} ({_share(before - now, before, most)}, max_drop)",
                      ACCEPT_DROP)  # fmt: skip
    else:
        for year in years:
            lost = year.before - year.now
            if too_many(lost, year.before, most):
                said = f"{lost:,} of {year.before:,} {what} of {year.year}"
                yield Finding(f"it would take away {said} ({_share(lost, year.before, most)}, "
                              "max_drop)", ACCEPT_DROP)  # fmt: skip
    yield from _gone_back(differences)


def _gone_back(differences: Differences) -> Iterator[Finding]:
    """Newest days that are no longer there: of them, all is gone."""
    newest = differences.newest_now
    if not newest or newest >= differences.newest:
        return
    gone = differences.gone_after(newest)
    if gone >= FEWEST:
        yield Finding(
            f"its newest record is of {newest}, and {gone:,} records of later days, "
            f"to {differences.newest}, were known",
            ACCEPT_DROP,
        )


def _rewritings(differences: Differences, limits: Limits) -> Iterator[Finding]:
    """What would be told otherwise: records under other keys, columns, a value's name."""
    source, most = differences.source, limits.max_rewritten
    yield from _other_keys(differences, most)
    columns = set[str]()
    for name, changed in differences.told_otherwise.items():
        if too_many(changed, differences.records, most):
            columns.add(name)
            said = f"{header_of(source, name)} of {changed:,} of {differences.records:,} records"
            yield Finding(f"it would change {said} ({_share(changed, differences.records, most)}, "
                          "max_rewritten)", ACCEPT_REWRITTEN)  # fmt: skip
    for label in LABELS:
        renamed = None if label in columns else differences.renamed(label)
        if renamed is not None:
            yield Finding(
                f"a value of {header_of(source, label)} that {renamed[0]:,} records had matches "
                f"nothing any more, while a value that is new stands in {renamed[1]:,}: "
                "it would rename it",
                ACCEPT_REWRITTEN,
            )


def _other_keys(differences: Differences, most: float) -> Iterator[Finding]:
    """Records gone, and others in their place: their keys read differently."""
    if differences.merged.withdrawn < FEWEST:
        return
    replaced, records = differences.replaced, differences.records
    if too_many(replaced, records, most):
        said = f"{replaced:,} of {records:,} records"
        yield Finding(
            f"it would put unknown records in the place of {said} "
            f"({_share(replaced, records, most)}, max_rewritten), as if "
            f"{header_of(differences.source, 'key')} were written differently",
            ACCEPT_REWRITTEN,
        )


def _share(part: int, whole: int, most: float) -> str:
    return f"{100 * part / whole:.1f} %, more than {100 * most:.4g} % allowed"
