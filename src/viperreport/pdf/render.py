"""The door of this package: a briefing goes in, a PDF comes out."""

from viperreport.model.briefing import Briefing
from viperreport.model.wording import Text, plain
from viperreport.pdf.canvas import Canvas, Properties
from viperreport.pdf.flow import Flow
from viperreport.pdf.front import front
from viperreport.pdf.furniture import feet, plan_foot


def render(briefing: Briefing) -> bytes:
    """Draw a briefing as a PDF.

    The same briefing gives the same bytes, whatever the clock, the zone or the process.
    """
    return drawn(briefing).finish()


def drawn(briefing: Briefing) -> Canvas:
    """Draw a briefing and give the canvas, which knows what stands where."""
    canvas = Canvas(_properties(briefing))
    flow = Flow(canvas, briefing)
    foot = plan_foot(canvas, briefing)
    flow.remember(foot.cut)
    front(flow)
    feet(canvas, foot)
    return canvas


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
    )
