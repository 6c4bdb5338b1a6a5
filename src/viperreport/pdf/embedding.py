"""The fonts in the file: subsets from ReportLab, with the way back from codes to letters mended.

ReportLab's own map gives code 0 a meaning, and puts more than 100 codes into a block.
"""

from collections.abc import Sequence
from typing import Any

from viperreport.errors import RenderError
from viperreport.pdf.file import File

_IN_A_BLOCK = 100
_MAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<00> <FF>
endcodespacerange
{blocks}endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


def embed(file: File) -> int:
    """Write the subset of each font that was drawn with; gives the number of their dictionary.

    Raises:
        RenderError: a font is not in the file.
    """
    document = file.document
    for font in document.delayedFonts:
        subsets = [list(subset) for subset in font.state[document].subsets]
        font.addObjects(document)
        for number, subset in enumerate(subsets):
            name = f"{document.fontMapping[font.fontName][1:]}+{number}"
            made = document.idToObject[name]
            if "FontFile2" not in _referred(file, made.FontDescriptor):
                raise RenderError(f"the font {font.fontName} is not embedded")
            _referred(file, made.ToUnicode).content = _letters(subset)
    return file.number_of("BasicFonts")


def _referred(file: File, reference: Any) -> Any:  # noqa: ANN401 - ReportLab's objects
    return file.document.idToObject[reference.name]


def _letters(subset: Sequence[int]) -> str:
    """The letter of each code but 0, which is the sign for no letter."""
    rows = [f"<{code:02X}> <{letter:04X}>\n" for code, letter in enumerate(subset) if code]
    parts = [rows[k : k + _IN_A_BLOCK] for k in range(0, len(rows), _IN_A_BLOCK)]
    blocks = [f"{len(part)} beginbfchar\n{''.join(part)}endbfchar\n" for part in parts]
    return _MAP.format(blocks="".join(blocks))
