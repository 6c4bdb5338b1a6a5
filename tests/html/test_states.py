"""What must be known of an edition before its numbers is said in both parts and the subject."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.html.mails import drawn, read, with_corrections
from tests.pdf import sample
from viperreport.html.bare import bare_mail
from viperreport.html.corrections import MOST
from viperreport.html.subject import LEAST_OF_HEADLINE, LONGEST, State, subject_of
from viperreport.html.view import Archived, Enclosed, Sending
from viperreport.mailing import of_group, why_of
from viperreport.model.briefing import (
    Briefing,
    Digest,
    Guard,
    Headline,
    KeyFigures,
    Marker,
    MarkerKind,
)
from viperreport.model.figure import VERDICT_PHRASES

HELD = Guard("refused_load", held=True, said=sample.named("A load of incidents was refused since"))
LET_GO = Guard("load_age", held=False, said=sample.named("Last good load today"))
HEADLINE = "Gun incidents are 45% above this point last year: 122 so far in 2016, against 84"
ADDRESS = "https://briefings.example.org/weekly.pdf"


def marked(*markers: Marker) -> Briefing:
    """Page one of the design with these markers."""
    return replace(sample.briefing(), markers=markers)


def both(briefing: Briefing, sending: Sending | None = None) -> tuple[str, str]:
    """The words of the HTML, and of the plain text with single spaces."""
    mail = drawn(briefing, sending or Sending())
    return read(mail.html).all("body")[0].text, " ".join(mail.text.split())


def test_markers_stand_before_the_headline() -> None:
    """Synthetic, on hold with its reason, and the protective marking, before any number."""
    made = marked(sample.OFFICIAL, sample.ON_HOLD, sample.SYNTHETIC)
    made = replace(made, guards=(HELD, LET_GO))
    for part in both(made):
        before, _, after = part.partition("Gun crime is")
        assert after
        for said in ("OFFICIAL", "On hold: not for release", "Synthetic demonstration data"):
            assert said in before
        assert "On hold: A load of incidents was refused since" in before
        assert "Last good load" not in part


def test_without_states_nothing_is_said_of_them() -> None:
    """Absent only when the source says that it is real."""
    made = replace(marked(), foot=sample.FOOT[:2])
    for part in both(made):
        assert "ynthetic" not in part
        assert "hold" not in part
    assert drawn(made).subject.startswith("Gun crime is 45% above")


def test_every_verdict_is_said_in_words() -> None:
    """All states of a tile; a warning stands in place of a verdict, and has no mark."""
    made = sample.briefing(KeyFigures(sample.states(), sample.NOTE))
    for part in both(made):
        for phrase in VERDICT_PHRASES.values():
            assert phrase in part
        assert "Data 9 days old" in part
        assert "▲ Data" not in part
        assert "not held" in part
    assert "not compared: " in both(made)[1]


def test_the_last_line_says_why_one_gets_it() -> None:
    """As the sender words it; where nobody sends, nothing is said."""
    why = "You get this because you are on the weekly list."
    for part in both(sample.briefing(), Sending(why=why)):
        assert part.endswith(why)
    for part in both(sample.briefing()):
        assert part.endswith("Not police statistics.")


def test_the_last_line_names_group_and_way_out() -> None:
    """Whom one is one of, and to whom one writes to get it no more."""
    why = why_of(of_group("command"), "Weekly briefing", "London", "ops@example.org")
    assert why == (
        "Weekly briefing, London: you are in the group command of its recipients. To correct a "
        "figure, or to get no more of it, write to ops@example.org."
    )


def test_the_foot_names_the_archive() -> None:
    """Number and hash of the chain, and the PDF's own, in full; where nobody sends, none."""
    archived = Archived(1234, "3f" * 32, "a7" * 32)
    for part in both(sample.briefing(), Sending(archived=archived, why="Why.")):
        assert part.endswith(
            f"Archived as number 1,234 of the chain, hash {archived.chain} "
            f"SHA-256 of the PDF {archived.sha256} Why."
        )
    for part in both(sample.briefing()):
        assert "rchived" not in part


