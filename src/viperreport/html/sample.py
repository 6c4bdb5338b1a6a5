"""Mails in every state, made up, on which `check` tries the templates of a home."""

from dataclasses import replace

from viperreport.html.corrections import NOTHING, Correction, Corrections
from viperreport.html.said import Said
from viperreport.html.view import Mail, Marker, Pair, Tile, Way

_NONE = Said("")


def _tile(mark: str, phrase: str, colour: str, value: str = "12") -> Tile:
    return Tile(
        ref=Said("K1"),
        label=Said("Gun incidents"),
        period=Said("year to date"),
        value=Said(value),
        held=value.isdigit(),
        change=Said("+2"),
        against=Said("from 10 by 25 May 2015"),
        mark=Said(mark),
        phrase=Said(phrase),
        colour=colour,
        strong=bool(mark),
        evidence=Said("95% interval −50% to +200%"),
    )


def samples() -> tuple[Mail, ...]:
    """One mail that says everything, and one that says as little as any can."""
    tiles = (
        _tile("▲", "Higher, likely real", "harm_up"),
        _tile("▼", "Lower, likely real", "harm_down"),
        _tile("▲", "Higher, likely real", "activity"),
        _tile("○", "No clear change", "unclear"),
        _tile("–", "Too few to tell", "unclear", "<5"),
        _tile("", "No comparison", "unclear", "not held"),
        _tile("", "Data 9 days old", "marker_text"),
    )
    full = Mail(
        language=Said("en-GB"),
        subject=Said("Gun incidents: 12 so far in 2016, 10 at this point last year"),
        kicker=Said("Operation"),
        title=Said("Weekly briefing"),
        subtitle=Said("Gun incidents in <one> & “another” place"),
        facts=tuple(Pair(Said(name), Said("4")) for name in ("Issue", "Period", "Known at")),
        markers=(Marker(Said("OFFICIAL"), warns=False), Marker(Said("On hold"), warns=True)),
        headline=Said("Gun incidents: 12 so far in 2016, 10 at this point last year"),
        standfirst=Said("Chance and clustering could explain the difference."),
        tiles=tiles,
        note=Said("K4 is judged by finds: 8 against 9."),
        changes_title=Said("What changed since 18 May 2016"),
        changes=(Pair(Said("Gun incidents in 7 days: 1"), Said("19 to 25 May 2016.")),) * 3,
        corrections=Corrections(
            Said("Figures and verdicts other than before: 2"),
            (Correction(Said("K1 Gun incidents"), Said("11"), Said("12")),) * 2,
            Said("These are the first 2; the last page of the PDF has more."),
        ),
        held=(Said("A load of incidents was refused since"),),
        released=(Said("Data end on 18 May 2016"),),
        foot=(Marker(Said("Issue 4"), warns=False), Marker(Said("Made up"), warns=True)),
        notice=Said("This edition was withdrawn."),
        pdf=Way(
            Said("weekly.pdf"), Said("the briefing (PDF, 6 pages)"), Said("https://example.org/"),
            _NONE, Said("also attached, 0.4 MB"),
        ),
        archived=(Pair(Said("Archived as number 12 of the chain, hash"), Said("0" * 64)),) * 2,
        why=Said("You get this because you are on the weekly list."),
    )  # fmt: skip
    named = replace(full, pdf=Way(Said("a.pdf"), Said("it"), _NONE, Said("/srv/a.pdf"), _NONE))
    bare = replace(
        full, facts=(), markers=(), standfirst=_NONE, tiles=(), note=_NONE, changes_title=_NONE,
        changes=(), corrections=NOTHING, held=(), released=(), foot=(), notice=_NONE, pdf=None,
        archived=(), why=_NONE, kicker=_NONE,
    )  # fmt: skip
    return full, named, bare
