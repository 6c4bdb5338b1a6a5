"""Headline and paragraph: the edition in thirty seconds."""

from viperreport.model.briefing import Headline
from viperreport.pdf.flow import Flow
from viperreport.pdf.look.theme import mm
from viperreport.pdf.planned import Planned, paragraph
from viperreport.pdf.structure import Role
from viperreport.pdf.text import headline, wrap

_HEADLINE_FLOOR = 14.0
_AFTER_HEADLINE = mm(2.0)
_AFTER_STANDFIRST = mm(4.2)


def plan_headline(flow: Flow, block: Headline, width: float) -> list[Planned]:
    """Break the headline into two even lines and the paragraph into as many as it takes."""
    styles = flow.canvas.theme.type
    title = headline(flow.words(block.title, styles.headline), width, _HEADLINE_FLOOR)
    leading = title[0].runs[0].style.leading if title else 0.0
    body = wrap([flow.words(block.standfirst, styles.standfirst)], width)
    return [
        paragraph(title, Role.HEADING, leading, _AFTER_HEADLINE),
        paragraph(body, Role.PARAGRAPH, styles.standfirst.leading, _AFTER_STANDFIRST),
    ]
