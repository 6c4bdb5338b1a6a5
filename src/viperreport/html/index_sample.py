"""Pages of the index, made up, on which `check` tries the template of a home."""

from dataclasses import replace

from viperreport.html.index import (
    Index,
    IndexEdition,
    IndexFigure,
    IndexGroup,
    IndexYear,
    write_page,
)
from viperreport.html.rendering import Template, TemplateFault
from viperreport.html.said import Said
from viperreport.html.view import Marker

_NONE = Said("")


def index_samples() -> tuple[Index, ...]:
    """One page that says everything, and one that says as little as any can."""
    figures = tuple(
        IndexFigure(
            Said("Gun incidents"),
            Said("year to date"),
            Said("12"),
            Said("+2"),
            Said("from 10 by 25 May 2015"),
            Said(mark),
            Said("Higher, likely real"),
            Said(colour),
            held=mark != "",
        )
        for mark, colour in (("▲", "harm_up"), ("▼", "harm_down"), ("", "marker_text"))
    )
    full = IndexEdition(
        name=Said("weekly/all/2016-05-25"),
        cut_off=Said("25 May 2016"),
        headline=Said("Gun incidents in <one> & “another” place"),
        markers=(Marker(Said("OFFICIAL"), warns=False), Marker(Said("Synthetic"), warns=True)),
        figures=figures,
        notes=(Said("Withdrawn: <reason>"),),
        sha256=Said("0" * 64),
        href=Said("editions/weekly/all/2016/weekly_all_2016-05-25.pdf"),
        size=Said("0.4 MB"),
    )
    bare = replace(full, headline=_NONE, markers=(), figures=(), notes=(), href=_NONE)
    years = (IndexYear(Said("2016"), Said("index.html")),)
    more = (*years, IndexYear(Said("2015"), Said("index-2015.html")))
    group = IndexGroup(Said("weekly/all"), Said("Weekly briefing"), Said("en-GB"), (full, bare))
    area = replace(group, name=Said("weekly/north"), title=Said("Weekly briefing: North"))
    source = Said("0" * 64)
    return (
        Index(source, more, more[1], Said("4 editions"), (group, area)),
        Index(source, years, years[0], Said("1 edition"), (replace(group, editions=(bare,)),)),
    )


def index_faults(template: Template) -> list[str]:
    """What is wrong with a template, tried on made-up pages, a line each."""
    faults: list[str] = []
    for each in index_samples():
        try:
            write_page(template, each)
        except TemplateFault as fault:
            faults.append(str(fault))
    return list(dict.fromkeys(faults))
