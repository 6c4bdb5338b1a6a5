"""Which block stands on which page, and how high it is drawn.

Blocks follow each other at their natural heights. Where the last one does not fit, those that can
shrink do; else it goes over, or is split. Where too much of a page would stay empty, those that
can grow do, and twice as much if need be. A section begins a page unless too much of the one
before would stay empty.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from viperreport.model.wording import Text, plain
from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import Paint, mm
from viperreport.pdf.planned import Planned, fixed, within
from viperreport.pdf.structure import Role

EMPTY = mm(20)  # at most, at the end of a page that is not the last
_LEFT = mm(10)  # where a page is stretched because more than that would stay empty
_GAP_MORE, _GAP_LESS = mm(5), mm(1.5)  # that gaps may grow and shrink
_HAIR = 0.5  # rounding that does not fill a page
_BEFORE_SECTION = mm(2.0)
_HEADING_GAP = mm(3.0)


@dataclass(frozen=True, slots=True)
class Part:
    """A section's blocks, measured.

    Args:
        title: what the head of its pages says.
        lines_only: it holds nothing but lines that say why there is nothing.
    """

    title: Text
    blocks: tuple[Planned, ...]
    lines_only: bool = False

    def holds(self, block: Planned) -> Planned:
        """A block, inside this section."""
        title = "" if self.lines_only else plain(self.title)
        return within(block, lambda flow, _: flow.canvas.element(Role.SECTION, title, of=self))

    @property
    def is_named(self) -> bool:
        """Whether its pages bear its name."""
        return bool(plain(self.title)) and not self.lines_only


@dataclass(slots=True)
class _Sheet:
    """A page being filled."""

    room: float
    first: bool
    blocks: list[Planned] = field(default_factory=list)
    titles: list[Text] = field(default_factory=list)

    def used(self) -> float:
        """Height taken, with the gaps between blocks."""
        return sum(block.natural for block in self.blocks) + self.gaps()

    def gaps(self) -> float:
        """Gaps between blocks; below the last there is none."""
        return sum(block.gap for block in self.blocks[:-1])

    def left(self) -> float:
        """What is left below the last block and its gap."""
        last = self.blocks[-1].gap if self.blocks else 0.0
        return self.room - self.used() - last

    def can_shrink(self) -> float:
        """How much lower the blocks can be, with the gaps between them."""
        less = sum(block.natural - block.least for block in self.blocks)
        return less + sum(min(_GAP_LESS, block.gap / 3) for block in self.blocks)

    def can_grow(self) -> float:
        """How much higher they can be."""
        more = sum(block.most - block.natural for block in self.blocks)
        return more + _GAP_MORE * max(len(self.blocks) - 1, 0)


def lay_out(flow: Flow, parts: Sequence[Part], top: float) -> None:
    """Draw all blocks, from `top` on the first page."""
    page = flow.canvas.theme.page
    sheets = _filled(flow, parts, page.body_bottom - top)
    for number, sheet in enumerate(sheets):
        if number:
            flow.new_page(sheet.titles)
        y = page.body_top if number else top
        _draw(flow, sheet, y, is_last=sheet is sheets[-1])


def _filled(flow: Flow, parts: Sequence[Part], first_room: float) -> list[_Sheet]:
    page = flow.canvas.theme.page
    room = page.body_bottom - page.body_top
    sheets = [_Sheet(first_room, first=True)]
    for part in parts:
        if _begins_page(sheets[-1], part):
            sheets.append(_Sheet(room, first=False))
        heading = _heading(flow, part.title) if sheets[-1].blocks and part.is_named else None
        _pour(sheets, part, heading, room)
    return [sheet for sheet in sheets if sheet.blocks]


def _pour(sheets: list[_Sheet], part: Part, heading: Planned | None, room: float) -> None:
    """Put a section's blocks on the last page, and on as many more as they take."""
    first = part.holds(heading) if heading else None
    waiting = deque([*([first] if first else []), *map(part.holds, part.blocks)])
    while waiting:
        if _take(sheets[-1], waiting):
            _name(sheets[-1], part)
        if waiting:
            _carry(sheets[-1], waiting)
            if waiting[0] is first:  # the head of the next page names the section
                waiting.popleft()
            sheets.append(_Sheet(room, first=False))
            _name(sheets[-1], part)


def _name(sheet: _Sheet, part: Part) -> None:
    if part.is_named and part.title not in sheet.titles:
        sheet.titles.append(part.title)


def _begins_page(sheet: _Sheet, part: Part) -> bool:
    """A section begins a page where the page before is full enough, or can be made so."""
    if not sheet.blocks or not part.blocks or not plain(part.title):
        return False
    left = sheet.left()
    if part.lines_only:
        return left < sum(block.natural + block.gap for block in part.blocks) - _HAIR
    return sheet.room - sheet.used() - sheet.can_grow() <= EMPTY


