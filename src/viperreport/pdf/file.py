"""A PDF file: numbered objects, and how they are written down.

ReportLab's own writer leaves out the line end before `endstream`, which PDF/A wants, and cannot
pack objects. Here all that are no streams are packed into one (PDF 1.5), since a structure tree
has thousands of small ones. Fonts come from ReportLab's document, which numbers all objects.
"""

import hashlib
import zlib
from collections.abc import Iterable

from reportlab.pdfbase import pdfdoc

_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_NO_LINE_END, _END = b"endstream\n", b"\nendstream"
_ID_BYTES = 16


class File:
    """Objects of a file being made. References are written as `ref` gives them."""

    def __init__(self) -> None:
        self.document = pdfdoc.PDFDocument(compression=1, invariant=1)
        self._own: dict[int, bytes] = {}
        self._streams: set[int] = set()

    def reserve(self) -> int:
        """A number for an object to come."""
        self.document.objectcounter += 1
        number: int = self.document.objectcounter
        return number

    def put(self, number: int, content: str) -> None:
        """The object of a reserved number."""
        self._own[number] = content.encode("ascii")

    def add(self, content: str) -> int:
        """An object; gives its number."""
        number = self.reserve()
        self.put(number, content)
        return number

    def stream(self, content: bytes, entries: str = "", *, packed: bool = True) -> int:
        """A stream with entries of its dictionary; gives its number."""
        number = self.reserve()
        self._own[number] = _stream(content, entries, packed=packed)
        self._streams.add(number)
        return number

    def number_of(self, name: str) -> int:
        """The number of an object that ReportLab has named."""
        number: int = self.document.idToObjectNumberAndVersion[name][0]
        return number

    def written(self, root: int, info: int) -> bytes:
        """The file. Its /ID is a hash of all that it holds."""
        out = bytearray(_HEAD)
        places: list[tuple[int, int, int]] = [(0, 0, 0xFFFF)]
        packed: list[tuple[int, bytes]] = []
        number = 0
        while number < self.document.objectcounter:  # ReportLab may add some on the way
            number += 1
            content, is_stream = self._content(number)
            if is_stream:
                places.append((1, len(out), 0))
                out += _object(number, content)
            else:
                places.append((2, number, len(packed)))
                packed.append((number, content))
        bundle, table = number + 1, number + 2
        places = [(2, bundle, each[2]) if each[0] == 2 else each for each in places]  # noqa: PLR2004 - kind of entry
        places.append((1, len(out), 0))
        out += _object(bundle, _packed(packed))
        places.append((1, len(out), 0))
        digest = hashlib.sha256(out).hexdigest()[: 2 * _ID_BYTES].upper()
        entries = f"/Type/XRef/Size {table + 1}/W[1 4 2]/Root {ref(root)}/Info {ref(info)}"
        entries += f"/ID[<{digest}><{digest}>]"
        rows = b"".join(_row(place) for place in places)
        start = len(out)
        out += _object(table, _stream(rows, entries))
        return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % start

    def _content(self, number: int) -> tuple[bytes, bool]:
        """An object as it is written, and whether it is a stream."""
        if number in self._own:
            return self._own[number], number in self._streams
        made = self.document.idToObject[self.document.numberToId[number]]
        content: bytes = pdfdoc.format(made, self.document, toplevel=1)
        if isinstance(made, pdfdoc.PDFStream):
            return content.removesuffix(_NO_LINE_END) + _END, True
        return content, False


def ref(number: int) -> str:
    """A reference to an object."""
    return f"{number} 0 R"


def refs(numbers: Iterable[int]) -> str:
    """References to objects, as an array."""
    return f"[{' '.join(map(ref, numbers))}]"


def string(text: str) -> str:
    """A text as PDF writes it: ASCII as it is, anything else in UTF-16."""
    if text.isascii():
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        return f"({escaped})"
    return f"<FEFF{text.encode('utf-16-be', 'replace').hex().upper()}>"


def _row(place: tuple[int, int, int]) -> bytes:
    return bytes((place[0], *place[1].to_bytes(4, "big"), *place[2].to_bytes(2, "big")))


def _object(number: int, content: bytes) -> bytes:
    return b"%d 0 obj\n%b\nendobj\n" % (number, content)


def _packed(objects: list[tuple[int, bytes]]) -> bytes:
    """Many objects as one stream, headed by their numbers and places."""
    heads, place = [], 0
    for number, content in objects:
        heads.append(f"{number} {place}")
        place += len(content) + 1
    head = " ".join(heads).encode("ascii") + b"\n"
    body = b"\n".join(content for _, content in objects)
    return _stream(head + body, f"/Type/ObjStm/N {len(objects)}/First {len(head)}")


def _stream(content: bytes, entries: str = "", *, packed: bool = True) -> bytes:
    if packed:
        content, entries = zlib.compress(content), f"{entries}/Filter/FlateDecode"
    head = f"<<{entries}/Length {len(content)}>>\nstream\n".encode("ascii")
    return head + content + _END
