"""A mail of a few plain words, for an edition that can no longer be built again."""

from collections.abc import Sequence

from viperreport.html.mail import DrawnMail
from viperreport.html.said import Said


def bare_mail(subject: str, language: str, lines: Sequence[str]) -> DrawnMail:
    """Draw it by no template, since those of the edition may be lost with it.

    Args:
        language: a tag, such as en-GB.
        lines: a paragraph each.
    """
    said = [Said(line) for line in lines]
    paragraphs = "".join(f"<p>{line.__html__()}</p>" for line in said)
    html = (
        f'<!DOCTYPE html><html lang="{Said(language).__html__()}"><head><meta charset="utf-8">'
        f"<title>{Said(subject).__html__()}</title></head><body>{paragraphs}</body></html>"
    )
    return DrawnMail(str(Said(subject)), html, "\n\n".join(said) + "\n")
