"""JSON, page and `explain` say the same, and every number on a page can be traced."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.known_answers import Edition, demo_home, edition, real_home, snapshot_of
from viperreport.analysis.compare import dispersion, rate_ratio, verdict
from viperreport.analysis.control import chart
from viperreport.as_json import as_dict, as_json
from viperreport.errors import UsageError
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
from viperreport.model.wording import whole
from viperreport.pipeline import records, timing
from viperreport.verbs.drafts import find_figures

Json = dict[str, Any]
LONDON = ZoneInfo("Europe/London")
KNOWN = datetime(2016, 5, 30, 6, tzinfo=LONDON).astimezone(UTC)
EDITIONS = ("demo", "newyork", "newyork in february", "london")
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
NUMBER = re.compile(r"[+\u2212-]?\d[\d,]*(?:\.\d+)?%?")
ENDS = ("median", "low80", "high80", "low95", "high95")


@pytest.fixture(scope="session")
def editions(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Edition]:
    """The demo's edition, two of New York, one of London."""
    directory = tmp_path_factory.mktemp("agreement")
    demo = {"demo": edition(demo_home(directory), date(2016, 5, 25), KNOWN)}
    real: Path = request.getfixturevalue("real_data")
    new_york, london = (real_home(name, real, directory) for name in ("newyork", "london"))
    return demo | {
        "newyork": edition(new_york, date(2016, 6, 20)),
        "newyork in february": edition(new_york, date(2016, 2, 29)),
        "london": edition(london, date(2016, 5, 31)),
    }


@pytest.fixture(params=EDITIONS)
def made(request: pytest.FixtureRequest, editions: dict[str, Edition]) -> Edition:
    """Each of the editions in turn."""
    return editions[request.param]


def in_json(made: Edition) -> Json:
    """Its JSON, as somebody else's program reads it."""
    content: Json = json.loads(as_json(made.briefing))
    return content


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
        if not path.endswith("/said"):
            assert tight(said["text"]) in page, path


def test_marked_figures_are_printed_with_their_values(made: Edition) -> None:
    """Each K stands in its tile beside its value and verdict; each F1 number stands at figure 1."""
    page = made.page
    tiles = re.split(r"\b(K\d)\b", page)
    by_ref: dict[str, str] = {}
    for ref, body in zip(tiles[1::2], tiles[2::2], strict=True):
        by_ref.setdefault(ref, body)
    marked = [figure for figure in made.briefing.figures if figure.ref]
    assert {figure.ref for figure in marked} >= {"K1", "K2", "K4"}
    for figure in marked:
        value = whole(figure.value) if figure.value is not None else "not held"
        if figure.ref == "F1":
            assert re.search(rf"(?<![\d,]){value}(?![\d,])", page), figure.key
            continue
        assert re.search(rf"(?<![\d,]){value}(?![\d,])", by_ref[figure.ref]), figure.key
        for comparison in made.briefing.comparisons:
            if comparison.now.ref == figure.ref:
                assert VERDICT_PHRASES[comparison.verdict] in by_ref[figure.ref]


def test_every_tile_can_be_explained(made: Edition) -> None:
    """`explain K3` answers for each mark that the page shows, with the tile's own figure alone."""
    assert set(re.findall(r"\bK\d\b", made.page)) == {"K1", "K2", "K3", "K4"}
    blocks = [b for s in in_json(made)["briefing"]["sections"] for b in s["blocks"]]
    (tiles,) = [block["tiles"] for block in blocks if block["block"] == "KeyFigures"]
    for tile in tiles:
        found = find_figures(made.briefing, tile["ref"])
        assert [figure.key for figure in found] == [tile["figure"]]


def test_figure_1_can_be_explained(made: Edition) -> None:
    """`explain F1` answers wherever the page shows a figure 1, with or without a projection."""
    assert "Figure 1" in made.page
    assert find_figures(made.briefing, "F1")


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


# ---------------------------------------------------------------- no orphan number on a page


def dates_of(made: Edition, content: Json) -> set[date]:
    """Every day that a page may name: ends of periods, cut-offs, K, and slots."""
    days = {
        date(made.briefing.edition.cut_off.year, month, day) for month, day in ((1, 1), (12, 31))
    }
    for figure in content["figures"]:
        days |= {date.fromisoformat(figure["period"][end]) for end in ("from", "to")}
    days.add(made.briefing.known_at.astimezone(made.home.zone).date())
    briefing = made.home.settings.briefing("")
    when = timing(made.home, briefing, made.briefing.edition.cut_off)
    days |= {when.cut_off, when.window, when.previous_cut_off, when.next_slot.local.date()}
    days.add(when.previous_instant.astimezone(UTC).date())
    return days


