"""Who gets an edition, and the letters that bring it: drawn and frozen when it is filed.

Source: "Deliveries" in docs/operating.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

from viperreport.archive.chain import Link
from viperreport.archive.deliveries import (
    MAIL,
    NOT_CONFIRMED,
    Delivery,
    DeliveryState,
    Kind,
    Letter,
    Posting,
)
from viperreport.archive.reading import Edition, Whole
from viperreport.channels.letter import (
    Attached,
    Envelope,
    body_of,
    head_of,
    list_id,
    message_id,
    unsubscribe,
)
from viperreport.configuration import Configuration
from viperreport.html.bare import bare_mail
from viperreport.html.mail import DrawnMail
from viperreport.html.subject import State as Said
from viperreport.html.view import Archived, Enclosed, Sending
from viperreport.mailing import mail, name_among, of_group, why_of
from viperreport.model.briefing import Briefing, EditionKey
from viperreport.pdf.pages import page_count
from viperreport.pipeline import Home, look
from viperreport.settings import MailSettings, Recipient
from viperreport.verbs.gate import Gate
from viperreport.verbs.planning import PASSED_OVER
from viperreport.verbs.revisions import revisions_of
from viperreport.verbs.telling import Log
from viperreport.verbs.trust import RESTORED_FILED
from viperreport.verbs.worth import why_not_worth

_RELEASING = {Kind.EDITION: "correct", Kind.WITHDRAWAL: "withdraw"}  # verbs


@dataclass(frozen=True)
class Issue:
    """An edition that is to go out.

    Args:
        home: as it is configured today: its recipients and its server.
        built: as the edition is configured: its look, its templates and its disclosure.
        briefing: what it says; None where that can no longer be told.
        pdf: its file, and `link` how that is bound into the chain; None for a draft.
        configuration: the text that it was made by.
        run: the one that sends it.
        states: what the mail's subject must say beside what the briefing does.
        notice: a sentence over everything.
        draft: where the file of an edition on hold lies.
    """

    home: Home
    built: Home
    edition: Edition
    briefing: Briefing | None
    pdf: bytes = field(repr=False)
    link: Link | None
    configuration: Configuration | None = field(repr=False)
    run: str
    kind: Kind = Kind.EDITION
    states: tuple[Said, ...] = ()
    notice: str = ""
    draft: Path = Path()

    @cached_property
    def settings(self) -> MailSettings:
        """The server and the addresses of those who send."""
        if self.home.settings.mail is None:
            raise ValueError("recipients without [mail] are refused when the home is opened")
        return self.home.settings.mail

    @property
    def place(self) -> Path:
        """Where its file lies."""
        return self.home.archive / self.link.path if self.link else self.draft

    @property
    def chain(self) -> str:
        """Its number and hash in the archive's chain."""
        return f"{self.link.seq} {self.link.chain}" if self.link else "none"


