"""config/recipients.toml: who gets which edition.

It says who reads an edition, not what it is: it is no part of the configuration that editions are
built by. No fault repeats an address.
"""

import os
import posixpath
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from viperreport.model.source import Area
from viperreport.settings.areas import ALL_AREAS
from viperreport.settings.areas import FILE as AREAS_FILE
from viperreport.settings.general import FILE as GENERAL_FILE
from viperreport.settings.general import BriefingTable, General
from viperreport.settings.mail import Address, Domain, address
from viperreport.settings.reading import NAME, Slug, Table, check, nearest, read_toml

FILE = "config/recipients.toml"
EACH_AREA = "each"  # every area's own edition
NOT_A_DOMAIN = f"its domain is not in domains of {FILE}"
NOT_OF_THE_HOUSE = "not a domain of the house, and the briefing is internal"
NOT_ALLOWED = (NOT_A_DOMAIN, NOT_OF_THE_HOUSE)
_LONGEST_STEP, _LONGEST_PATH = 255, 3072  # in bytes: NAME_MAX, and PATH_MAX with room for a file


@dataclass(frozen=True, slots=True)
class Recipient:
    """One who gets an edition.

    Args:
        address: a plain addr-spec, its domain in small letters; or the absolute path of a folder.
        group: the first one by which the edition is theirs.
    """

    channel: Literal["mail", "folder"]
    address: str
    group: str

    @property
    def key(self) -> tuple[str, str]:
        """What is the same for two who are one: addresses differ by more than capitals."""
        return self.channel, _folded(self.address) if self.channel == "mail" else self.address


@dataclass(frozen=True, slots=True)
class Group:
    """Who gets the same editions.

    Args:
        briefings: their names; () for every one.
        areas: slugs; "all" is the whole force's edition, "each" every area's own.
    """

    recipients: tuple[Recipient, ...]
    briefings: tuple[str, ...] = ()
    areas: tuple[str, ...] = (ALL_AREAS,)

    def gets(self, briefing: str, area: str) -> bool:
        """Whether an edition is for them."""
        named = area in self.areas or (area != ALL_AREAS and EACH_AREA in self.areas)
        return named and (not self.briefings or briefing in self.briefings)


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who gets which edition, and to whom nothing may go.

    Args:
        domains: those to which mail may go, in small letters.
        internal: those of the house.
        suppressed: addresses that get nothing.
        groups: of mail in the file's order, then of folders.
    """

    domains: tuple[str, ...] = ()
    internal: tuple[str, ...] = ()
    suppressed: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()

    def of(self, briefing: str, area: str) -> tuple[Recipient, ...]:
        """Who is to get an edition, each once, in the order of groups.

        Those to whom nothing may be mailed now are among them: see `refusal`.

        Args:
            area: its slug, or "all".
        """
        found: dict[tuple[str, str], Recipient] = {}
        for group in self.groups:
            if group.gets(briefing, area):
                for each in group.recipients:
                    found.setdefault(each.key, each)
        return tuple(found.values())

    def refusal(self, address: str, *, public: bool) -> str:
        """Why nothing may be mailed to an address; empty where it may.

        Args:
            address: any text; what is no plain address is refused.
            public: whether the briefing's disclosure is public.
        """
        if fault := _fault_of(address):
            return fault
        domain = _folded(address).rpartition("@")[2]
        if _folded(address) in map(_folded, self.suppressed):
            return f"suppressed in {FILE}"
        if domain not in self.domains:
            return NOT_A_DOMAIN
        if not public and domain not in self.internal:
            return NOT_OF_THE_HOUSE
        return ""


NOBODY = Recipients()


def read_recipients(
    home: Path, general: General | None, areas: tuple[Area, ...] | None, faults: list[str]
) -> Recipients:
    """Read who gets which edition; nobody where there is no such file.

    Args:
        general: None where it has faults; then names of briefings are not checked.
        areas: of areas.csv; () or None where slugs cannot be checked.
        faults: of this file are added.
    """
    table = _read(home, faults)
    if table is None:
        return NOBODY
    faults.extend(f"{FILE}: {fault}" for fault in _faults(table, general, areas or ()))
    return Recipients(
        table.domains,
        table.internal,
        table.suppressed,
        tuple(_group(channel, name, each) for channel, name, each in table.groups()),
    )


def _folded(address: str) -> str:
    return address.casefold()


def _fault_of(text: str) -> str:
    try:
        address(text)
    except ValueError as error:
        return str(error)
    return ""


def _small_domain(text: str) -> str:
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


def _folder(text: str) -> str:
    """A folder's path, written in one way only."""
    if not text.startswith("/") or ".." in text.split("/") or not text.isprintable():
        raise ValueError("must be a path from the root without .., such as /srv/shared/briefings")
    path = posixpath.normpath(f"/{text.lstrip('/')}")
    if path == "/":
        raise ValueError("must be a folder below the root, such as /srv/shared/briefings")
    sizes = [len(os.fsencode(step)) for step in path.split("/")]
    if max(sizes) > _LONGEST_STEP or sum(sizes) + len(sizes) > _LONGEST_PATH:
        raise ValueError("is longer than a path can be")
    return path