def _take(sheet: _Sheet, waiting: deque[Planned]) -> bool:
    """Move blocks to a page as long as they fit; whether any did."""
    taken = False
    while waiting:
        block, left = waiting[0], sheet.left()
        if block.natural > left + _HAIR and block.least > left + sheet.can_shrink() + _HAIR:
            return _split(sheet, waiting, left) or taken
        sheet.blocks.append(waiting.popleft())
        taken = True
    return taken


def _split(sheet: _Sheet, waiting: deque[Planned], left: float) -> bool:
    """Move a part of the next block to the page; a block that fits no page is moved whole."""
    block = waiting.popleft()
    parts = block.split(left) if block.split else None
    if parts is not None:
        sheet.blocks.append(parts[0])
        waiting.appendleft(parts[1])
        return True
    if not sheet.blocks:
        sheet.blocks.append(block)
        return True
    waiting.appendleft(block)
    return False


def _carry(sheet: _Sheet, waiting: deque[Planned]) -> None:
    """What has to stay with the block below goes over with it."""
    while len(sheet.blocks) > 1 and sheet.blocks[-1].keep:
        waiting.appendleft(sheet.blocks.pop())


def _draw(flow: Flow, sheet: _Sheet, top: float, *, is_last: bool) -> None:
    heights, gaps = _settled(sheet, top, is_last=is_last)
    y = top
    page = flow.canvas.theme.page
    for block, height, gap in zip(sheet.blocks, heights, gaps, strict=True):
        block.draw(flow, Box(page.left, y, page.measure, height))
        y += height
        flow.y = y
        y += gap


def _settled(sheet: _Sheet, top: float, *, is_last: bool) -> tuple[list[float], list[float]]:
    """Each block's height and the gap below it."""
    blocks = sheet.blocks
    heights = [block.natural for block in blocks]
    gaps = [block.gap for block in blocks]
    over = sheet.used() - sheet.room
    if over > 0:
        able = [block.least for block in blocks]
        able += [gap - min(_GAP_LESS, gap / 3) for gap in gaps[:-1]]
        shrunk = heights + gaps[:-1]
        _share(shrunk, able, -over)
        heights, gaps = shrunk[: len(blocks)], [*shrunk[len(blocks) :], gaps[-1]]
    elif not is_last and -over > EMPTY:
        gaps = _stretched(blocks, heights, gaps, -over)
    if sheet.first:
        _to_anchor(blocks, heights, gaps, top, sheet.room)
    return heights, gaps


def _stretched(
    blocks: Sequence[Planned], heights: list[float], gaps: list[float], left: float
) -> list[float]:
    """Let blocks, then the gaps between them, take what is left; give the gaps.

    Where no block below would fit and too much stays empty even so, all may grow as much again.
    """
    between = max(len(gaps) - 1, 1)
    for _ in range(2):
        limits = [
            height + block.most - block.natural
            for height, block in zip(heights, blocks, strict=True)
        ]
        rest = _share(heights, limits, left - _LEFT)
        more = min(rest / between, _GAP_MORE)
        gaps = [gap + more for gap in gaps]
        left = rest - more * between + _LEFT
        if left <= EMPTY:
            break
    return gaps


def _share(heights: list[float], limits: list[float], change: float) -> float:
    """Spread a change of height over blocks in proportion to what each can take; give the rest."""
    able = [limit - height for height, limit in zip(heights, limits, strict=True)]
    total = sum(able)
    if not total:
        return change
    part = min(change / total, 1.0)
    for k, each in enumerate(able):
        heights[k] += each * part
    return change - total * part


def _to_anchor(
    blocks: Sequence[Planned], heights: list[float], gaps: list[float], top: float, room: float
) -> None:
    """Let what stands above an anchored block reach down, or make way, to its anchor."""
    at = next((k for k, block in enumerate(blocks) if block.anchor is not None), None)
    if at is None or blocks[at].anchor is None:
        return
    below = sum(heights[at:]) + sum(gaps[at:-1])
    wanted = min(blocks[at].anchor or 0.0, top + room - below)
    change = wanted - (top + sum(heights[:at]) + sum(gaps[:at]))
    ends = [block.most if change > 0 else block.least for block in blocks[:at]]
    above = heights[:at]
    _share(above, ends, change)
    heights[:at] = above


def _heading(flow: Flow, title: Text) -> Planned:
    """The name of a section that begins in the midst of a page."""
    theme = flow.canvas.theme
    style = theme.type.running_section
    run = flow.words(title, style)

    def draw(flow: Flow, box: Box) -> None:
        rule = Paint(stroke=theme.colour.ink, width=theme.weight.running)
        with flow.canvas.artifact("rule"):
            flow.canvas.line((box.x, box.y), (box.right, box.y), rule, "rule")
        with flow.canvas.element(Role.SUBHEADING):
            at = (box.x, box.y + _BEFORE_SECTION + style.baseline)
            flow.canvas.text(run.text, at, run.style)

    return replace(fixed(_BEFORE_SECTION + style.leading, draw, _HEADING_GAP), keep=True)
