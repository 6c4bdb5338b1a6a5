"""JSON, page and `explain` say the same, and every number on a page can be traced."""

import csv
import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.known_answers import Edition
from tests.reading import Json, exhibits_of, in_json, keys_in
from tests.tracing import (
    blocks_of,
    exhibit_name,
    is_printed,
    none_of,
    ref_of,
    texts_in,
    tokens,
    whole,
)
from viperreport.analysis.compare import dispersion, rate_ratio, verdict
from viperreport.analysis.control import chart
from viperreport.as_json import as_dict
from viperreport.errors import UsageError
from viperreport.gathering import timing
from viperreport.model.briefing import Cumulative
from viperreport.model.exhibits import (
    Bar,
    ColumnKind,
    Evidence,
    Heat,
    Muted,
    Row,
    SmallMultiples,
    Table,
)
from viperreport.model.figure import VERDICT_PHRASES, Standing, Verdict
from viperreport.model.period import (
    ONE_DAY,
    WEEK,
    last_7_days,
    months_ending,
    same_period,
    weeks_ending,
    year_to_date,
)
from viperreport.model.wording import Interval, Number, Share, plain
from viperreport.pipeline import records
from viperreport.verbs.drafts import find_figures

MINUS_46 = "\u221246%"


def texts(content: object, path: str = "") -> Iterator[tuple[str, Json]]:
    """Every text of a JSON with the path that leads to it."""
    if isinstance(content, dict):
        if set(content) == {"text", "from"}:
            yield path, content
            return
        for name, value in content.items():
            yield from texts(value, f"{path}/{name}")
    elif isinstance(content, list):
        for value in content:
            yield from texts(value, path)


def tight(said: str) -> str:
    """Without spaces or capitals: lines break where the page needs it."""
    return "".join(said.split()).casefold()


def test_the_json_holds_every_figure_and_comparison(made: Edition) -> None:
    """Each once, by key, with the value and the period that the briefing has."""
    content = in_json(made)
    assert content == json.loads(json.dumps(as_dict(made.briefing)))
    found = {figure["key"]: figure for figure in content["figures"]}
    assert len(found) == len(content["figures"]) == len(made.briefing.figures)
    for figure in made.briefing.figures:
        said = found[figure.key]
        assert (said["value"], said["why_none"]) == (figure.value, figure.why_none)
        assert said["period"]["to"] == figure.period.last_day.isoformat()
    for comparison in content["comparisons"]:
        sides = [comparison["now"], comparison["then"], *(comparison["evidence"] or ())]
        assert {*sides, comparison["settled"]} - {None} <= set(found)


def test_every_number_of_a_sentence_comes_from_a_known_figure(made: Edition) -> None:
    """The keys behind a text are figures or comparisons of the same JSON."""
    content = in_json(made)
    keys = {each["key"] for part in ("figures", "comparisons") for each in content[part]}
    for path, said in texts(content["briefing"]):
        assert set(said["from"]) <= keys, path


def test_the_page_prints_every_text_of_the_json(made: Edition) -> None:
    """Masthead, headline, tiles, titles, notes and digest: word for word, alt text aside."""
    page = tight(made.page)
    for path, said in texts(in_json(made)["briefing"]):
        if is_printed(path):
            assert tight(said["text"]) in page, path


def test_marked_figures_are_printed_with_their_values(made: Edition) -> None:
    """Each K stands in its tile beside its value and verdict; each T and F in its exhibit.

    A part of a year is drawn as a hatched bar, a weekly plan as a line; these bear no number.
    """
    tiles = re.split(r"\b(K\d)\b", made.page)
    by_ref: dict[str, str] = {}
    for ref, body in zip(tiles[1::2], tiles[2::2], strict=True):
        by_ref.setdefault(ref, body)
    marked = [figure for figure in made.briefing.figures if figure.ref]
    assert {figure.ref for figure in marked} >= {"K1", "K2", "K4", "F1"}
    for figure in marked:
        value = whole(figure.value) if figure.value is not None else none_of(figure)
        if figure.ref[0] != "K":
            exhibit = shown_at(made, figure.ref)
            if figure.key not in drawn_only(made):
                assert re.search(rf"(?<![\d,]){value}(?![\d,])", exhibit), figure.key
            continue
        assert re.search(rf"(?<![\d,]){value}(?![\d,])", by_ref[figure.ref]), figure.key
        for comparison in made.briefing.comparisons:
            if comparison.now.ref == figure.ref:
                assert VERDICT_PHRASES[comparison.verdict] in by_ref[figure.ref]


