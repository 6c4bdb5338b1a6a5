"""The door of this package: a briefing goes in, a PDF comes out."""

from collections.abc import Sequence
from dataclasses import replace

from viperreport.model.briefing import Briefing, MarkerKind, Section
from viperreport.model.exhibits import Absent
from viperreport.model.wording import Text, plain
from viperreport.pdf.attachments import Attachment
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.flow import Flow
from viperreport.pdf.furniture import feet, first_head, plan_foot
from viperreport.pdf.layout import Part, lay_out
from viperreport.pdf.look.theme import THEME, Theme, mm
from viperreport.pdf.masthead import masthead
from viperreport.pdf.metadata import Properties
from viperreport.pdf.plans import plan

_BEFORE_WHOLE_TEXTS = mm(1.4)


def render(
    briefing: Briefing, theme: Theme = THEME, attachments: Sequence[Attachment] | None = ()
) -> bytes:
    """Draw a briefing as a PDF; the same gives the same bytes, whoever draws it, when and where.

    Args:
        attachments: files that go along in it, which makes it PDF/A-3a; None where it may never
            hold any: PDF/A-2a.
    """
    canvas = drawn(briefing, theme, part=2 if attachments is None else 3)
    canvas.attachments += attachments or ()
    return canvas.finish()


def drawn(briefing: Briefing, theme: Theme = THEME, part: int = 3) -> Canvas:
    """Draw a briefing and give the canvas, which knows what stands where."""
    canvas = Canvas(replace(_properties(briefing), part=part), theme)
    flow = Flow(canvas, briefing)
    foot = plan_foot(canvas, briefing)
    flow.remember(foot.cut)
    flow.remember(first_head(canvas, briefing))
    masthead(flow)
    lay_out(flow, [_part(flow, section) for section in briefing.sections], flow.y)
    flow.y += _BEFORE_WHOLE_TEXTS
    flow.whole_texts()
    flow.lacking_characters()
    feet(canvas, foot)
    return canvas


def _part(flow: Flow, section: Section) -> Part:
    """A section's blocks, measured."""
    blocks = [made for block in section.blocks for made in plan(flow, block, flow.measure)]
    only = all(isinstance(block, Absent) for block in section.blocks)
    return Part(section.title, tuple(blocks), only)


def _plain(content: Text) -> str:
    """A text for the file's properties, where no control character or half a pair may stand."""
    words = plain(content).encode("utf-8", "replace").decode()
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())


def _properties(briefing: Briefing) -> Properties:
    masthead = briefing.masthead
    return Properties(
        title=f"{_plain(masthead.title)}, {briefing.edition.cut_off.isoformat()}",
        author=_plain(masthead.kicker),
        subject=_plain(masthead.subtitle),
        language=briefing.language,
        made=briefing.known_at,
        marking=_marking(briefing),
    )


def _marking(briefing: Briefing) -> str:
    of_kind = MarkerKind.CLASSIFICATION
    return ", ".join(_plain(each.text) for each in briefing.markers if each.kind is of_kind)
