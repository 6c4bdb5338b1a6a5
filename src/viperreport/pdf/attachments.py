"""Files inside the file: the numbers behind the pages, for those who want to reckon again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from viperreport.pdf.file import File, ref, refs, string
from viperreport.pdf.metadata import day_of


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to go along.

    Args:
        name: such as figures.csv.
        kind: its media type, such as text/csv.
        said: what it holds, in a few words.
    """

    name: str
    kind: str
    said: str
    content: bytes


def attached(file: File, attachments: Sequence[Attachment], made: datetime) -> str:
    """Write them as associated files; gives the entries of the catalogue."""
    if not attachments:
        return ""
    found = sorted(attachments, key=lambda each: each.name)
    numbers = {each.name: _write(file, each, made) for each in found}
    names = " ".join(f"{string(name)} {ref(number)}" for name, number in numbers.items())
    return f"/AF{refs(numbers.values())}/Names<</EmbeddedFiles<</Names[{names}]>>>>"


def _write(file: File, attachment: Attachment, made: datetime) -> int:
    kind = attachment.kind.replace("/", "#2F")
    size, day = len(attachment.content), string(day_of(made))
    entries = f"/Type/EmbeddedFile/Subtype/{kind}/Params<</Size {size}/ModDate{day}>>"
    stream = ref(file.stream(attachment.content, entries))
    name, said = string(attachment.name), string(attachment.said)
    return file.add(
        f"<</Type/Filespec/F{name}/UF{name}/Desc{said}/AFRelationship/Data"
        f"/EF<</F {stream}/UF {stream}>>>>"
    )