def shown_at(made: Edition, ref: str) -> str:
    """The words of an exhibit on the page, under its title."""
    (title,) = [
        plain(getattr(block, "title", ())) for block in blocks_of(made) if ref_of(block) == ref
    ]
    assert tight(title) in tight(made.page)
    below = made.sheet.exhibit(exhibit_name(ref))
    return " ".join([title, *(words.text for words in below)])


def drawn_only(made: Edition) -> set[str]:
    """The figures that bear no number: of years that are held in part, and of weekly plans."""
    found = set()
    for block in blocks_of(made):
        if isinstance(block, Table):
            cells = [cell for row in block.rows for cell in row.cells if isinstance(cell, Bar)]
            found |= {cell.value.key for cell in cells if cell.partial and cell.value}
        if isinstance(block, SmallMultiples):
            plans = {panel.plan.key for panel in block.panels if panel.plan}
            assert plans <= {part.figure.key for part in block.said if isinstance(part, Number)}
            found |= plans
    return found


def test_each_row_of_a_table_is_one_line_of_the_page(made: Edition) -> None:
    """Its numbers, intervals, verdicts and words for none, in the order of its columns."""
    checked = 0
    for block in blocks_of(made):
        if not (isinstance(block, Table) and block.ref):
            continue
        lines = made.sheet.rows(exhibit_name(block.ref))
        for row in block.rows:
            cells = cells_on_one_line(block, row)
            assert any(in_order(cells, line) for line in lines), (block.ref, cells)
            checked += len(cells)
    assert checked > 100


def cells_on_one_line(table: Table, row: Row) -> list[str]:
    """What a row prints in its narrow cells, which never break."""
    narrow = {ColumnKind.NUMBER, ColumnKind.THIS_YEAR, ColumnKind.INTERVAL, ColumnKind.HEAT}
    said = []
    for column, cell in zip(table.columns, row.cells, strict=True):
        if isinstance(cell, Heat):
            said.append(whole(cell.figure.value) if cell.figure.value else "\N{EN DASH}")
        elif isinstance(cell, Evidence):
            said.append(VERDICT_PHRASES[cell.verdict])
        elif column.kind in narrow and isinstance(cell, Muted | tuple):
            said.append(plain(cell.content if isinstance(cell, Muted) else cell))
    return [each for each in said if each]


def in_order(wanted: list[str], line: list[str]) -> bool:
    """Whether all of it stands in a line, in this order; drawn words may stand between."""
    rest = iter(" ".join(line).split())
    return all(word in rest for each in wanted for word in each.split())


def test_every_tile_can_be_explained(made: Edition) -> None:
    """`explain K3` answers for each mark that the page shows, with the tile's own figure alone."""
    assert set(re.findall(r"\bK\d\b", made.page)) == {"K1", "K2", "K3", "K4"}
    blocks = [b for s in in_json(made)["briefing"]["sections"] for b in s["blocks"]]
    (tiles,) = [block["tiles"] for block in blocks if block["block"] == "KeyFigures"]
    for tile in tiles:
        found = find_figures(made.briefing, tile["ref"])
        assert [figure.key for figure in found] == [tile["figure"]]


def test_every_exhibit_can_be_explained(made: Edition) -> None:
    """`explain T4` finds the figures that stand in Table 4 of the JSON: all, and no others."""
    content = in_json(made)
    captions = {
        ref
        for words in made.sheet.words
        for kind, number in re.findall(r"^(Table|Figure) (\d+)\b", words.text)
        for ref in [f"{kind[0]}{number}"]
    }
    exhibits = dict(exhibits_of(content["briefing"]["sections"]))
    assert captions == set(exhibits)
    assert {"F1", "F2", "T1", "T4"} <= captions
    for ref, exhibit in exhibits.items():
        found = {figure.key for figure in find_figures(made.briefing, ref)}
        marked = {figure["key"] for figure in content["figures"] if figure["ref"] == ref}
        assert found == keys_in(exhibit, content) | marked, ref


