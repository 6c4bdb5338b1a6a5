"""The colour profile of sRGB (IEC 61966-2-1), made from its published numbers.

Libraries write the clock into the profiles that they make; this one is the same every time.
"""

import struct
from functools import cache

_VERSION = 0x04200000
_DAY = (2000, 1, 1, 0, 0, 0)
_D50 = (0.9642, 1.0, 0.8249)
# The primaries, seen under D50, and the matrix that brings them there from D65 (Bradford).
_RED, _GREEN, _BLUE = (
    (0.43607, 0.22249, 0.01392),
    (0.38515, 0.71687, 0.09708),
    (0.14307, 0.06061, 0.71410),
)
_ADAPTED = (1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168)
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
_HEAD = 128


@cache
def srgb() -> bytes:
    """The profile, version 4.2."""
    curve = b"para" + bytes(4) + struct.pack(">HH", 3, 0) + _fixed(*_CURVE)
    tags = {
        b"desc": _words("sRGB IEC61966-2.1"),
        b"cprt": _words("No copyright"),
        b"wtpt": _place(*_D50),
        b"chad": b"sf32" + bytes(4) + _fixed(*_ADAPTED),
        b"rXYZ": _place(*_RED),
        b"gXYZ": _place(*_GREEN),
        b"bXYZ": _place(*_BLUE),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, body = struct.pack(">I", len(tags)), b""
    begin = _HEAD + 4 + 12 * len(tags)
    places: dict[bytes, int] = {}
    for name, data in tags.items():
        if data not in places:
            places[data] = begin + len(body)
            body += data + bytes(-len(data) % 4)
        table += name + struct.pack(">II", places[data], len(data))
    head = struct.pack(">I4xI", begin + len(body), _VERSION) + b"mntrRGB XYZ "
    head += struct.pack(">6H", *_DAY) + b"acsp" + bytes(28) + _fixed(*_D50)
    return head.ljust(_HEAD, b"\0") + table + body


def _fixed(*values: float) -> bytes:
    """Numbers with 16 bits behind the point."""
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _place(*values: float) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(*values)


def _words(text: str) -> bytes:
    letters = text.encode("utf-16-be")
    return b"mluc" + struct.pack(">4xII4sII", 1, 12, b"enUS", len(letters), 28) + letters
