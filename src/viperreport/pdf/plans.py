"""From each kind of block to its measured form: one line a kind."""

from collections.abc import Callable

from viperreport.model.briefing import (
    Beside,
    Block,
    Cumulative,
    Digest,
    Headline,
    KeyFigures,
)
from viperreport.model.exhibits import (
    Absent,
    AsStated,
    Bars,
    Caution,
    ControlChart,
    Prose,
    SmallMultiples,
    Stamp,
    Table,
    TileMap,
    WeekBars,
)
from viperreport.pdf import stamp
from viperreport.pdf.charts import bars, control_chart, small_multiples, tile_map, week_bars
from viperreport.pdf.charts.cumulative import plan_cumulative
from viperreport.pdf.digest import plan_digest
from viperreport.pdf.exhibit import Frame, Heights, head, loosened, note
from viperreport.pdf.flow import Flow
from viperreport.pdf.front import plan_headline
from viperreport.pdf.geometry import Box
from viperreport.pdf.planned import EXHIBIT_GAP, Planned
from viperreport.pdf.prose import plan_absent, plan_as_stated, plan_caution, plan_prose
from viperreport.pdf.table import plan_table
from viperreport.pdf.tiles import plan_key_figures

Chart = ControlChart | WeekBars | Bars | TileMap | SmallMultiples
_TALLEST_PAIR = 0.55  # of a page; exhibits that are higher stand one below the other


def plan(flow: Flow, block: Block, width: float) -> list[Planned]:
    """Measure a block for a width."""
    made = _PLANS[type(block)](flow, block, width)
    return made if isinstance(made, list) else [made]


def _charted(
    draw: Callable[..., None], heights: Callable[..., Heights]
) -> Callable[[Flow, Chart, float], list[Planned]]:
    """A chart below its title."""

    def made(flow: Flow, block: Chart, width: float) -> list[Planned]:
        frame = Frame(
            head(flow, block.ref, block.title, block.subtitle, width), note(flow, block.note, width)
        )
        before, frame, after = loosened(flow, frame)
        body = frame.around(lambda flow, box: draw(flow, block, box), heights(flow, block, width))
        return [*before, body, *after]

    return made


def _stamp(flow: Flow, block: Stamp, width: float) -> Planned:
    least, natural, most = stamp.heights(flow, block, width)
    return Planned(natural, lambda flow, box: stamp.stamp(flow, block, box), least, most)


def _beside(flow: Flow, block: Beside, width: float) -> list[Planned]:
    """Two exhibits side by side; one below the other where they are too high for that."""
    wide = [share / sum(block.shares) * width for share in block.shares]
    noted = flow.noted()
    pair = [plan(flow, block.left, wide[0]), plan(flow, block.right, wide[2])]
    page = flow.canvas.theme.page
    tallest = _TALLEST_PAIR * (page.body_bottom - page.body_top)
    if any(len(side) != 1 for side in pair) or max(s[0].natural for s in pair) > tallest:
        flow.forget_since(noted)
        return [*plan(flow, block.left, width), *plan(flow, block.right, width)]
    left, right = pair[0][0], pair[1][0]
    return [_side_by_side(left, right, (wide[0], wide[2]))]


def _side_by_side(left: Planned, right: Planned, wide: tuple[float, float]) -> Planned:
    natural = max(left.natural, right.natural)

    def draw(flow: Flow, box: Box) -> None:
        change = box.h - natural
        for side, x, width in ((left, box.x, wide[0]), (right, box.right - wide[1], wide[1])):
            height = min(max(side.natural + change, side.least), side.most)
            side.draw(flow, Box(x, box.y, width, height))

    return Planned(
        natural,
        draw,
        max(left.least, right.least),
        max(left.most, right.most),
        EXHIBIT_GAP,
    )


_PLANS: dict[type, Callable[..., Planned | list[Planned]]] = {
    Headline: plan_headline,
    KeyFigures: plan_key_figures,
    Cumulative: plan_cumulative,
    Digest: plan_digest,
    Beside: _beside,
    Table: plan_table,
    ControlChart: _charted(control_chart.control_chart, control_chart.heights),
    WeekBars: _charted(week_bars.week_bars, week_bars.heights),
    Bars: _charted(bars.bars, bars.heights),
    TileMap: _charted(tile_map.tile_map, tile_map.heights),
    SmallMultiples: _charted(small_multiples.small_multiples, small_multiples.heights),
    Prose: plan_prose,
    Caution: plan_caution,
    AsStated: plan_as_stated,
    Stamp: _stamp,
    Absent: plan_absent,
}
