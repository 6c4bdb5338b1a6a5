"""Pages of the archive's index: hostile words do nothing, harm is a fault, headings lead on."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from viperreport.configuration import INDEX_TEMPLATE as TEMPLATE
from viperreport.homes import packaged_home
from viperreport.html.index import Index, write_index, write_page
from viperreport.html.index_sample import index_faults, index_samples
from viperreport.html.rendering import Template, TemplateFault
from viperreport.html.said import Said
from viperreport.html.view import Marker

HOSTILE = Said('"><img src=x onerror=alert(1)>\u202e{{ 7 * 7 }}')
PACKAGED = Template(TEMPLATE, (packaged_home() / TEMPLATE).read_bytes())
HARM = [
    "<script>1</script>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='//example.org/x'>x</a>",
    "<a href='/etc/passwd'>x</a>",
    "<link rel=stylesheet href=x.css>",
    "<meta http-equiv=refresh content=0>",
    "<img src=x.png>",
    "<style>p { background: url(x) }</style>",
]


def hostile() -> Index:
    """A page whose every text is markup."""
    full = index_samples()[0]
    group = full.groups[0]
    figure = replace(
        group.editions[0].figures[0],
        label=HOSTILE,
        value=HOSTILE,
        phrase=Said(f"Higher, likely real{'W' * 80}"),
    )
    edition = replace(
        group.editions[0],
        headline=HOSTILE,
        markers=(Marker(HOSTILE, warns=True),),
        notes=(HOSTILE, Said("W" * 300)),
        figures=(figure, *group.editions[0].figures),
    )
    return replace(
        full, groups=(replace(group, title=HOSTILE, language=HOSTILE, editions=(edition,)),)
    )


def test_hostile_words_are_words() -> None:
    """Escaped, in attributes too; what does not print is named by its code point."""
    written = write_page(PACKAGED, hostile())
    assert "<img" not in written
    assert "\u202e" not in written
    assert "{{ 7 * 7 }}" in written


@pytest.mark.parametrize("content", HARM)
def test_harm_is_a_fault(content: str) -> None:
    """What fetches, runs or leads elsewhere unasked; the packaged template stands in."""
    own = Template(TEMPLATE, content.encode())
    with pytest.raises(TemplateFault, match="may fetch, run and send nothing"):
        write_page(own, index_samples()[0])
    page, fault = write_index(own, PACKAGED, index_samples()[0])
    assert page == write_page(PACKAGED, index_samples()[0])
    assert fault.startswith(f"{TEMPLATE}: ")
    assert index_faults(own) == [fault]
    assert index_faults(PACKAGED) == []


def test_headings_and_names() -> None:
    """One h1, no level left out, every link into the page has its place."""
    for each in index_samples():
        written = write_page(PACKAGED, each)
        levels = [int(level) for level in re.findall(r"<h(\d)", written)]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        ids = set(re.findall(r' id="([^"]+)"', written))
        assert set(re.findall(r'href="#([^"]+)"', written)) <= ids | {"weekly/all"}
