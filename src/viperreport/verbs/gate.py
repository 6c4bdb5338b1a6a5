"""Whether a delivery may still go.

Recipients are frozen when an edition is filed, and looked at again before each is served.
Source: "Who gets it" in docs/operating.md.
"""

from datetime import datetime
from functools import cache

from viperreport.archive.deliveries import MAIL, Delivery, Kind
from viperreport.archive.reading import Edition, Whole
from viperreport.errors import ViperReportError
from viperreport.model.briefing import EditionKey
from viperreport.pipeline import Home, reopened
from viperreport.settings import Recipient, Settings
from viperreport.settings.credentials import is_this_machine
from viperreport.settings.recipients import FILE

NOT_LISTED = f"no longer in {FILE}"


class Gate:
    """What a home's configuration and ledger say today of deliveries.

    Args:
        whole: what the ledger says.
    """

    def __init__(self, home: Home, whole: Whole) -> None:
        self._home = home
        self._whole = whole
        self._configured = {each.id: each.configuration for each in whole.editions}
        self._kept = cache(self._opened)

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
        listed = self._home.settings.recipients.of(key.briefing, key.area)
        ours = Recipient(delivery.channel, delivery.recipient, "").key
        return ours in {each.key for each in listed}

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
            return "its records are made up, and mailed on this machine alone"
        return self._of_address(delivery.edition_id, delivery.edition, delivery.recipient)

    def _suppressed(self, address: str) -> str:
        why = self._whole.suppressed.get(address.lower())
        return "" if why is None else f"suppressed: {why}"

    def _of_address(self, edition: int, key: EditionKey, address: str) -> str:
        kept = self._kept(self._configured[edition])
        public = kept is not None and kept.briefing(key.briefing).disclosure == "public"
        refused = self._home.settings.recipients.refusal(address, public=public)
        return self._suppressed(address) or refused

    def _opened(self, configuration: str) -> Settings | None:
        """What a home said when an edition was made; None where that can no longer be told."""
        try:
            return reopened(self._home, configuration).settings
        except ViperReportError:
            return None


def is_too_old(delivery: Delivery, now: datetime) -> bool:
    """Whether a delivery that was never tried is so late that a person decides on it."""
    tried = delivery.refused or delivery.doubts
    return delivery.not_after is not None and now > delivery.not_after and not tried