def without_dates(page: str, days: set[date]) -> str:
    """The page without its dates, each of which must be one that it may name."""
    month = "|".join(f"{m}[a-z]*" for m in MONTHS)
    weekday = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]* "
    span = rf"(?P<first>\d\d?)(?: (?P<m1>{month}))?(?: (?P<y1>\d{{4}}))?"
    last = rf"(?P<last>\d\d?) (?P<m2>{month})(?: (?P<y2>\d{{4}}))?"
    pattern = re.compile(rf"(?:(?:{weekday})?\b{span} to )?(?:{weekday})?\b{last}\b")

    months = {(each.month, each.year) for each in days}

    def is_known(day: int, month_no: int, year: str | None) -> bool:
        places = {(each.day, each.month) for each in days if not year or each.year == int(year)}
        return (day, month_no) in places

    def check(found: re.Match[str]) -> str:
        month_no = MONTHS.index(found["m2"][:3]) + 1
        ends = [(int(found["last"]), month_no, found["y2"])]
        if found["first"]:
            first = MONTHS.index(found["m1"][:3]) + 1 if found["m1"] else month_no
            ends.append((int(found["first"]), first, found["y1"]))
        whole_month = not found["first"] and found["y2"]
        if whole_month and (month_no, int(found["y2"])) in months and not is_known(*ends[0]):
            return (
                f" {found['last']} "  # "in a month: 93", then "May 2016": a number before a month
            )
        for day, month_of_it, year in ends:
            assert is_known(day, month_of_it, year), f"no date of this edition: {found[0]}"
        return " "

    left = pattern.sub(check, page)
    month_year = re.compile(rf"\b(?P<m>{month}) (?P<y>\d{{4}})\b")

    def check_month(found: re.Match[str]) -> str:
        pair = (MONTHS.index(found["m"][:3]) + 1, int(found["y"]))
        assert pair in months, found[0]
        return " "

    return month_year.sub(check_month, left)


def without_axis(page: str) -> str:
    """The page without figure 1's axis, which must count up from 0 in equal steps."""
    axis = re.search(r"((?:\d[\d,]* ){3,})Jan Feb Mar Apr May Jun", page)
    assert axis is not None
    ticks = [int(tick.replace(",", "")) for tick in axis[1].split()]
    assert ticks[0] == 0
    assert len({b - a for a, b in pairwise(ticks)}) == 1
    return page.replace(axis[1], " ")


def percent(ratio: float) -> str:
    """An interval's end, written by other means than the program's."""
    change = round((ratio - 1) * 100)
    if change:
        return f"{change:+,}%".replace("-", "\u2212")
    return "0%" if ratio == 1 else f"{(ratio - 1) * 100:+.1f}%".replace("-", "\u2212")


def signed(value: int) -> str:
    """A difference, written by other means than the program's."""
    return f"{value:+,}".replace("-", "\u2212") if value else "0"


def numbers_of(content: Json) -> set[str]:
    """What figures and comparisons may print."""
    allowed = set()
    for figure in content["figures"]:
        if figure["value"] is not None:
            decimal = figure["key"].endswith(".expected")
            allowed.add(f"{figure['value']:.1f}" if decimal else f"{round(figure['value']):,}")
    periods = {figure["key"]: figure["period"] for figure in content["figures"]}
    for comparison in content["comparisons"]:
        allowed |= {str(periods[comparison[side]]["days"]) for side in ("now", "then")}
        allowed.add(f"{comparison['phi']:.2f}")
        if comparison["difference"] is not None:
            allowed |= {signed(comparison["difference"]), f"{abs(comparison['difference']):,}"}
        if comparison["percent"] is not None:
            allowed |= {f"{signed(comparison['percent'])}%", f"{abs(comparison['percent']):,}%"}
        allowed |= {
            percent(comparison[end]) for end in ("low", "high") if comparison[end] is not None
        }
    return allowed


def settings_of(made: Edition) -> set[str]:
    """What the configuration or a rule may print: thresholds, levels, windows, ticks."""
    figures = made.home.settings.figures
    rules = {figures.percent_base, figures.few, figures.projection_from_day, 2}  # years it needs
    windows = {7, 28, 26}  # days, and points of a sparkline
    briefing = made.home.settings.briefing("")
    issue = timing(made.home, briefing, made.briefing.edition.cut_off).issue
    page = {1}  # "Figure 1", "1 of 1"
    scale = {"80%", "95%", "\u221250%", "0", "+100%"}
    return {str(n) for n in (*rules, *windows, issue, *page)} | scale


