"""What the file says of itself, twice: as PDF has always had it, and as XMP for archives."""

from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from viperreport.pdf.file import string

_CREATOR = "viperreport"
_PRODUCER = "viperreport, with fonts subset by ReportLab"


@dataclass(frozen=True, slots=True)
class Properties:
    """What the file says of itself; texts hold printable characters only.

    Args:
        made: an instant of the edition, never the clock's.
        marking: a protective marking; it stands among the keywords, where filters look for it.
        part: of PDF/A: 3 with files inside it, 2 where none may be.
    """

    title: str
    author: str
    subject: str
    language: str
    made: datetime
    marking: str = ""
    part: int = 3


def day_of(instant: datetime) -> str:
    """An instant as PDF writes it."""
    return f"{instant.astimezone(UTC):D:%Y%m%d%H%M%S}+00'00'"


def information(said: Properties) -> str:
    """The information dictionary."""
    day = day_of(said.made)
    entries = {
        "Title": said.title,
        "Author": said.author,
        "Subject": said.subject,
        "Keywords": said.marking,
        "Creator": _CREATOR,
        "Producer": _PRODUCER,
        "CreationDate": day,
        "ModDate": day,
    }
    return f"<<{''.join(f'/{name}{string(text)}' for name, text in entries.items() if text)}>>"


def xmp(said: Properties) -> str:
    """The same as XMP, with the standards that the file keeps."""
    title, author, subject = (escape(text) for text in (said.title, said.author, said.subject))
    optional = ""
    if author:
        optional += f"<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>\n"
    if subject:
        optional += f"<dc:description>{_alternative(subject)}</dc:description>\n"
    if said.marking:
        optional += f"<pdf:Keywords>{escape(said.marking)}</pdf:Keywords>\n"
    return _XMP.format(
        title=_alternative(title),
        optional=optional,
        part=said.part,
        language=escape(said.language),
        creator=_CREATOR,
        producer=_PRODUCER,
        made=f"{said.made.astimezone(UTC):%Y-%m-%dT%H:%M:%S}+00:00",
    )


def _alternative(text: str) -> str:
    return f'<rdf:Alt><rdf:li xml:lang="x-default">{text}</rdf:li></rdf:Alt>'


_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaid:part>{part}</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<dc:format>application/pdf</dc:format>
<dc:title>{title}</dc:title>
{optional}<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{creator}</xmp:CreatorTool>
<xmp:CreateDate>{made}</xmp:CreateDate>
<xmp:ModifyDate>{made}</xmp:ModifyDate>
<xmp:MetadataDate>{made}</xmp:MetadataDate>
<pdf:Producer>{producer}</pdf:Producer>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 that the file keeps</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
