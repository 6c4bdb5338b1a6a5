"""Whether a delivery may still go.

Recipients are frozen when an edition is filed, and looked at again before each is served.
Source: "Who gets it" in docs/operating.md.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from types import MappingProxyType

from viperreport.archive.deliveries import MAIL, Delivery, Kind
from viperreport.archive.reading import Edition, Whole
from viperreport.errors import ConfigError, ViperReportError
from viperreport.model.briefing import EditionKey
from viperreport.pipeline import Home, reopened
from viperreport.settings import Recipient, Settings
from viperreport.settings.credentials import is_this_machine
from viperreport.settings.recipients import FILE, Recipients, read_recipients
from viperreport.verbs.readers import MADE_UP

NOT_LISTED = f"no longer in {FILE}"
TOO_LATE = "so late that a person decides (mail_if_late_by)"
NOTHING_OPEN: Mapping[str, Settings] = MappingProxyType({})


class Lists:
    """Who is configured at this very moment: the file may be edited while messages are sent.

    Raises:
        ConfigError: it is not to be understood any more.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._file = home.path / FILE
        self._seen = self._mark()
        self._today = home.settings.recipients
        self._keys: dict[tuple[str, str], frozenset[tuple[str, str]]] = {}

    @property
    def is_there(self) -> bool:
        """Whether the file is."""
        return self._mark() is not None

    @property
    def today(self) -> Recipients:
        """What it says."""
        mark = self._mark()
        if mark != self._seen and mark is not None:
            faults: list[str] = []
            read = read_recipients(self._home.path, None, None, faults)
            if faults:
                raise ConfigError(*faults)
            self._seen, self._today = mark, read
            self._keys.clear()
        return self._today

    def keys(self, briefing: str, area: str) -> frozenset[tuple[str, str]]:
        """Who is to get an edition."""
        today = self.today
        if (briefing, area) not in self._keys:
            listed = frozenset(each.key for each in today.of(briefing, area))
            self._keys[briefing, area] = listed
        return self._keys[briefing, area]

    def _mark(self) -> tuple[int, int, int] | None:
        try:
            stat = self._file.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino


class Gate:
    """What a home's configuration and ledger say today of deliveries.

    Args:
        whole: what the ledger says.
        kept: what the home said when editions were made, by its hash, as far as it is open.
    """

    def __init__(
        self, home: Home, whole: Whole, kept: Mapping[str, Settings] = NOTHING_OPEN
    ) -> None:
        self._home = home
        self._whole = whole
        self._configured = {each.id: each.configuration for each in whole.editions}
        self._open = kept
        self._kept = cache(self._opened)
        self._lists = Lists(home)

    @property
    def has_list(self) -> bool:
        """Whether config/recipients.toml is there."""
        return self._lists.is_there

    def refusal(self, delivery: Delivery) -> str:
        """Why a delivery may not go now; empty where it may."""
        if delivery.channel == MAIL and (why := self._of_mail(delivery)):
            return why
        if delivery.typed or self.is_listed(delivery):
            return ""
        return NOT_LISTED

    def bar(self, edition: Edition, recipient: Recipient) -> str:
        """Why an edition may not go to somebody now; empty where it may."""
        if recipient.channel != MAIL:
            return ""
        if self._home.settings.mail is None:
            return "there is no server to mail by"
        return self._of_address(edition.id, edition.key, recipient.address)

    def is_listed(self, delivery: Delivery) -> bool:
        """Whether its recipient is configured still."""
        key = delivery.edition
        ours = Recipient(delivery.channel, delivery.recipient, "").key
        return ours in self._lists.keys(key.briefing, key.area)

    def is_made_up(self, delivery: Delivery) -> bool:
        """Whether its edition was made of synthetic records; what cannot be told may be."""
        kept = self._kept(self._configured[delivery.edition_id])
        return kept is None or any(source.synthetic for source in kept.sources)

    def _of_mail(self, delivery: Delivery) -> str:
        settings = self._home.settings.mail
        if settings is not None and delivery.kind is Kind.DRAFT:
            address = delivery.recipient
            is_theirs = settings.operator == address
            return self._suppressed(address) if is_theirs else "no longer the operator's address"
        if (
            settings is not None
            and not is_this_machine(settings.host)
            and self.is_made_up(delivery)
        ):
            return MADE_UP
        return self._of_address(delivery.edition_id, delivery.edition, delivery.recipient)

    def _suppressed(self, address: str) -> str:
        why = self._whole.suppressed.get(address.lower())
        return "" if why is None else f"suppressed: {why}"

    def _of_address(self, edition: int, key: EditionKey, address: str) -> str:
        kept = self._kept(self._configured[edition])
        public = kept is not None and kept.briefing(key.briefing).disclosure == "public"
        refused = self._lists.today.refusal(address, public=public)
        return self._suppressed(address) or refused

    def _opened(self, configuration: str) -> Settings | None:
        """What a home said when an edition was made; None where that can no longer be told."""
        if configuration in self._open:
            return self._open[configuration]
        try:
            return reopened(self._home, configuration).settings
        except ViperReportError:
            return None


def is_too_old(delivery: Delivery, now: datetime) -> bool:
    """Whether a delivery that was never tried is so late that a person decides on it."""
    tried = delivery.refused or delivery.doubts
    return delivery.not_after is not None and now > delivery.not_after and not tried