@pytest.mark.parametrize("address", ["", ADDRESS, "/srv/briefings/weekly.pdf"])
def test_a_pdf_that_is_too_big(address: str) -> None:
    """Both parts say that it is missing, why, and where it is; the figures are all there."""
    pdf = Enclosed("weekly.pdf", 6, 12_345_678, attached=False, address=address, too_big=True)
    for part in both(sample.briefing(), Sending(pdf=pdf)):
        assert "the briefing (PDF, 6 pages)" in part
        assert "not attached: 12.3 MB, more than the server takes" in part
        assert "also" not in part.partition("the briefing (PDF")[2]
        assert "318" in part
    assert address in drawn(sample.briefing(), Sending(pdf=pdf)).html


@pytest.mark.parametrize("state", State)
def test_what_became_of_a_mail_is_a_marker_too(state: State) -> None:
    """Before the headline, as in the subject, and for a reader who prints the mail."""
    sending = Sending(states=(state,))
    for part in both(marked(sample.OFFICIAL), sending):
        assert (
            state in part.partition("briefing, to 25" if state == "Withdrawn" else "Gun crime")[0]
        )
    assert drawn(marked(sample.OFFICIAL), sending).subject.startswith(f"OFFICIAL: {state}: ")


def test_a_correction_is_said_once() -> None:
    """By the band of its pages, which says of what and why."""
    band = Marker(MarkerKind.CORRECTED, sample.named("Corrected edition 2, replaces 1: counted"))
    for part in both(marked(band), Sending(states=(State.CORRECTED,))):
        assert part.count("Corrected") == 1
        assert "Corrected edition 2, replaces 1: counted" in part.partition("Gun crime is")[0]


def test_a_corrected_edition_tells_what_is_other() -> None:
    """Every row of the table on its last page with both values, at most twelve; then where."""
    for part in both(with_corrections(sample.briefing(), MOST)):
        assert "Figures other than before" in part
        assert all(str(500 + row) in part for row in range(MOST))
        assert part.count("120") == MOST
        assert "incidents.ytd" not in part
        assert "These are the first" not in part
    for part in both(with_corrections(sample.briefing(), MOST + 1)):
        assert str(500 + MOST) not in part
        assert "These are the first 12; the last page of the PDF has more." in part
    for part in both(sample.briefing()):
        assert "other than before" not in part


def test_a_withdrawn_edition_repeats_no_figure() -> None:
    """Subject and headline name it; what it said is not said again, nor why it was on hold."""
    sending = Sending((State.WITHDRAWN,), "Withdrawn: counted twice. Please delete it.", why="Why.")
    made = replace(with_corrections(sample.briefing()), guards=(HELD,))
    named = "Weekly gun-crime briefing, to 25 May 2016"
    for part in both(made, sending):
        before, _, after = part.partition(f"Withdrawn: {named}")
        assert "Withdrawn: counted twice. Please delete it." in before
        for said in ("Gun crime is", "45%", "likely real", "122", "318", "refused", "PDF"):
            assert said not in part, said
        assert "other than before" not in part
        assert after.endswith("Why.")
    mail = drawn(made, sending)
    assert "K1" not in mail.text
    assert "45%" not in mail.html
    assert mail.subject == f"Withdrawn: Synthetic: {named}"


@pytest.mark.parametrize("attached", [True, False])
@pytest.mark.parametrize(
    "address", ["", ADDRESS, "/srv/briefings/weekly.pdf", "javascript:alert()"]
)
def test_the_way_to_the_pdf(address: str, *, attached: bool) -> None:
    """Opened where it has an address of the web, else named; never without words."""
    pdf = Enclosed("weekly.pdf", 6, 412_345, attached, address)
    mail = drawn(sample.briefing(), Sending(pdf=pdf))
    links = [each.attributes["href"] for each in read(mail.html).all("a")]
    assert links == ([ADDRESS] if address == ADDRESS else [])
    for part in (read(mail.html).text, mail.text):
        words = " ".join(part.split())
        assert "the briefing (PDF, 6 pages)" in words
        assert "0.4 MB" in words
        assert ("attached" in words) is attached
    assert address in mail.text
    assert address in mail.html


def test_a_notice_stands_over_everything() -> None:
    """Why an edition was withdrawn comes before what it said."""
    for part in both(sample.briefing(), Sending(notice="Withdrawn: counted twice.")):
        assert "Withdrawn: counted twice." in part.partition("Gun crime is")[0]


def test_as_little_as_a_home_may_show() -> None:
    """No headline, no tiles, no changes: the title takes their place, and no heading is empty."""
    whole = read(drawn(sample.briefing(Digest(sample.named("Nothing"), ()))).html)
    assert [each.text for each in whole.all("h1", "h2", "h3")] == ["Weekly gun-crime briefing"]


