"""Who gets the editions of a home, and to whom nothing can go as things are: before any is made.

Source: "Who gets it" in docs/operating.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from viperreport.channels.folder import target_fault
from viperreport.pipeline import Home
from viperreport.settings import ALL_AREAS, BriefingSettings, Recipient
from viperreport.settings.credentials import is_this_machine
from viperreport.settings.recipients import EACH_AREA, FILE

MADE_UP = "its records are made up, and mailed on this machine alone"
_MAIL, _FOLDER = "mail", "folder"  # by name: `check` needs no ledger
_NAMED = 3  # so many are named in one line


@dataclass(frozen=True, slots=True)
class Reader:
    """One who is listed for an edition.

    Args:
        refused: why nothing can go there as things are; empty where it can.
    """

    channel: str
    group: str
    address: str
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Readers:
    """Who is listed for the editions of some areas, which are the same for all of these.

    Args:
        areas: slugs; "each" for all areas of a home that lists none.
    """

    briefing: str
    areas: tuple[str, ...]
    listed: tuple[Reader, ...]

    @property
    def lines(self) -> Iterator[str]:
        """How many of each group, then who gets nothing and why."""
        more = len(self.areas) - _NAMED
        areas = ", ".join(self.areas[: _NAMED if more > 1 else None])
        name = f"{self.briefing}, {areas}{f' and {more} more' if more > 1 else ''}"
        yield f"{name}: goes to {', '.join(self._groups()) or 'nobody'}"
        for each in self.listed:
            if each.refused:
                yield f"{name}: not to {each.address} ({each.group}): {each.refused}"

    def _groups(self) -> Iterator[str]:
        for channel, group in dict.fromkeys((each.channel, each.group) for each in self.listed):
            ours = [each for each in self.listed if (each.channel, each.group) == (channel, group)]
            going = sum(not each.refused for each in ours)
            number = str(going) if going == len(ours) else f"{going} of {len(ours)}"
            yield f"{group} ({number} by {channel})"


def all_readers(home: Home) -> tuple[Readers, ...]:
    """Who is listed for which edition, by the configuration alone."""
    found: list[Readers] = []
    for briefing in home.settings.briefings:
        of: dict[tuple[Reader, ...], list[str]] = {}
        for area in (ALL_AREAS, *_own(home, briefing)):
            listed = readers(home, briefing.name, area)
            if listed or area == ALL_AREAS:
                of.setdefault(listed, []).append(area)
        found += [Readers(briefing.name, tuple(areas), listed) for listed, areas in of.items()]
    return tuple(found)


def _own(home: Home, briefing: BriefingSettings) -> tuple[str, ...]:
    """The areas with editions of their own; where a home lists none, those that groups name."""
    if briefing.areas == ALL_AREAS:
        return ()
    groups = home.settings.recipients.groups
    named = {area for group in groups for area in group.areas} - {ALL_AREAS, EACH_AREA}
    return tuple(area.slug for area in home.settings.areas) or (*sorted(named), EACH_AREA)


def readers(
    home: Home, briefing: str, area: str, suppressed: Mapping[str, str] | None = None
) -> tuple[Reader, ...]:
    """Who is listed for an edition that is made as things are configured today.

    Args:
        suppressed: of the ledger: addresses in small letters, and why.

    Raises:
        UsageError: there is no such briefing.
    """
    public = home.settings.briefing(briefing).disclosure == "public"
    return tuple(
        Reader(
            each.channel, each.group, each.address, _refused(home, each, suppressed, public=public)
        )
        for each in home.settings.recipients.of(briefing, area)
    )


def warnings(found: tuple[Readers, ...]) -> tuple[str, ...]:
    """What should be seen to: who gets nothing, and not on purpose."""
    slips = [
        each
        for one in found
        for each in one.listed
        if each.refused and not each.refused.startswith("suppressed")
    ]
    counted = ((_MAIL, "address gets", "addresses get"), (_FOLDER, "folder gets", "folders get"))
    said = []
    for channel, one, more in counted:
        whom = {each.address for each in slips if each.channel == channel}
        if whom:
            said.append(f"{len(whom)} {one if len(whom) == 1 else more} nothing as things are")
    return tuple(f"{FILE}: {each}: see above" for each in said)


def _refused(
    home: Home, recipient: Recipient, suppressed: Mapping[str, str] | None, *, public: bool
) -> str:
    if recipient.channel != _MAIL:
        return target_fault(Path(recipient.address))
    why = (suppressed or {}).get(recipient.address.lower())
    if why is not None:
        return f"suppressed: {why}"
    refused = home.settings.recipients.refusal(recipient.address, public=public)
    return refused or (MADE_UP if _stays_here(home) else "")


def _stays_here(home: Home) -> bool:
    """Whether records are made up, and the server is another machine."""
    mail = home.settings.mail
    made_up = any(source.synthetic for source in home.settings.sources)
    return made_up and mail is not None and not is_this_machine(mail.host)
