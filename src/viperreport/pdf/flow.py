"""Filling pages from top to bottom: where the next block begins, and when a page is full."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from viperreport.model.briefing import Briefing
from viperreport.model.wording import Text, plain
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.furniture import running_head
from viperreport.pdf.leads import Leads
from viperreport.pdf.look.theme import Style
from viperreport.pdf.structure import Role
from viperreport.pdf.text import Fitted, Line, Run, Slot, fit, set_in, wrap

_CODES_LISTED = 100  # of characters that the fonts lack
_KEPT = 0.5  # rounding that does not fill a page


@dataclass(slots=True)
class Flow:
    """A place on the pages, moving down.

    Args:
        y: where the next block may begin.
    """

    canvas: Canvas
    briefing: Briefing
    y: float = 0.0
    leads: Leads = field(init=False)
    _cut: list[str] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Know what there is to lead to."""
        self.leads = Leads(self.briefing)

    @property
    def left(self) -> float:
        """The left margin."""
        return self.canvas.theme.page.left

    @property
    def measure(self) -> float:
        """The width of the text area."""
        return self.canvas.theme.page.measure

    @property
    def room(self) -> float:
        """What is left of the page's body."""
        return self.canvas.theme.page.body_bottom - self.y

    def need(self, height: float) -> None:
        """Begin a new page unless the height is left on this one."""
        if height > self.room + _KEPT and self.y > self.canvas.theme.page.body_top:
            self.new_page()

    def new_page(self, sections: Sequence[Text] = ()) -> None:
        """Begin a page under a running head that names its sections."""
        self.canvas.new_page()
        self.remember(running_head(self.canvas, self.briefing, sections))
        self.y = self.canvas.theme.page.body_top

    def words(self, content: Text, style: Style) -> Run:
        """A text as a run in one style, which knows what its parts lead to."""
        parts = self.leads.pieces(content)
        if not parts:
            return set_in(self.canvas, plain(content), style)
        whole = Run("", style)
        for said, inline in parts:
            whole = whole.with_next(Run(self.canvas.printable(said, style.font), style).all(inline))
        return whole.stripped()

    def fitted(self, content: Text, style: Style, slot: Slot, where: str = "") -> Fitted:
        """Fit a label into a slot; if it has to be cut, remember to print it whole."""
        run = self.words(content, style)
        made = fit(run, slot)
        if made.cut:
            self.remember([run.text], where)
        return made

    def remember(self, texts: Sequence[str], where: str = "") -> None:
        """Note texts that were cut and are to be printed whole, each once."""
        for text in texts:
            if text not in self._seen:
                self._seen.add(text)
                self._cut.append(f"In full{f' ({where})' if where else ''}: {text}")

    def noted(self) -> tuple[int, frozenset[str]]:
        """What has been noted so far, to go back to."""
        return len(self._cut), frozenset(self._seen)

    def forget_since(self, noted: tuple[int, frozenset[str]]) -> None:
        """Forget what was cut in a plan that is not drawn."""
        del self._cut[noted[0] :]
        self._seen.intersection_update(noted[1])

    def lines(self, lines: Sequence[Line], role: Role, leading: float) -> None:
        """Draw a paragraph, over as many pages as it takes."""
        with self.canvas.element(role):
            for line in lines:
                self.need(leading)
                style = line.runs[0].style
                baseline = self.y + leading / 2 + style.font.lift * style.size
                line.draw(self.canvas, (self.left, baseline))
                self.y += leading

    def paragraph(self, content: Text, style: Style, role: Role = Role.PARAGRAPH) -> None:
        """Draw a text across the page's measure."""
        self.lines(wrap([self.words(content, style)], self.measure), role, style.leading)

    def whole_texts(self) -> None:
        """Print whole what was cut since the last time, so that nothing is lost."""
        style = self.canvas.theme.type.note
        with self.canvas.element(Role.SECTION, "In full"):
            for text in self._cut:
                run = set_in(self.canvas, text, style)
                self.lines(wrap([run], self.measure), Role.NOTE, style.leading)
        self._cut.clear()

    def lacking_characters(self) -> None:
        """List what the fonts lack, in the order in which it came; nothing where they lack none."""
        codes = [f"U+{ord(character):04X}" for character in self.canvas.lacking]
        if not codes:
            return
        more = len(codes) - _CODES_LISTED
        listed = ", ".join(codes[:_CODES_LISTED]) + (f" and {more} more" if more > 0 else "")
        style = self.canvas.theme.type.note
        run = set_in(self.canvas, f"Not in the fonts, printed by their codes: {listed}.", style)
        with self.canvas.element(Role.SECTION, "Not in the fonts"):
            self.lines(wrap([run], self.measure), Role.NOTE, style.leading)