def test_explain_gives_the_records_of_every_counted_figure(made: Edition) -> None:
    """The records' amounts add up to the value, and each record has its lines of a file."""
    checked = 0
    for figure in made.briefing.figures:
        (same,) = find_figures(made.briefing, figure.key)
        assert same == figure
        if figure.standing is not Standing.COUNTED or figure.value is None:
            continue
        rows = records(made.home, figure)
        assert sum(row.amount for row in rows) == figure.value, figure.key
        assert len(rows) == figure.rows
        assert len({row.key for row in rows}) == len(rows)
        assert all(row.lines and min(row.lines) >= 1 for row in rows)
        assert all(row.day in figure.period for row in rows)
        checked += 1
    assert checked > 10


def test_what_was_not_counted_claims_no_records(made: Edition) -> None:
    """Derived, projected, published or none: `explain --rows` says which, and blames no store."""
    for figure in made.briefing.figures:
        if figure.standing is not Standing.COUNTED or figure.value is None:
            with pytest.raises(UsageError, match="no records stand behind it"):
                records(made.home, figure)


def test_two_values_never_share_a_hash(editions: dict[str, Edition]) -> None:
    """A hash is of loads, filter, K and value: where values differ, hashes differ."""
    for made in editions.values():
        held = {(figure.hash, figure.value) for figure in made.briefing.figures if figure.hash}
        shared = [key for key, number in Counter(key for key, _ in held).items() if number > 1]
        assert not shared


def file_lines(made: Edition, name: str, real: Path) -> list[list[str]]:
    """The cells of a loaded file, line by line, where no cell holds a line end."""
    places = [*made.home.path.glob(f"inbox/{name}"), *real.glob(f"*/{name}")]
    with places[0].open(encoding="utf-8-sig", newline="") as content:
        return list(csv.reader(content))


def test_new_yorks_lines_bear_the_key_of_their_record(
    editions: dict[str, Edition], real_data: Path
) -> None:
    """Every line that `explain` names has that INCIDENT_KEY, its day, and no line is left out."""
    made = editions["newyork"]
    rows = records(made.home, made.figure("incidents.ytd.2016"))
    lines = file_lines(made, rows[0].file, real_data)
    key, day = (lines[0].index(name) for name in ("INCIDENT_KEY", "OCCUR_DATE"))
    named = [(line, row) for row in rows for line in row.lines]
    assert len(named) == 498  # rows of the file behind 405 incidents
    for line, row in named:
        assert lines[line - 1][key] == row.key
        assert lines[line - 1][day] == f"{row.day:%m/%d/%Y}"


def test_londons_lines_hold_the_amounts(editions: dict[str, Edition], real_data: Path) -> None:
    """The cell in the line's month column is what the record adds."""
    made = editions["london"]
    rows = records(made.home, made.figure("offences.ytd.2016"))
    lines = file_lines(made, rows[0].file, real_data)
    for row in rows:
        labels = dict(row.labels)
        (line,) = row.lines
        cells = lines[line - 1]
        assert labels["area"] in cells
        assert labels["category"] in cells
        assert int(cells[lines[0].index(f"{row.day:%Y%m}")]) == row.amount


def test_the_demos_lines_bear_the_reference_of_their_record(
    editions: dict[str, Edition], real_data: Path
) -> None:
    """In whichever of the weekly files a version came: the line holds its reference and day."""
    made = editions["demo"]
    for key in ("incidents.ytd.2016", "incidents.ytd.2015.known_then", "recoveries.ytd.2016"):
        for row in records(made.home, made.figure(key)):
            cells = _cached_lines(made, row.file, real_data)[row.lines[0] - 1]
            assert row.key in cells
            assert row.day.isoformat() in cells


_lines: dict[str, list[list[str]]] = {}


def _cached_lines(made: Edition, name: str, real: Path) -> list[list[str]]:
    if name not in _lines:
        _lines[name] = file_lines(made, name, real)
    return _lines[name]


# ---------------------------------------------------------------- counted again by the rules


