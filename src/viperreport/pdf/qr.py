"""QR codes: which modules of the square are dark, from ReportLab's encoder.

The encoder's file is loaded by itself: the package around it imports every kind of bar code and
chart, which costs 60 ms for nothing.
"""

from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files
from importlib.util import module_from_spec, spec_from_file_location
from itertools import groupby
from typing import Any

from viperreport.errors import RenderError
from viperreport.pdf.geometry import Box

# The best of eight masks costs eight encodings and spares readers little: any mask is valid.
_MASK = 3


@cache
def _encoder() -> Any:  # noqa: ANN401 - a module without types
    with as_file(files("reportlab") / "graphics" / "barcode" / "qrencoder.py") as path:
        spec = spec_from_file_location("viperreport_qrencoder", path)
        if spec is None or spec.loader is None:
            raise RenderError(f"no QR encoder at {path}")
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
    return module


@cache
def modules(content: str) -> tuple[tuple[bool, ...], ...]:
    """The rows of the code, from the top; dark modules are True.

    Error correction is level M: 15 % of it may be lost.

    Raises:
        RenderError: the content is too long for a code.
    """
    encoder = _encoder()
    made = encoder.QRCode(None, encoder.QRErrorCorrectLevel.M)
    made.addData(encoder.QR8bitByte(content))
    made.version = made.calculate_version()
    try:
        made.makeImpl(False, _MASK)  # noqa: FBT003 - theirs
    except ValueError as error:
        raise RenderError(f"too long for a QR code: {len(content)} characters") from error
    return tuple(tuple(map(bool, row)) for row in made.modules)


def dark_boxes(rows: Sequence[Sequence[bool]], place: Box) -> list[Box]:
    """The dark modules as boxes in a square, neighbours in a row joined."""
    side = place.w / len(rows)
    boxes = []
    for k, row in enumerate(rows):
        column = 0
        for is_dark, group in groupby(row):
            number = len(list(group))
            if is_dark:
                x, y = place.x + column * side, place.y + k * side
                boxes.append(Box(x, y, number * side, side))
            column += number
    return boxes
