"""What a mail shows of a briefing: frozen words for the templates, which format nothing."""

from dataclasses import dataclass

from viperreport.html.corrections import NOTHING, Corrections, corrections_of
from viperreport.html.found import Found, found_in
from viperreport.html.said import Said, said
from viperreport.html.subject import State, subject_of, withdrawn_headline
from viperreport.model.briefing import (
    Briefing,
    KeyFigure,
    MarkerKind,
    bearing,
)
from viperreport.model.citing import Publication
from viperreport.model.figure import VERDICT_PHRASES, Verdict
from viperreport.model.wording import Name, Number, Setting, plain, text

_MARKS = {
    Verdict.HIGHER: "\N{BLACK UP-POINTING TRIANGLE}",
    Verdict.LOWER: "\N{BLACK DOWN-POINTING TRIANGLE}",
    Verdict.UNCLEAR: "\N{WHITE CIRCLE}",
    Verdict.FEW: "\N{EN DASH}",
    Verdict.NONE: "",
}
_MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class Enclosed:
    """The way to the PDF.

    Args:
        name: of the file.
        pages: how many; 0 where that is not known.
        size: in bytes.
        attached: whether it goes along with the mail.
        address: where else it is: of the web, or a path that is only named.
        too_big: it does not go along since the server takes no mail of that size.
    """

    name: str
    pages: int
    size: int
    attached: bool = True
    address: str = ""
    too_big: bool = False


@dataclass(frozen=True, slots=True)
class Archived:
    """Where an edition stands in the archive's chain.

    Args:
        number: of its last file.
        chain: the hash that binds it to all before.
        sha256: of the PDF.
    """

    number: int
    chain: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Sending:
    """What only the sender of a mail knows; by default nobody sends it.

    Args:
        states: what its subject and its markers must say.
        notice: a sentence over everything, such as why an edition was withdrawn.
        why: the last line: why its reader gets it.
        name: what the subject calls the briefing, where its home has several.
    """

    states: tuple[State, ...] = ()
    notice: str = ""
    pdf: Enclosed | None = None
    why: str = ""
    archived: Archived | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A label with its value, or a title with its body."""

    label: Said
    value: Said


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker, or a text at the foot; a warning is amber, a protective marking is not."""

    text: Said
    warns: bool


@dataclass(frozen=True, slots=True)
class Tile:
    """A key figure.

    Args:
        held: whether the value is a number; else it says why there is none.
        mark: the verdict's sign; empty where nothing is compared.
        phrase: the verdict, or the warning in its place.
        colour: the name of the colour of mark and phrase.
        strong: whether they are set semibold.
    """

    ref: Said
    label: Said
    period: Said
    value: Said
    held: bool
    change: Said
    against: Said
    mark: Said
    phrase: Said
    colour: str
    strong: bool
    evidence: Said


@dataclass(frozen=True, slots=True)
class Way:
    """The way to the PDF, in words.

    Args:
        href: where it can be opened; empty where that is no address of the web.
        place: the address in words, where it cannot be opened.
        attached: "also attached, 0.4 MB" and the like.
    """

    name: Said
    label: Said
    href: Said
    place: Said
    attached: Said


@dataclass(frozen=True, slots=True)
class Mail:
    """All that a template may show, in words.

    Args:
        facts: issue, period, known at, next issue.
        held: why the edition is on hold.
        released: why it was, where a person let it out all the same.
        archived: the head of the archive's chain and the PDF's hash, each with its label.
    """

    language: Said
    subject: Said
    kicker: Said
    title: Said
    subtitle: Said
    facts: tuple[Pair, ...]
    markers: tuple[Marker, ...]
    headline: Said
    standfirst: Said
    tiles: tuple[Tile, ...]
    note: Said
    changes_title: Said
    changes: tuple[Pair, ...]
    corrections: Corrections
    held: tuple[Said, ...]
    released: tuple[Said, ...]
    foot: tuple[Marker, ...]
    notice: Said
    pdf: Way | None
    archived: tuple[Pair, ...]
    why: Said