def streak_of(made: Edition) -> int:
    """Issues in a row with this verdict, counted here by the rule alone."""
    cube = made.snapshot.incidents
    assert cube is not None
    briefing, cut_off, streak = made.home.settings.briefing(""), made.briefing.edition.cut_off, 0
    wanted = next(c.verdict for c in made.briefing.comparisons if c.key.endswith("s.ytd"))
    while cut_off.year == made.briefing.edition.cut_off.year:
        now = year_to_date(cut_off)
        then = same_period(now)
        a, b = cube.within(now).series((now, then))
        if a is None or b is None:
            break
        periods = weeks_ending(cut_off - 4 * WEEK, 104)
        if cube.monthly:
            periods = months_ending(cut_off.replace(day=1) - ONE_DAY, 24)
        held = [each for each in periods if cube.holds(each)]
        counts = [count or 0 for count in cube.within(now).series(held)]
        phi = dispersion(counts, [each.days for each in held], 12 if cube.monthly else 52).phi
        interval = rate_ratio(a, now.days, b, then.days, phi)
        if verdict(a, b, interval) is not wanted:
            break
        streak += 1
        cut_off = timing(made.home, briefing, cut_off).previous_cut_off
    return streak


def test_the_streak_is_that_of_the_rule(made: Edition) -> None:
    """Issues in a row, counted by the rule alone, are what figure and page say."""
    streak = [f for key, f in made.figures.items() if key.endswith(".in_a_row")]
    year = next(c for c in made.briefing.comparisons if c.key.endswith("s.ytd"))
    if not year.likely_real:
        assert not streak
        assert "cut-offs in a row" not in made.page
        return
    assert streak[0].value == streak_of(made)
    assert f"at {streak_of(made)} cut-offs in a row" in made.page


def test_what_was_expected_is_that_of_the_control_chart(made: Edition) -> None:
    """The newest week's expected count and upper limit, taken anew from the counts."""
    cut_off = made.briefing.edition.cut_off
    cube = made.snapshot.incidents
    assert cube is not None
    if cube.monthly:
        assert "Expected" not in made.page
        return
    ends = weeks_ending(cut_off, 53 * 4)
    counts = cube.within(last_7_days(cut_off)).series(ends)
    weeks = {w.last_day: n for w, n in zip(ends, counts, strict=True) if n is not None}
    phi = next(c.phi for c in made.briefing.comparisons if c.key == "incidents.7d")
    (point,) = chart(weeks, [cut_off], cut_off, phi)
    assert point.expected is not None
    assert point.limits is not None
    key = "incidents.7d.2016"
    assert made.value(f"{key}.expected") == pytest.approx(point.expected)
    assert made.value(f"{key}.upper_limit") == point.limits.high
    assert f"{point.expected:.1f}" in made.page
    assert f"limit of {point.limits.high}" in made.page


def test_the_comparisons_are_counted_again(made: Edition) -> None:
    """How many were made, how many are called, and how many would be by chance alone."""
    tried = [
        c for c in in_json(made)["comparisons"] if c["verdict"] in {"higher", "lower", "unclear"}
    ]
    called = sum(c["verdict"] != "unclear" for c in tried)
    chance = 0.0
    for comparison in tried:
        pair = comparison["evidence"] or (comparison["now"], comparison["then"])
        now, then = (made.figure(key) for key in pair)
        chance += size_of_test(now.count + then.count, now.period.days, then.period.days)
    assert made.value("edition.comparisons") == len(tried) > 5
    assert made.value("edition.called") == called
    assert made.value("edition.expected_calls") == pytest.approx(chance, rel=1e-6)
    assert (
        f"Comparisons in this edition: {len(tried)}; called likely real: {called}; "
        f"expected by chance if nothing had changed: {chance:.1f}."
    ) in made.page


def size_of_test(total: int, days_now: int, days_then: int) -> float:
    """How often the exact 95 % interval of so many, split by the days alone, leaves out 1."""
    share = days_now / (days_now + days_then)
    odds = [
        math.exp(
            math.lgamma(total + 1) - math.lgamma(x + 1) - math.lgamma(total - x + 1)
            + x * math.log(share) + (total - x) * math.log1p(-share)
        )
        for x in range(total + 1)
    ]  # fmt: skip
    size = 0.0
    for tail in (odds, odds[::-1]):
        below = 0.0
        for probability in tail:
            below += probability
            if below > 0.025:
                break
            size += probability
    return size


def test_no_larger_number_is_spelled_out(made: Edition) -> None:
    """Those up to twelve are traced as digits are; no page spells out a larger one."""
    large = (
        r"\b(\w+teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|thousands?|dozens?)\b"
    )
    assert re.findall(large, made.page.casefold()) == []


# ---------------------------------------------------------------- the seed's trap


