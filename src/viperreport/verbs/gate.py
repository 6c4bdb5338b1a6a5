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
from viperreport.settings import Recipient
from viperreport.settings.recipients import FILE


class Gate:
    """What a home's configuration and ledger say today of deliveries.

    Args:
        whole: what the ledger says.
    """

    def __init__(self, home: Home, whole: Whole) -> None:
        self._home = home
        self._whole = whole
        self._configured = {each.id: each.configuration for each in whole.editions}
        self._is_public = cache(self._was_public)

    def refusal(self, delivery: Delivery) -> str:
        """Why a delivery may not go now; empty where it may."""
        if delivery.kind is Kind.DRAFT:
            mail = self._home.settings.mail
            is_theirs = mail is not None and mail.operator == delivery.recipient
            return "" if is_theirs else "no longer the operator's address"
        if delivery.channel == MAIL and (
            why := self._of_address(delivery.edition_id, delivery.edition, delivery.recipient)
        ):
            return why
        if delivery.typed or self._is_listed(delivery):
            return ""
        return f"no longer in {FILE}"

    def bar(self, edition: Edition, recipient: Recipient) -> str:
        """Why an edition may not go to somebody now; empty where it may."""
        if recipient.channel != MAIL:
            return ""
        return self._of_address(edition.id, edition.key, recipient.address)

    def _of_address(self, edition: int, key: EditionKey, address: str) -> str:
        if (why := self._whole.suppressed.get(address.lower())) is not None:
            return f"suppressed: {why}"
        public = self._is_public(self._configured[edition], key.briefing)
        return self._home.settings.recipients.refusal(address, public=public)

    def _is_listed(self, delivery: Delivery) -> bool:
        key = delivery.edition
        listed = self._home.settings.recipients.of(key.briefing, key.area)
        ours = (delivery.channel, delivery.recipient.casefold())
        return ours in {(each.channel, each.address.casefold()) for each in listed}

    def _was_public(self, configuration: str, briefing: str) -> bool:
        """Whether an edition was made for the public; what cannot be told was not."""
        try:
            settings = reopened(self._home, configuration).settings
            return settings.briefing(briefing).disclosure == "public"
        except ViperReportError:
            return False


def is_too_old(delivery: Delivery, now: datetime) -> bool:
    """Whether a delivery that was never tried is so late that a person decides on it."""
    tried = delivery.refused or delivery.doubts
    return delivery.not_after is not None and now > delivery.not_after and not tried
