"""What an edition shows at a glance, as plain text that is noted when it is filed.

The index of the archive tells these words of the edition for ever, whatever is configured or
known later; they are those of its pages and of its mail, masked and withheld as there.
"""

from viperreport.html.view import Marker, Sending, Tile, mail_of
from viperreport.model.briefing import Briefing

SHOWN = "shown"  # its name in the manifest
# Of a key figure; `colour` is the name of its verdict's. Besides, `held` says if it is a number.
FIGURE = ("label", "period", "value", "change", "against", "mark", "phrase", "colour")


def shown_of(briefing: Briefing) -> dict[str, object]:
    """Headline, markers and key figures of an edition; text alone, ready for JSON."""
    mail = mail_of(briefing, Sending())
    return {
        "language": str(mail.language),
        "title": str(mail.title),
        "headline": str(mail.headline),
        "markers": [_marker(each) for each in mail.markers],
        "figures": [_figure(each) for each in mail.tiles],
    }


def _marker(marker: Marker) -> dict[str, object]:
    return {"text": str(marker.text), "warns": marker.warns}


def _figure(tile: Tile) -> dict[str, object]:
    words = {name: str(getattr(tile, name)) for name in FIGURE}
    return words | {"held": tile.held}