def streak_of(made: Edition) -> int:
    """Issues in a row with this verdict, counted here by the rule alone."""
    cube = snapshot_of(made.home, made.briefing.edition.cut_off).incidents
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
        assert "in a row" not in made.page
        return
    assert streak[0].value == streak_of(made)
    assert f"at {streak_of(made)} cut-offs in a row" in made.page


def test_what_was_expected_is_that_of_the_control_chart(made: Edition) -> None:
    """The newest week's expected count and upper limit, taken anew from the counts."""
    cut_off = made.briefing.edition.cut_off
    cube = snapshot_of(made.home, cut_off).incidents
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


def test_no_number_on_the_page_is_an_orphan(made: Edition) -> None:
    """Each is a figure's, a comparison's, a date's, a setting's, or a label of an axis."""
    content = in_json(made)
    days = dates_of(made, content)
    page = made.page.replace(made.briefing.fingerprint[:12], " ")
    page = re.sub(r"\b[KFT]\d\b", " ", page)
    page = re.sub(r"\b([01]\d|2[0-3]):[0-5]\d,", " ", page)  # the clock of K
    page = without_dates(without_axis(page), days)
    years = {str(each.year) for each in days} | {"2012"}  # 2012: named as not held
    allowed = numbers_of(content) | settings_of(made) | years
    printed = [each.rstrip(",") for each in NUMBER.findall(page)]
    assert printed
    assert [number for number in printed if number not in allowed] == []


def test_an_orphan_would_be_noticed(made: Edition) -> None:
    """The test above is no rubber stamp: numbers near the true ones are not let through."""
    content = in_json(made)
    allowed = numbers_of(content) | settings_of(made)
    total = made.figure(f"{made.briefing.figures[0].key}").count
    assert f"{total:,}" in allowed
    assert not {f"{total + 1:,}", f"{total * 10:,}", f"{total}%"} & allowed


def test_spelled_numbers_are_counts_of_years_or_areas(made: Edition) -> None:
    """The last three years, the six priority boroughs: no other number word is on a page."""
    words = re.findall(
        r"\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b",
        made.page.casefold(),
    )
    priority = "six" if made.home.settings.operation else ""
    assert set(words) <= {"three", priority}


# ---------------------------------------------------------------- the seed's trap


def test_the_seeds_trap_is_nowhere(editions: dict[str, Edition]) -> None:
    """No comparison pairs 122 with 226 or 377, and no percent of a comparison is −46."""
    for made in editions.values():
        for comparison in in_json(made)["comparisons"]:
            keys = [comparison["now"], comparison["then"], comparison["settled"]]
            values = {made.value(key) for key in keys if key}
            assert not (122 in values and values & {226, 377})
            assert comparison["percent"] != -46
            kinds = {made.figure(key).period.kind for key in keys if key}
            assert len(kinds) == 1
        assert not re.search(r"\(\u221246%\)|46% (above|below)", made.page)


def test_the_demo_holds_the_totals_of_2016(editions: dict[str, Edition]) -> None:
    """122 against 84; 226 is a whole year; 377 is published, and bears "annual total"."""
    made = editions["demo"]
    assert made.value("incidents.ytd.2016") == 122
    assert made.value("incidents.year.2015") == 226
    (published,) = [f for f in made.briefing.figures if f.standing is Standing.PUBLISHED]
    assert (published.value, published.period.start.year) == (377, 2011)
    assert re.findall(r"377 (.{12})", made.page) == ["annual total"]
    alt = [
        said["text"] for path, said in texts(in_json(made)["briefing"]) if path.endswith("/said")
    ]
    assert any("377, annual total" in said for said in alt)
    compared = {key for c in made.briefing.comparisons for key in (c.now.key, c.then.key)}
    assert published.key not in compared
    assert not {key for key in made.figures if ".2011" in key or ".2012" in key}


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
        k.split(".")[-1]: f.count for k, f in editions["demo"].figures.items() if ".revision." in k
    }
    assert parts == {"last": 110, "late": 3, "new": 9, "this": 122, "last_now": 113}
    said = editions["demo"].page
    assert re.search(r"110 .*3 .*9 .*122\.", said[said.index("What changed") :])
