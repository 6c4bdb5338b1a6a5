"""How many pages a PDF has that this program wrote, now or years ago."""

import re
import zlib

# The length is taken from its entry: what is packed may end with any byte, a line end too.
_PACKED = re.compile(rb"<<[^<>]*/Type\s*/ObjStm\b[^<>]*/Length\s+(\d+)[^<>]*>>\s*stream\r?\n")
_PAGES = re.compile(rb"/Type\s*/Pages\s*/Count\s+(\d+)")


def page_count(pdf: bytes) -> int:
    """The number of pages; 0 where it cannot be found, for a mail is no less without it.

    Args:
        pdf: as `pdf/file.py` writes it: all objects that are no streams are packed into one.
    """
    for packed in _PACKED.finditer(pdf):
        try:
            objects = zlib.decompress(pdf[packed.end() : packed.end() + int(packed[1])])
        except zlib.error:
            continue
        if found := _PAGES.search(objects):
            return int(found[1])
    return 0