def _named(groups: object) -> object:
    """Check the names before a fault further in tells them as its place."""
    for number, name in enumerate(groups if isinstance(groups, dict) else (), start=1):
        if not NAME.fullmatch(name):
            raise ValueError(
                f"the name of group {number}: must be of 1 to 64 small letters, digits, - and _, "
                "and begin with a letter or digit"
            )
    return groups


def _some(listed: tuple[str, ...]) -> tuple[str, ...]:
    if not listed:  # a least length would be missed a second time where the only one is bad
        raise ValueError("must not be empty")
    return listed


_MailAddress = Annotated[Address, AfterValidator(_small_domain)]


class _GroupTable(Table):
    briefings: Annotated[tuple[Slug, ...], AfterValidator(_some)] = ()
    areas: Annotated[tuple[Slug, ...], AfterValidator(_some)] = (ALL_AREAS,)

    @property
    def addresses(self) -> tuple[str, ...]:
        raise NotImplementedError


class _MailGroup(_GroupTable):
    to: Annotated[tuple[_MailAddress, ...], AfterValidator(_some)]

    @property
    def addresses(self) -> tuple[str, ...]:
        return self.to


class _FolderGroup(_GroupTable):
    path: Annotated[str, AfterValidator(_folder)]

    @property
    def addresses(self) -> tuple[str, ...]:
        return (self.path,)


class _RecipientsTable(Table):
    """recipients.toml as it is written."""

    domains: tuple[Domain, ...] = ()
    internal: tuple[Domain, ...] = ()
    suppressed: tuple[Address, ...] = ()
    mail: Annotated[dict[str, _MailGroup], BeforeValidator(_named)] = Field(default_factory=dict)
    folder: Annotated[dict[str, _FolderGroup], BeforeValidator(_named)] = Field(
        default_factory=dict
    )

    def groups(self) -> Iterator[tuple[Literal["mail", "folder"], str, _GroupTable]]:
        """Each with its channel and its name."""
        for name, mail in self.mail.items():
            yield "mail", name, mail
        for name, folder in self.folder.items():
            yield "folder", name, folder


def _read(home: Path, faults: list[str]) -> _RecipientsTable | None:
    file = home / FILE
    if not os.path.lexists(file):
        return None
    if fault := _open_fault(file):
        faults.append(f"{FILE}: {fault}")
        return None
    raw = read_toml(home, FILE, faults)
    return None if raw is None else check(_RecipientsTable, raw, FILE, faults)


def _open_fault(file: Path) -> str:
    """What is wrong with the file itself: whoever may write it chooses who reads the briefings."""
    try:
        mode = file.stat().st_mode
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if not stat.S_ISREG(mode):
        return "is not a regular file"
    return f"everyone may write to it: chmod o-w {file}" if mode & stat.S_IWOTH else ""


def _group(channel: Literal["mail", "folder"], name: str, table: _GroupTable) -> Group:
    recipients = tuple(Recipient(channel, each, name) for each in table.addresses)
    return Group(recipients, table.briefings, table.areas)


def _faults(
    table: _RecipientsTable, general: General | None, areas: tuple[Area, ...]
) -> Iterator[str]:
    """What no table can see by itself."""
    if general and table.mail and general.mail is None:
        yield f"mail: there is no server to mail by: fill in [mail] of {GENERAL_FILE}"
    known = {ALL_AREAS, EACH_AREA, *(area.slug for area in areas)} if areas else set[str]()
    for channel, name, group in table.groups():
        place = f"{channel}.{name}"
        yield from (f"{place}.to[{number}]: stands there twice" for number in _again(group))
        yield from _area_faults(place, group, known)
        if general:
            yield from _briefing_faults(place, group, general.briefing)


def _again(group: _GroupTable) -> Iterator[int]:
    """The numbers of those addresses that stood there before."""
    seen = set[str]()
    for number, each in enumerate(map(_folded, group.addresses), start=1):
        if each in seen:
            yield number
        seen.add(each)


def _area_faults(place: str, group: _GroupTable, known: set[str]) -> Iterator[str]:
    for number, area in enumerate(group.areas, start=1):
        if known and area not in known:
            hint = nearest(area, known)
            hint = hint if hint.endswith("?") else ""
            yield f'{place}.areas[{number}]: "{area}" is no slug of {AREAS_FILE}{hint}'


def _briefing_faults(
    place: str, group: _GroupTable, known: Mapping[str, BriefingTable]
) -> Iterator[str]:
    for number, name in enumerate(group.briefings, start=1):
        if name not in known:
            yield f'{place}.briefings[{number}]: "{name}" is no briefing{nearest(name, known)}'
    theirs = [known[name] for name in group.briefings or known if name in known]
    own = set(group.areas) - {ALL_AREAS}
    if own and theirs and not any(each.areas == "all + each" for each in theirs):
        yield (
            f'{place}.areas: no briefing of theirs has areas = "all + each" in {GENERAL_FILE}, so '
            "there is no edition of a single area"
        )