def test_the_seeds_trap_is_nowhere(made: Edition) -> None:
    """No comparison pairs 122 with 226 or 377, and \u221246 % is only ever an interval's end."""
    for comparison in in_json(made)["comparisons"]:
        keys = [comparison["now"], comparison["then"], comparison["settled"]]
        values = {made.value(key) for key in keys if key}
        assert not (122 in values and values & {226, 377})
        assert comparison["percent"] != -46
        kinds = {made.figure(key).period.kind for key in keys if key}
        assert len(kinds) == 1
    ends = 0
    briefing = made.briefing
    for path, said in texts_in((briefing.masthead, briefing.sections, briefing.foot)):
        for part in said:
            if "46%" in tokens(str(part)):
                assert isinstance(part, Share), plain(said)  # 6 of 13
            if MINUS_46 in str(part):
                assert isinstance(part, Interval), plain(said)
                ends += is_printed(path)
    assert made.page.count(MINUS_46) == ends
    assert not re.search(r"46% (above|below|higher|lower|more|less|fewer)", made.page)


def test_what_a_chart_says_sets_no_part_against_a_whole(made: Edition) -> None:
    """In alt texts a year that is over bears "whole year", and a part of one its last day."""
    courses = [plain(block.said) for block in blocks_of(made) if isinstance(block, Cumulative)]
    assert courses
    for said in courses:
        for year, words in re.findall(r"(\d{4}), ([^:.]*): [\d,]+", said):
            assert words == "whole year" or re.fullmatch(r"to \d+ [A-Z][a-z]+", words), (year, said)
        assert not re.search(r"\b\d{4}: ", said.partition("Projected")[0])


def test_the_demo_holds_the_totals_of_2016(editions: dict[str, Edition]) -> None:
    """122 against 84; 226 is a whole year; 377 is published, and bears "annual total"."""
    made = editions["demo"]
    assert made.value("incidents.ytd.2016") == 122
    assert made.value("incidents.year.2015") == 226
    (published,) = [f for f in made.briefing.figures if f.value == 377]
    assert (published.standing, published.period.start.year) == (Standing.PUBLISHED, 2011)
    places = re.findall(r"377 (.{9})", made.page.casefold())
    assert sorted(places) == ["(ours: no", "annual to", "\u2014 annual "]
    alt = [
        said["text"] for path, said in texts(in_json(made)["briefing"]) if path.endswith("/said")
    ]
    assert any("377, annual total" in said for said in alt)
    compared = {
        figure.key
        for c in made.briefing.comparisons
        for figure in (c.now, c.then, *(c.evidence or ()), *([c.settled] if c.settled else []))
    }
    assert not {f.key for f in made.briefing.figures if f.standing is Standing.PUBLISHED} & compared
    assert not {key for key in made.figures if ".2011" in key or ".2012" in key}


def test_no_table_sets_a_part_of_a_year_against_a_whole_one(editions: dict[str, Edition]) -> None:
    """The whole of 2015 stands beside 2015 so far, never beside 2016 so far."""
    made = editions["demo"]
    for block in blocks_of(made):
        for row in block.rows if isinstance(block, Table) else ():
            said = {
                number
                for cell in row.cells
                if isinstance(cell, tuple)
                for number in tokens(plain(cell))
            }
            assert not ("122" in said and said & {"226", "377"}), said


def test_last_year_was_known_then_in_the_demo(editions: dict[str, Edition]) -> None:
    """84 as known then stands in tile and title; what it settled at stands in the note."""
    made = editions["demo"]
    year = next(c for c in made.briefing.comparisons if c.key == "incidents.ytd")
    assert (year.then.value, year.difference, year.verdict) == (84, 38, Verdict.HIGHER)
    assert year.settled is not None
    assert year.settled.value == made.value("incidents.ytd.2015") == 86
    assert re.search(r"K1 86\b", made.page)
    assert "from 84 by 25 May 2015" in made.page


def test_last_total_and_its_parts_add_up_on_the_page(editions: dict[str, Edition]) -> None:
    """110 + 3 late + 9 new = 122, in words on page one."""
    parts = {
        k.split(".")[-1]: f.count
        for k, f in editions["demo"].figures.items()
        if ".revision." in k and "fatal" not in k
    }
    assert parts == {"last": 110, "late": 3, "new": 9, "this": 122, "last_now": 113}
    said = editions["demo"].page
    assert re.search(r"110 .*3 .*9 .*122\.", said[said.index("What changed") :])