class Letters:
    """Draws the letters that bring an edition; what its readers share is drawn once.

    Attributes:
        faults: of the home's templates, for which the packaged ones stood in.
    """

    def __init__(self, issue: Issue) -> None:
        self.faults: dict[str, None] = {}
        self.issue = issue
        self._shared: dict[str, tuple[str, bytes, bytes]] = {}

    def to(self, recipient: Recipient, *, copy: int = 1, answers: str = "") -> Letter:
        """The letter of one recipient.

        Args:
            copy: 1; more where a person has it sent again.
            answers: the id of the letter that it corrects; empty for none.
        """
        issue, settings = self.issue, self.issue.settings
        key = issue.edition.key
        subject, body, summary = self._of(recipient.group)
        kind = f"test {issue.run}" if Said.TEST in issue.states else str(issue.kind)
        number = message_id(key.home, str(key), kind, copy, recipient.address, settings.sender)
        head = head_of(
            Envelope(
                sender=settings.sender,
                recipient=recipient.address,
                reply_to=settings.operator,
                message_id=number,
                subject=subject,
                at=issue.home.clock().astimezone(issue.home.zone),
                list_id=list_id(key.briefing, key.home, settings.sender),
                unsubscribe=unsubscribe(key.briefing, settings.operator),
                chain=issue.chain,
                run=issue.run,
                in_reply_to=answers,
            )
        )
        return Letter(number, head, body, summary)

    def _of(self, group: str) -> tuple[str, bytes, bytes]:
        """Subject, body and the body without the PDF, for a group of recipients."""
        if group not in self._shared:
            short = self._drawn(group, attached=False)
            summary = body = body_of(short.html, short.text)
            if self.issue.kind is not Kind.WITHDRAWAL:
                whole = self._drawn(group, attached=True)
                pdf = Attached(self.issue.place.name, self.issue.pdf)
                body = body_of(whole.html, whole.text, pdf)
            self._shared[group] = (short.subject, body, summary)
        return self._shared[group]

    def _drawn(self, group: str, *, attached: bool) -> DrawnMail:
        issue = self.issue
        if issue.briefing is None or issue.configuration is None:
            return _bare(issue, group)
        told, link = issue.kind is not Kind.WITHDRAWAL, issue.link
        sending = Sending(
            states=issue.states,
            notice=issue.notice,
            pdf=self._enclosed(attached=attached) if told else None,
            why=_why(issue, group),
            archived=Archived(link.seq, link.chain, link.sha256) if link else None,
            name=name_among(issue.home.settings, issue.edition.key.briefing),
        )
        drawn = mail(issue.briefing, look(issue.built), issue.configuration, sending)
        self.faults.update(dict.fromkeys(drawn.faults))
        return drawn

    def _enclosed(self, *, attached: bool) -> Enclosed:
        issue = self.issue
        base = issue.settings.archive_url
        address = f"{base}{issue.link.path}" if base and issue.link else ""
        where = "" if attached else str(issue.place)
        pages = page_count(issue.pdf)
        return Enclosed(
            issue.place.name,
            pages,
            len(issue.pdf),
            attached,
            address or where,
            too_big=not attached,
        )


def tell_faults(log: Log, letters: Letters) -> None:
    """Tell the operator of the faults of the home's templates."""
    for fault in letters.faults:
        step = "the packaged one stood in; mend it: viperreport check"
        log.tell(fault.partition(":")[0], fault, step)


def postings(
    issue: Issue, whole: Whole, letters: Letters, *, grounds: str = "", confirmed: bool = True
) -> tuple[Posting, ...]:
    """What is to go to whom of an edition that is being filed.

    Args:
        grounds: why the edition is made.
        confirmed: whether a person lets a correction go out.
    """
    state, said = _held_back(issue, whole, grounds, confirmed=confirmed)
    kept = {issue.edition.configuration: issue.built.settings} if issue.configuration else {}
    gate, made = Gate(issue.home, whole, kept), []
    about_another = _is_about_another(issue, whole)
    for recipient, typed in _recipients(issue, whole):
        refused = gate.bar(issue.edition, recipient)
        refused = refused or (said if state is DeliveryState.CANCELLED else "")
        answers = first_of(whole, issue.edition.key, recipient) if about_another else ""
        drawn = not refused and recipient.channel == MAIL
        made.append(
            Posting(
                issue.kind,
                recipient.channel,
                recipient.address,
                recipient.group,
                letters.to(recipient, answers=answers) if drawn else None,
                DeliveryState.CANCELLED if refused else state,
                refused or said,
                typed=typed,
                not_after=_not_after(issue, whole) if recipient.channel == MAIL else None,
            )
        )
    return tuple(made)


def draft_posting(letters: Letters, whole: Whole) -> Posting:
    """An edition on hold goes to the operator, and to nobody else."""
    issue = letters.issue
    operator = Recipient(MAIL, issue.settings.operator, "")
    before = [each for each in whole.deliveries if each.edition == issue.edition.key]
    copy = 1 + sum(each.kind is Kind.DRAFT for each in before)
    letter = letters.to(operator, copy=copy)
    return Posting(issue.kind, MAIL, operator.address, "", letter, typed=True, copy=copy)


