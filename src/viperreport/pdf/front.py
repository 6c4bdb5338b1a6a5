"""Page one: masthead, headline, key figures, figure 1, what changed.

Blocks follow each other with fixed gaps, which put them where the design has them. What a longer
text takes, figure 1 gives: it fills the room that is left above what changed.
"""

from collections.abc import Callable, Sequence

from viperreport.model.briefing import Block, Cumulative, Digest, Headline, KeyFigures
from viperreport.pdf.chart import cumulative_chart
from viperreport.pdf.digest import TOP, digest, plan
from viperreport.pdf.flow import Flow
from viperreport.pdf.furniture import first_head
from viperreport.pdf.geometry import Box
from viperreport.pdf.masthead import masthead
from viperreport.pdf.structure import Role
from viperreport.pdf.text import Line, balanced, headline, set_in, wrap
from viperreport.pdf.theme import mm
from viperreport.pdf.tiles import key_figures

_HEADLINE_FLOOR = 14.0
_AFTER_HEADLINE = mm(2.0)
_AFTER_STANDFIRST = mm(4.2)
_AFTER_TILES = mm(4.9)
_TITLE_TO_SUBTITLE, _NUMBER_GAP = mm(0.3), mm(2.0)
_SUBTITLE_TO_PLOT, _PLOT_TO_NOTE = mm(2.0), mm(1.4)
_AFTER_FIGURE = mm(3.75)
_PLOT_LEAST, _PLOT_MOST, _PLOT_ALONE = mm(56), mm(112), mm(86.8)
_BEFORE_WHOLE_TEXTS = mm(1.4)


def front(flow: Flow) -> None:
    """Draw the masthead and every block."""
    flow.remember(first_head(flow.canvas, flow.briefing))
    masthead(flow)
    blocks = [block for section in flow.briefing.sections for block in section.blocks]
    for k, block in enumerate(blocks):
        _DRAWN[type(block)](flow, block, blocks[k + 1 :])
    flow.y += _BEFORE_WHOLE_TEXTS
    flow.whole_texts()


def _headline(flow: Flow, block: Headline, _rest: Sequence[Block]) -> None:
    styles = flow.canvas.theme.type
    title = flow.words(block.title, styles.headline)
    lines = headline(title, flow.measure, _HEADLINE_FLOOR)
    if lines:
        flow.lines(lines, Role.HEADING, lines[0].runs[0].style.leading)
    flow.y += _AFTER_HEADLINE
    flow.paragraph(block.standfirst, styles.standfirst)
    flow.y += _AFTER_STANDFIRST


def _key_figures(flow: Flow, block: KeyFigures, _rest: Sequence[Block]) -> None:
    key_figures(flow, block)
    flow.y += _AFTER_TILES


def _digest(flow: Flow, block: Digest, _rest: Sequence[Block]) -> None:
    digest(flow, block)


def _cumulative(flow: Flow, block: Cumulative, rest: Sequence[Block]) -> None:
    """Draw figure 1 as high as the page allows above what follows."""
    styles = flow.canvas.theme.type
    note = wrap([flow.words(block.note, styles.note)], flow.measure)
    below = _PLOT_TO_NOTE + len(note) * styles.note.leading
    title = balanced(flow.words(block.title, styles.exhibit_title), flow.measure)
    above = styles.exhibit_title.leading * len(title) + 2 * styles.exhibit_subtitle.leading
    flow.need(above + _PLOT_LEAST + below)
    _exhibit_title(flow, block, title)
    height = _plot_height(flow, below, rest)
    flow.need(height)
    cumulative_chart(flow.canvas, block, Box(flow.left, flow.y, flow.measure, height))
    flow.y += height + _PLOT_TO_NOTE
    flow.lines(note, Role.NOTE, styles.note.leading)
    flow.y += _AFTER_FIGURE


def _plot_height(flow: Flow, below: float, rest: Sequence[Block]) -> float:
    """What is left above the digest where both fit on the page; else above the page's end."""
    end = flow.canvas.theme.page.body_bottom
    following = rest[0] if rest else None
    if isinstance(following, Digest):
        top = min(TOP, end - plan(flow, following).height)
        room = top - _AFTER_FIGURE - below - flow.y
        if room >= _PLOT_LEAST:
            return min(room, _PLOT_MOST)
    return max(min(end - below - flow.y, _PLOT_ALONE), _PLOT_LEAST)


def _exhibit_title(flow: Flow, block: Cumulative, title: list[Line]) -> None:
    """Title, then "Figure 1" and the subtitle beside it."""
    canvas, styles = flow.canvas, flow.canvas.theme.type
    flow.lines(title, Role.SUBHEADING, styles.exhibit_title.leading)
    flow.y += _TITLE_TO_SUBTITLE
    number = set_in(canvas, exhibit_name(block.ref), styles.exhibit_number)
    subtitle = flow.words(block.subtitle, styles.exhibit_subtitle)
    indent = number.width + _NUMBER_GAP if number.text else 0.0
    lines = wrap([subtitle], flow.measure - indent) or [Line(())]
    with canvas.element(Role.CAPTION):
        start = (flow.left, flow.y + number.style.baseline)
        canvas.text(number.text, start, number.style, more=True)
        for line in lines:
            flow.need(styles.exhibit_subtitle.leading)
            line.draw(canvas, (flow.left + indent, flow.y + subtitle.style.baseline))
            flow.y += styles.exhibit_subtitle.leading
    flow.y += _SUBTITLE_TO_PLOT


def exhibit_name(ref: str) -> str:
    """F1 as Figure 1, T2 as Table 2; anything else as it is."""
    kind = {"F": "Figure", "T": "Table"}.get(ref[:1])
    return f"{kind} {ref[1:]}" if kind and ref[1:].isdigit() else ref


_DRAWN: dict[type, Callable[..., None]] = {
    Headline: _headline,
    KeyFigures: _key_figures,
    Cumulative: _cumulative,
    Digest: _digest,
}
