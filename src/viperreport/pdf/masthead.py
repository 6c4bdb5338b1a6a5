"""The head of page one: operation, title and what is counted; issue and period at the right."""

from viperreport.model.briefing import Fact
from viperreport.model.wording import plain
from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Point
from viperreport.pdf.look.theme import Paint, mm
from viperreport.pdf.structure import Role
from viperreport.pdf.text import Fitted, Line, Run, Slot, apart, draw_lines, fit, set_in, wrap

_FACTS_WIDTH, _FACT_LABEL = mm(61), mm(19)
_FACTS_TOP, _FACT_LINES = mm(14.2), 3
_COLUMN_GAP = mm(4)
_TITLE_FLOOR = 15.0
_BOTTOM, _PAD = mm(36.9), mm(4.0)
_AFTER = mm(4.6)


def masthead(flow: Flow) -> None:
    """Draw it, as high as its texts make it, with a rule below."""
    canvas, page = flow.canvas, flow.canvas.theme.page
    flow.y = page.top
    with canvas.element(Role.SECTION, "masthead"):
        names = _names(flow)
        facts = _facts(flow)
    bottom = max(_BOTTOM, names, facts)
    weight = canvas.theme.weight.masthead
    rule = Paint(stroke=canvas.theme.colour.ink, width=weight)
    with canvas.artifact("rule"):
        y = bottom - weight / 2
        canvas.line((page.left, y), (page.right, y), rule, "rule")
    flow.y = bottom + _AFTER


def _names(flow: Flow) -> float:
    """Kicker, title and subtitle in the left column; gives where the masthead may end."""
    masthead, styles = flow.briefing.masthead, flow.canvas.theme.type
    width = flow.measure - _FACTS_WIDTH - _COLUMN_GAP
    kicker = set_in(flow.canvas, plain(masthead.kicker).upper(), styles.kicker)
    y = flow.y
    for role, run, slot, gap in (
        (Role.PARAGRAPH, kicker, Slot(width, 2), 0.0),
        (Role.TITLE, flow.words(masthead.title, styles.title), Slot(width, 3, _TITLE_FLOOR), 2.8),
        (Role.PARAGRAPH, flow.words(masthead.subtitle, styles.masthead_subtitle),
         Slot(width, 3, 8.0), 2.9),
    ):  # fmt: skip
        y = _fitted_lines(flow, (role, fit(run, slot), run), y + gap)
    return y + _PAD


def _fitted_lines(flow: Flow, named: tuple[Role, Fitted, Run], y: float) -> float:
    """Draw a fitted text from its top, and give its bottom; one line keeps its full height."""
    role, made, run = named
    if made.cut:
        flow.remember([run.text])
    style = run.style if len(made.lines) == 1 else made.style
    with flow.canvas.element(role):
        draw_lines(flow.canvas, made.lines, (flow.left, y + style.baseline), style.leading)
    return y + style.leading * len(made.lines)


def _facts(flow: Flow) -> float:
    """The right column: labels grey, values dark; gives where the masthead may end."""
    canvas = flow.canvas
    left = canvas.theme.page.right - _FACTS_WIDTH
    y = _FACTS_TOP
    with canvas.element(Role.LIST):
        for fact in flow.briefing.masthead.facts:
            y = _fact(flow, fact, (left, y))
    return y + _PAD


def _fact(flow: Flow, fact: Fact, corner: Point) -> float:
    """A label and its value, from their top left; gives where they end."""
    canvas, style = flow.canvas, flow.canvas.theme.type.meta
    left, y = corner
    grey = style.on(canvas.theme.colour.ink3)
    label = flow.fitted(fact.label, grey, Slot(_FACT_LABEL - 4, 2))
    lines = _fact_lines(flow, fact)
    with canvas.element(Role.ITEM), canvas.element(Role.ITEM_BODY):
        tight = label.style.leading if len(label.lines) > 1 else style.leading
        draw_lines(canvas, apart(label.lines), (left, y + style.baseline), tight)
        draw_lines(canvas, lines, (left + _FACT_LABEL, y + style.baseline), style.leading)
    return y + style.leading * max(len(label.lines), len(lines), 1)


def _fact_lines(flow: Flow, fact: Fact) -> list[Line]:
    """A fact's value with its strong parts; cut where it takes more than three lines."""
    canvas, styles = flow.canvas, flow.canvas.theme.type
    runs = []
    for k, part in enumerate(fact.value):
        style = styles.meta_strong if k in fact.strong else styles.meta
        runs.append(Run(canvas.printable(str(part), style.font), style))
    width = _FACTS_WIDTH - _FACT_LABEL
    lines = wrap(runs, width)
    if len(lines) <= _FACT_LINES:
        return lines
    return list(flow.fitted(fact.value, styles.meta, Slot(width, _FACT_LINES)).lines)