def _held_back(
    issue: Issue, whole: Whole, grounds: str, *, confirmed: bool
) -> tuple[DeliveryState, str]:
    """The state in which all deliveries of an edition begin, and why."""
    if _is_about_another(issue, whole):
        if confirmed:
            return DeliveryState.QUEUED, ""
        return DeliveryState.PAUSED, f"{NOT_CONFIRMED}: type {releasing(issue.kind, issue.edition)}"
    if grounds.startswith(PASSED_OVER):
        return DeliveryState.CANCELLED, PASSED_OVER
    briefing = issue.built.settings.briefing(issue.edition.key.briefing)
    made = issue.briefing
    if made and (why := why_not_worth(briefing.send_when, issue.edition.key, made, whole)):
        return DeliveryState.CANCELLED, why
    return DeliveryState.QUEUED, ""


def releasing(kind: Kind, edition: Edition) -> str:
    """What to type so that a correction or a withdrawal goes to those who had the edition."""
    return f"viperreport {_RELEASING[kind]} {edition.key} --confirm"


def _recipients(issue: Issue, whole: Whole) -> Iterator[tuple[Recipient, bool]]:
    """Today's recipients; of a correction or withdrawal also all who had what it is about.

    The latter get it also where they are no longer configured, so the second is true of them. A
    withdrawal is for people alone: a folder has no place for it.
    """
    key = issue.edition.key
    before = sent_before(whole, key) if _is_about_another(issue, whole) else ()
    theirs = (Recipient(each.channel, each.recipient, each.audience) for each in before
              if issue.kind is Kind.EDITION or each.channel == MAIL)  # fmt: skip
    had = {each.key: each for each in theirs}
    if issue.kind is Kind.EDITION or is_found_again(whole, issue.edition):
        for each in issue.home.settings.recipients.of(key.briefing, key.area):
            if issue.kind is Kind.WITHDRAWAL and each.channel != MAIL:
                continue
            yield each, had.pop(each.key, None) is not None
    yield from ((each, True) for each in had.values())


def is_found_again(whole: Whole, edition: Edition) -> bool:
    """Whether an edition was filed, and the ledger does not know to whom it was sent."""
    return not any(each.edition_id == edition.id for each in whole.deliveries) and any(
        event.reason == RESTORED_FILED for event in whole.events if event.edition == edition.key
    )


def sent_before(whole: Whole, key: EditionKey) -> Iterator[Delivery]:
    """Deliveries of an edition's revisions that their recipients have, or may have."""
    names = {each.key for each in revisions_of(whole, key)}
    for each in whole.deliveries:
        if each.edition in names and each.may_be_there and each.kind is Kind.EDITION:
            yield each


def first_of(whole: Whole, key: EditionKey, recipient: Recipient) -> str:
    """The id of the first letter by which a recipient had an edition; empty for none."""
    return next(
        (
            each.message_id
            for each in sent_before(whole, key)
            if each.channel == MAIL and each.recipient.casefold() == recipient.address.casefold()
        ),
        "",
    )


def _is_about_another(issue: Issue, whole: Whole) -> bool:
    """Whether it tells of an edition that people have: a correction or a withdrawal."""
    return issue.kind is Kind.WITHDRAWAL or whole.corrects(issue.edition.id)


def _not_after(issue: Issue, whole: Whole) -> datetime | None:
    """By when a mail must have been tried; None for what a person has made, however late."""
    settings = issue.home.settings.mail
    if settings is None or issue.edition.released or _is_about_another(issue, whole):
        return None
    return issue.edition.due + settings.mail_if_late_by


def _why(issue: Issue, group: str) -> str:
    """The last line: why its reader gets it, and how to end that."""
    title = issue.built.settings.briefing(issue.edition.key.briefing).title
    because = of_group(group)
    if issue.kind is Kind.DRAFT:
        because = "you look after this home; it is on hold and went to nobody else"
    return why_of(because, title, issue.home.settings.place, issue.settings.operator)


def _bare(issue: Issue, group: str) -> DrawnMail:
    """A mail of no figures, for an edition that can no longer be built again."""
    settings = issue.built.settings
    title, marking = settings.briefing(issue.edition.key.briefing).title, settings.marking
    states = "".join(f"{state.value}: " for state in Said if state in issue.states)
    subject = f"{f'{marking}: ' if marking else ''}{states}{title}, {issue.edition.key.cut_off}"
    lines = (marking, f"{title}, {issue.home.settings.place}", issue.notice, _why(issue, group))
    return bare_mail(subject, settings.language, tuple(filter(None, lines)))
