"""Addresses that get nothing: the verbs suppress add, suppress rm and suppress ls.

A home's list is the ledger's together with `suppressed` of config/recipients.toml. Source: "Who
gets it" in docs/operating.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from viperreport.archive.deliveries import Delivery
from viperreport.archive.ledger import Ledger
from viperreport.archive.outbox import Outbox
from viperreport.archive.reading import read_ledger
from viperreport.errors import UsageError
from viperreport.pipeline import Home
from viperreport.settings.mail import address as checked_address
from viperreport.settings.recipients import FILE
from viperreport.verbs.succession import reason_of

_LEDGER = "ledger"


@dataclass(frozen=True, slots=True)
class Suppressed:
    """An address that gets nothing.

    Args:
        place: where that is said: "ledger", or the file and the number within its list.
    """

    address: str
    place: str
    reason: str


def listed(home: Home) -> tuple[Suppressed, ...]:
    """Every address that gets nothing, by its name; one that stands in both places twice."""
    noted = read_ledger(home.ledger, home.identity.id).suppressed
    ours = [Suppressed(address, _LEDGER, reason) for address, reason in noted.items()]
    return tuple(sorted([*ours, *_in_file(home)], key=lambda each: (each.address, each.place)))


def _in_file(home: Home) -> Iterator[Suppressed]:
    for number, address in enumerate(home.settings.recipients.suppressed, start=1):
        yield Suppressed(address.casefold(), f"{FILE}: suppressed[{number}]", "")


def add(ledger: Ledger, address: str, reason: str) -> tuple[Delivery, ...]:
    """Let an address get nothing any more.

    Returns:
        What it has not been sent yet, and now is not.

    Raises:
        UsageError: it is no address, or no reason is given.
    """
    return Outbox(ledger).suppress(_address(address), reason_of(reason))


def remove(home: Home, ledger: Ledger, address: str) -> tuple[Suppressed, ...]:
    """Let an address get again what is filed from now on.

    Returns:
        Where the configuration still keeps it from getting anything.

    Raises:
        UsageError: it is no address, or the ledger suppresses none of that name.
    """
    name = _address(address).casefold()
    left = tuple(each for each in _in_file(home) if each.address == name)
    if Outbox(ledger).allow(name):
        return left
    if left:
        raise UsageError(f"{name}: stands in {left[0].place}: take it out there")
    raise UsageError(f"{name}: is not suppressed: see viperreport suppress ls")


def _address(text: str) -> str:
    """An address by the rule of config/recipients.toml."""
    try:
        return checked_address(text)
    except ValueError as error:
        raise UsageError(f"{text}: {error}") from None
