"""The same pages without tags, metadata or attachments: what archiving is compared with."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from viperreport.pdf import render as door
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.embedding import embed
from viperreport.pdf.file import File, ref, refs
from viperreport.pdf.metadata import Properties, information
from viperreport.pdf.structure import Element, Role, Sheet


class _Forgetful(list[Any]):
    def append(self, _: object) -> None:
        """Keep nothing."""


class _Bare(Sheet):
    def claim(self, owner: Element | None, page: int) -> None:
        """Nothing belongs to anybody."""


class Untagged(Canvas):
    """Draws as Canvas does, and keeps no structure."""

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - as Canvas has them
        super().__init__(*given, **named)
        self.texts, self.marks = _Forgetful(), _Forgetful()
        self._within = Element(Role.PARAGRAPH, "", 0, None)
        self._sheets = [_Bare()]
        self._sheet = self._sheets[0]

    def new_page(self) -> None:
        """Begin a page after the last one."""
        self._sheets.append(_Bare())
        self.turn_to(len(self._sheets) - 1)

    @contextmanager
    def element(self, *_: object, **__: object) -> Iterator[Element]:
        """No element."""
        assert self._within is not None
        yield self._within

    def finish(self) -> bytes:
        """Write pages and fonts, and no more."""
        return _plain(self._file, self._sheets, self._properties, self.theme.page)


def _plain(file: File, sheets: list[Sheet], said: Properties, page: Any) -> bytes:  # noqa: ANN401
    fonts, root = embed(file), file.reserve()
    shared = f"/MediaBox[0 0 {page.width:.4f} {page.height:.4f}]/Resources<</Font {ref(fonts)}>>"
    pages = []
    for sheet in sheets:
        content = ref(file.stream("\n".join(sheet.operators).encode("ascii")))
        pages.append(file.add(f"<</Type/Page{shared}/Parent {ref(root)}/Contents {content}>>"))
    file.put(root, f"<</Type/Pages/Count {len(pages)}/Kids{refs(pages)}>>")
    return file.written(
        file.add(f"<</Type/Catalog/Pages {ref(root)}>>"), file.add(information(said))
    )


@contextmanager
def without_tags() -> Iterator[None]:
    """Within it, everything is drawn untagged."""
    tagging = vars(door)["Canvas"]
    vars(door)["Canvas"] = Untagged
    try:
        yield
    finally:
        vars(door)["Canvas"] = tagging
