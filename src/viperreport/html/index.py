"""The archive as pages that are only read: what they show, and how they are written.

Source: "The index" in docs/operating.md.
"""

from dataclasses import dataclass

from viperreport.html.harmless import harm_in_page
from viperreport.html.look import DARK, LIGHT
from viperreport.html.rendering import Template, TemplateFault, rendered
from viperreport.html.said import Said
from viperreport.html.view import Marker


@dataclass(frozen=True, slots=True)
class IndexFigure:
    """A key figure, as it was printed.

    Args:
        colour: the name of the colour of mark and phrase.
        held: whether the value is a number; else it says why there is none.
    """

    label: Said
    period: Said
    value: Said
    change: Said
    against: Said
    mark: Said
    phrase: Said
    colour: Said
    held: bool


@dataclass(frozen=True, slots=True)
class IndexEdition:
    """An edition of the archive.

    Args:
        name: such as weekly/all/2016-05-25; it is the anchor of its entry too.
        headline: empty where it was filed before headlines were noted.
        notes: what became of it since, in sentences.
        href: its PDF, relative to the page; empty where it is gone.
        size: of its PDF, in words.
    """

    name: Said
    cut_off: Said
    headline: Said
    markers: tuple[Marker, ...]
    figures: tuple[IndexFigure, ...]
    notes: tuple[Said, ...]
    sha256: Said
    href: Said
    size: Said


@dataclass(frozen=True, slots=True)
class IndexGroup:
    """The editions of one briefing and area in a year, newest first.

    Args:
        name: such as weekly/all; it is an anchor too.
        language: in which they were written.
    """

    name: Said
    title: Said
    language: Said
    editions: tuple[IndexEdition, ...]


@dataclass(frozen=True, slots=True)
class IndexYear:
    """A year that has a page, and the page's file."""

    year: Said
    href: Said


@dataclass(frozen=True, slots=True)
class Index:
    """All that the template of a page may show.

    Args:
        source: the hash of all that the pages are made from.
        years: every year that has a page, newest first; `here`: the page's own.
        count: how many editions the page has, in words.
    """

    source: Said
    years: tuple[IndexYear, ...]
    here: IndexYear
    count: Said
    groups: tuple[IndexGroup, ...]


def write_index(own: Template, packaged: Template, index: Index) -> tuple[str, str]:
    """Write a page; the same index and template give the same bytes.

    Args:
        own: of the home; where it fails the packaged one stands in.

    Returns:
        The page, and the fault of the home's template; empty for none.

    Raises:
        TemplateFault: the packaged one has one.
    """
    try:
        return write_page(own, index), ""
    except TemplateFault as fault:
        if own == packaged:
            raise
        return write_page(packaged, index), str(fault)


def write_page(template: Template, index: Index) -> str:
    """Render one template.

    Raises:
        TemplateFault: it has one.
    """
    return rendered(template, {"index": index, "light": LIGHT, "dark": DARK}, harm_in_page)
