"""How many pages a PDF has that this program wrote, now or years ago."""

import re
import zlib

_STREAM = re.compile(rb"/Type\s*/ObjStm\b.*?stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_PAGES = re.compile(rb"/Type\s*/Pages\s*/Count\s+(\d+)")


def page_count(pdf: bytes) -> int:
    """The number of pages; 0 where it cannot be found.

    Args:
        pdf: as `pdf/file.py` writes it: all objects that are no streams are packed into one.
    """
    for packed in _STREAM.finditer(pdf):
        found = _PAGES.search(zlib.decompress(packed[1]))
        if found:
            return int(found[1])
    return 0
