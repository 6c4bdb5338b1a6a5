"""Mails to look at, and their HTML read back with a parser that forgives nothing."""

import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from tests.pdf import sample
from viperreport.homes import packaged_home
from viperreport.html.mail import NOT_SENT, DrawnMail, Templates, draw_mail
from viperreport.html.rendering import Template
from viperreport.html.view import Sending
from viperreport.model.briefing import Briefing, Section
from viperreport.model.correcting import CORRECTIONS
from viperreport.model.exhibits import Column, ColumnKind, Muted, Row, Table

VOID = {"meta", "br"}
BLOCKS = {"h1", "h2", "h3", "p", "th", "td", "title", "div"}
NAMES = ("templates/mail.html.j2", "templates/mail.txt.j2")


def packaged(number: int) -> Template:
    """The packaged template for HTML (0) or plain text (1)."""
    return Template(NAMES[number], (packaged_home() / NAMES[number]).read_bytes())


def templates(html: bytes | None = None, text: bytes | None = None) -> Templates:
    """A home's templates; the packaged ones where none are given."""
    own = [
        packaged(number) if content is None else Template(NAMES[number], content)
        for number, content in enumerate((html, text))
    ]
    return Templates(own[0], own[1], packaged(0), packaged(1))


def drawn(briefing: Briefing, sending: Sending = NOT_SENT) -> DrawnMail:
    """A mail by the packaged templates."""
    return draw_mail(briefing, templates(), sending=sending)


def with_corrections(briefing: Briefing, count: int = 2) -> Briefing:
    """The same, as one that says of so many figures that they were other before."""
    label, key = sample.named("K1 Gun incidents"), sample.named("incidents.ytd")
    before = Muted(sample.named("120"))
    rows = tuple(Row((label, key, before, sample.named(str(500 + row)))) for row in range(count))
    columns = (Column(sample.named("x"), ColumnKind.WORDS, 1),) * 4
    table = Table("", sample.named("Figures other than before"), (), columns, rows)
    return replace(briefing, sections=(*briefing.sections, Section(CORRECTIONS, (table,))))


@dataclass
class Element:
    """An element that was read."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None"
    parts: list["str | Element"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it, with single spaces."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> list[str]:
        found = []
        for part in self.parts:
            apart = not isinstance(part, str) and part.tag in BLOCKS | VOID
            inner = part if isinstance(part, str) else "".join(part._texts())
            found.append(f" {inner} " if apart else inner)
        return found

    def all(self, *tags: str) -> list["Element"]:
        """Every element of these kinds in it, in order."""
        found = []
        for part in self.parts:
            if not isinstance(part, str):
                found += [part] if part.tag in tags else []
                found += part.all(*tags)
        return found

    def style(self, name: str) -> str:
        """A property from its own style, else from what it stands in; empty for none."""
        own = re.search(rf"(?:^|;){name}:([^;]+)", self.attributes.get("style", ""))
        if own:
            return own[1]
        return self.parent.style(name) if self.parent else ""


class _Strict(HTMLParser):
    """Every element is closed in order, and no attribute stands twice."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.open = Element("#", {}, None)
        self.doctype = ""

    def handle_decl(self, decl: str) -> None:
        self.doctype = decl

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), (tag, names)
        assert all(value is not None for _, value in attrs), (tag, names)
        made = Element(tag, {name: value or "" for name, value in attrs}, self.open)
        self.open.parts.append(made)
        if tag not in VOID:
            assert not (tag in BLOCKS and self.open.tag in {"p", "h1", "h2", "h3"}), tag
            self.open = made

    def handle_endtag(self, tag: str) -> None:
        assert self.open.tag == tag, (self.open.tag, tag, self.getpos())
        assert self.open.parent is not None
        self.open = self.open.parent

    def handle_data(self, data: str) -> None:
        self.open.parts.append(data)


def read(html: str) -> Element:
    """Read a mail's HTML; fail where it is not well made."""
    reader = _Strict()
    reader.feed(html)
    reader.close()
    assert reader.doctype == "DOCTYPE html"
    assert reader.open is reader.root
    (whole,) = [part for part in reader.root.parts if not isinstance(part, str)]
    assert whole.tag == "html"
    return whole
