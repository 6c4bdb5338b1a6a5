"""Filed editions by the names that people type, and the reasons.

Source: "Corrections and withdrawals" in docs/operating.md.
"""

from viperreport.archive.reading import Edition, Whole
from viperreport.errors import UsageError
from viperreport.verbs.revisions import newest_of
from viperreport.verbs.standing import found

MOST = 200  # characters of a reason: so much can be read on a page's band


def reason_of(text: str) -> str:
    """A reason as it is kept and printed: one line.

    Raises:
        UsageError: there is none, it is too long, or something in it does not print.
    """
    reason = " ".join(text.split())
    if not reason:
        raise UsageError("--reason: say why, in a few words: it is printed")
    if len(reason) > MOST:
        raise UsageError(f"--reason: has {len(reason):,} characters: {MOST} are the most")
    hidden = next((character for character in reason if not character.isprintable()), None)
    if hidden is not None:
        raise UsageError(f"--reason: U+{ord(hidden):04X} in it does not print: leave it out")
    return reason


def filed_by_name(whole: Whole, name: str) -> Edition:
    """The filed edition that a name means, if it is the last of its key.

    Raises:
        UsageError: it is none, is not filed, or was replaced; the message names the one to take.
    """
    if "/" not in name:
        raise UsageError(f"{name}: names no edition: write it as weekly/all/2016-05-25")
    (edition,) = found(whole, name)
    newest = newest_of(whole, edition.key)
    if newest is None:
        raise UsageError(f"{edition.key}: is {edition.state}, not filed: see viperreport history")
    if newest.id != edition.id:
        raise UsageError(f"{edition.key}: is not the last one filed: take {newest.key}")
    return edition