# ------------------------------------------------------------------------------- subjects

a_text = st.text(max_size=120) | st.sampled_from(
    ["W" * 200, "", " ", "a\r\nBcc: x@example.org", HEADLINE]
)


@given(a_text, a_text, st.sets(st.sampled_from(sorted({*State} - {State.WITHDRAWN}))))
def test_a_subject_is_one_short_line(headline: str, marking: str, states: set[State]) -> None:
    """At most 70 characters, no line end; marking and states whole; the headline's own words."""
    own = Marker(sample.OFFICIAL.kind, sample.named(marking))
    made = subject_of(marked(own, sample.SYNTHETIC), headline, states)
    assert made.isprintable()
    before = subject_of(marked(own, sample.SYNTHETIC), "", states)
    assert made.startswith(before)
    assert len(made) <= max(LONGEST, len(before) + LEAST_OF_HEADLINE)
    rest, said = made[len(before) :], " ".join(headline.split())
    if not said.isprintable():
        return
    if rest == said:
        return
    assert rest.endswith("…")
    assert said.startswith(rest[:-1])
    assert " " not in said[: LEAST_OF_HEADLINE - 1] or said[len(rest) - 1] in " ,;:("


def test_the_order_of_prefixes() -> None:
    """What an edition may be shown to, what happened to it, what it is made of, what it says."""
    made = marked(sample.SYNTHETIC, sample.ON_HOLD, sample.OFFICIAL)
    said = subject_of(made, "No clear change", {State.LATE, State.CORRECTED})
    assert said == "OFFICIAL: Corrected: Late: On hold: Synthetic: No clear change"
    assert subject_of(marked(), "A", {State.TEST, State.LATE}) == "TEST: Late: A"


def test_the_subject_of_a_withdrawal_keeps_the_day() -> None:
    """The title is cut where there is no room; a briefing's name is said once."""
    made = marked(sample.SYNTHETIC, sample.OFFICIAL)
    for name in ("", "weekly"):
        said = subject_of(made, HEADLINE, {State.WITHDRAWN}, name)
        assert said == "OFFICIAL: Withdrawn: Synthetic: Weekly gun-crime…, to 25 May 2016"
    said = subject_of(marked(), HEADLINE, {State.TEST, State.WITHDRAWN}, "daily")
    assert said == "TEST: Withdrawn: Daily: Weekly gun-crime briefing, to 25 May 2016"


def test_one_of_several_briefings_is_named() -> None:
    """Last, beside the sentence that others may say too; where it leaves room for that."""
    made = marked(sample.SYNTHETIC, sample.OFFICIAL)
    said = subject_of(made, "No clear change", {State.LATE}, "daily")
    assert said == "OFFICIAL: Late: Synthetic: Daily: No clear change"
    said = subject_of(made, HEADLINE, {State.LATE}, "daily")
    assert said.startswith("OFFICIAL: Late: Synthetic: Daily: ")
    assert len(said) <= LONGEST
    assert subject_of(made, HEADLINE, (), "d" * 64) == subject_of(made, HEADLINE)
    sending = Sending(name="monthly")
    assert drawn(marked(), sending).subject.startswith("Monthly: Gun crime is")


def test_the_headline_is_cut_at_a_word() -> None:
    """With a sign that it was; no comma is left at the end."""
    made = drawn(sample.briefing(Headline(sample.HEADLINE.title, ())))
    assert made.subject == "Synthetic: Gun crime is 45% above this point last year: 122 incidents…"
    assert len(made.subject) <= LONGEST
    headline = f"{'x' * 30}, {'y' * 30}, {'z' * 30}"
    assert subject_of(marked(), headline) == f"{'x' * 30}, {'y' * 30}…"


def test_a_mail_of_plain_words_lets_nothing_through() -> None:
    """Markup, marks and turned text of a home's own words stay words, in HTML and subject."""
    made = bare_mail("<b>\u202etitle", "en-GB", ("a <script>", "\u202eb"))
    assert made.subject == "<b>[U+202E]title"
    assert "<b>" not in made.html
    assert "<script>" not in made.html
    assert 'lang="en-GB"' in made.html
    assert made.text == "a <script>\n\n[U+202E]b\n"