def mail_of(briefing: Briefing, sending: Sending) -> Mail:
    """Put a briefing into the words of a mail.

    One that says that an edition was withdrawn names it, and repeats nothing of what it said.
    """
    valid, masthead = State.WITHDRAWN not in sending.states, briefing.masthead
    found = found_in(briefing) if valid else Found()
    title = said(found.headline.title if found.headline else masthead.title)
    title = title if valid else withdrawn_headline(briefing)
    digest = found.digest
    reasons = tuple(said(guard.said) for guard in briefing.guards if guard.held and valid)
    return Mail(
        language=Said(briefing.language),
        subject=subject_of(briefing, title, sending.states, sending.name),
        kicker=said(masthead.kicker),
        title=said(masthead.title),
        subtitle=said(masthead.subtitle),
        facts=tuple(Pair(said(fact.label), said(fact.value)) for fact in masthead.facts),
        markers=_markers(briefing, sending),
        headline=title,
        standfirst=said(found.headline.standfirst if found.headline else ()),
        tiles=tuple(map(_tile, found.tiles)),
        note=Said(" ".join(found.notes)),
        changes_title=said(digest.title if digest else ()),
        changes=tuple(
            Pair(said(item.title), said(item.body)) for item in (digest.items if digest else ())
        ),
        corrections=corrections_of(briefing) if valid else NOTHING,
        held=() if briefing.released else reasons,
        released=reasons if briefing.released else (),
        foot=_foot(briefing),
        notice=Said(sending.notice),
        pdf=_way(sending.pdf) if sending.pdf else None,
        archived=_archived(sending.archived) if sending.archived else (),
        why=Said(sending.why),
    )


def _markers(briefing: Briefing, sending: Sending) -> tuple[Marker, ...]:
    """Those of the pages, and before them what only the sender knows and they do not say."""
    is_told = any(marker.kind is MarkerKind.CORRECTED for marker in briefing.markers)
    states = [
        Marker(Said(state), warns=True)
        for state in State
        if state in sending.states and not (is_told and state is State.CORRECTED)
    ]
    pages = [
        Marker(said(marker.text), marker.kind is not MarkerKind.CLASSIFICATION)
        for marker in briefing.markers
    ]
    return (*states, *pages)


def _archived(archived: Archived) -> tuple[Pair, ...]:
    place = text("Archived as number ", Setting(archived.number), " of the chain, hash")
    return (
        Pair(said(place), Said(archived.chain)),
        Pair(said(text(Name("SHA-256"), " of the PDF")), Said(archived.sha256)),
    )


def _foot(briefing: Briefing) -> tuple[Marker, ...]:
    """The foot of every page; what repeats a marker warns as that does."""
    marked = tuple(plain(marker.text) for marker in briefing.markers)
    return tuple(Marker(said(each), plain(each).startswith(marked)) for each in briefing.foot)


def _tile(tile: KeyFigure) -> Tile:
    verdict, warned = tile.verdict, bool(tile.warning)
    return Tile(
        ref=Said(tile.ref),
        label=said(tile.label),
        period=said(tile.period),
        value=said((Number(tile.figure),)),
        held=tile.figure.value is not None,
        change=said(tile.change),
        against=said(tile.against),
        mark=Said("" if warned else _MARKS[verdict]),
        phrase=said(tile.warning) if warned else Said(VERDICT_PHRASES[verdict]),
        colour="marker_text" if warned else str(bearing(verdict, tile.tone)),
        strong=warned or verdict in {Verdict.HIGHER, Verdict.LOWER},
        evidence=said(tile.evidence),
    )


def _way(pdf: Enclosed) -> Way:
    """Say where the PDF is; an address that may not be followed is only named."""
    publication = Publication(pdf.name, pdf.address)
    size = f"{max(pdf.size / _MEGABYTE, 0.1):.1f} MB"
    pages = f", {Setting(pdf.pages)} page{'s' if pdf.pages != 1 else ''}" if pdf.pages else ""
    return Way(
        name=Said(pdf.name),
        label=Said(f"the briefing (PDF{pages})"),
        href=Said(publication.address),
        place=Said("" if publication.address else pdf.address),
        attached=Said(_whether_attached(pdf, size)),
    )


def _whether_attached(pdf: Enclosed, size: str) -> str:
    if pdf.too_big:
        return f"not attached: {size}, more than the server takes"
    also = "also " if pdf.address else ""
    return f"{also}attached, {size}" if pdf.attached else size
