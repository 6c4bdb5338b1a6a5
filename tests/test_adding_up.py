"""Everything adds up: in the JSON, and again in what stands on the pages.

Each promise is tested twice, from the figures by key and from the words that PDFium finds.
"""

import re
from collections.abc import Iterator
from fractions import Fraction

import pytest

from tests.known_answers import Edition
from tests.pages import number, numbers
from tests.reading import NUMBER, Json, Read, exhibits_of, keys_in
from viperreport.model.period import last_28_days, month_of, year_to_date

_INCIDENTS = {"running", "periods", "weeks", "years", "outcomes", "loads", "provenance"}
_OTHERS = {"items running", "items a week", "types", "circumstances", "items by year"}
_OTHERS |= {"types and circumstances", "tactics", "tactics a week", "hotspots", "revisions"}
HELD = {
    "demo": {*_INCIDENTS, *_OTHERS, "map", "areas"},
    "hackney": {*_INCIDENTS, *_OTHERS},
    "newyork": {*_INCIDENTS, "areas"},
    "newyork in february": {*_INCIDENTS, "areas"},
    "london": {*_INCIDENTS, "map", "areas"},
}


@pytest.fixture
def read(made: Edition) -> Read:
    """Each of the editions in turn."""
    return Read(made)


def with_exhibit(read: Read, *names: str) -> bool:
    """Whether an edition has exhibits; which must have them is promised by the first test."""
    return all(name in read.exhibits for name in names)


@pytest.mark.parametrize("name", HELD)
def test_each_edition_has_its_exhibits(name: str, editions: dict[str, Edition]) -> None:
    """None is missing that the promises below are about, so that none of them holds for nothing."""
    assert set(Read(editions[name]).exhibits) == HELD[name]


# ---------------------------------------------------------------- areas


def test_areas_add_up_to_the_total(read: Read) -> None:
    """Every area, with those whose location is unknown, once: K1, in the JSON."""
    if not with_exhibit(read, "areas"):
        return
    areas = read.of(rf"{read.stem}\.area\.[^.]*\.ytd\.{read.year}")
    unknown = read.of(rf"{read.stem}\.location_unknown\.ytd\.{read.year}")
    assert len(areas) >= 5
    assert len(unknown) == 1
    assert sum(areas.values()) + sum(unknown.values()) == read.total


def test_the_map_adds_up_to_the_total(read: Read) -> None:
    """Its tiles, with what is not on the map or nowhere, are the headline; on the page as well."""
    if not with_exhibit(read, "map"):
        return
    tiles = [tile["now"] for tile in read.exhibits["map"]["tiles"] if tile["now"]]
    apart = read.of(rf"{read.stem}\.(off_map|location_unknown)\.ytd\.{read.year}")
    assert len(set(tiles)) == len(tiles) == 32
    assert sum(read.values[key] for key in tiles) + sum(apart.values()) == read.total
    lines = read.lines("map")
    legend = next(line for line in lines if any(word.endswith("+") for word in line))
    classes = legend[next(k for k, word in enumerate(legend) if word == "0") :]
    drawn = [int(word) for line in lines for word in line if word.isdecimal()]
    alone = [int(word) for word in classes if word.isdecimal()]
    tile_sum = sum(drawn) - sum(alone)
    assert len(drawn) - len(alone) == len(tiles)
    assert tile_sum + sum(apart.values()) == number(read.tile("K1")[0])


def test_table_4_adds_up_to_the_total(read: Read) -> None:
    """Priority areas, all others, and no place: both years' totals, in the JSON and in print."""
    if not with_exhibit(read, "areas"):
        return
    rows = {row["cells"][0]["text"]: read.row_values(row)[:2] for row in read.rows("areas")}
    pages = [line[:2] for line in read.numeric("areas")]
    assert pages == list(rows.values())
    names = list(rows)
    total = pages[-1]
    assert total[0] == read.total == number(read.tile("K1")[0])
    together = [k for k, name in enumerate(names) if "priority" in name]
    if together:
        (all_priority,) = together
        assert sums(pages[:all_priority]) == pages[all_priority]
        assert sums(pages[all_priority:-1]) == total
        assert names[all_priority + 1].startswith("Other ")
    else:
        assert sums(pages[:-1]) == total


def sums(rows: list[list[int]]) -> list[int]:
    """The sum of each column."""
    return [sum(column) for column in zip(*rows, strict=True)]


def test_priority_areas_are_the_share_that_the_map_names(read: Read) -> None:
    """27% (113 of 420): the six counts of the table, and the headline."""
    if not with_exhibit(read, "map"):
        return
    rows = read.numeric("areas")
    part, whole = rows[len(read.made.priority)][0], rows[-1][0]
    assert f"({part} of {whole})" in read.made.page
    assert f"{round(Fraction(100 * part, whole))}%" == read.exhibits["map"]["lead"]["text"]
    assert part == sum(line[0] for line in rows[: len(read.made.priority)])


def test_hotspots_are_what_their_title_says(read: Read) -> None:
    """38 of 122 is the sum of the table's rows; no row holds more than its borough."""
    if not with_exhibit(read, "hotspots"):
        return
    rows = [read.row_values(row) for row in read.rows("hotspots")]
    pages = read.numeric("hotspots")
    assert [line[:2] for line in pages] == [row[:2] for row in rows]
    title = read.exhibits["hotspots"]["title"]["text"]
    assert numbers([title]) == [sum(line[0] for line in pages), read.total]
    for row in read.rows("hotspots"):
        area = row["cells"][1]["text"].lower().replace(" ", "-")
        held = read.values.get(f"{read.stem}.area.{area}.ytd.{read.year}", read.total)
        assert read.row_values(row)[0] <= held


# ---------------------------------------------------------------- outcomes


def test_outcomes_add_up_to_the_total(read: Read) -> None:
    """Fatal, hurt, nobody hurt are all incidents of both years; kinds are all offences."""
    rows = [row for row in read.rows("outcomes") if row["kind"] != "part"]
    place = next(k for k, row in enumerate(rows) if row["kind"] == "total")
    values = [read.row_values(row)[:2] for row in rows]
    pages = [line[:2] for line in read.numeric("outcomes")]
    assert pages[: place + 1] == values[: place + 1]
    assert sums(pages[:place]) == pages[place]
    assert pages[place][0] == read.total


def test_drug_shares_add_up_to_the_total(read: Read) -> None:
    """Related, not related, and not stated are all incidents, in both years."""
    keys = [f"{read.stem}.drug_related.{each}" for each in ("yes", "no", "not_stated")]
    pages = [line[:2] for line in read.numeric("outcomes")]
    if f"{keys[0]}.ytd.{read.year}" not in read.values:
        assert "rug" not in " ".join(" ".join(line) for line in read.lines("outcomes"))
        return
    assert sum(read.values[f"{key}.ytd.{read.year}"] for key in keys) == read.total
    assert sums(pages[-3:]) == pages[-4]
    stated = read.values[f"{read.stem}.drug_related.stated.ytd.{read.year}"]
    assert stated == pages[-3][0] + pages[-2][0]


# ---------------------------------------------------------------- recoveries


@pytest.mark.parametrize("name", ["types", "circumstances"])
def test_kinds_of_recoveries_add_up_to_the_total(name: str, read: Read) -> None:
    """Items by type, and again by circumstance, are those of K4, this year and last."""
    if not with_exhibit(read, name):
        return
    bars = read.exhibits[name]["rows"]
    k4 = read.values[f"recoveries.ytd.{read.year}"]
    assert sum(read.values[bar["now"]] for bar in bars) == k4
    then = read.values[f"recoveries.ytd.{read.year - 1}.known_then"]
    assert sum(read.values[bar["then"]] for bar in bars) == then
    assert sum(bar_values(read, name).values()) == number(read.tile("K4")[0]) == k4
    assert number(read.tile("K4")[2]) == then


def bar_values(read: Read, name: str) -> dict[str, int]:
    """On the page: each bar's label and its number."""
    labels = {bar["label"]["text"] for bar in read.exhibits[name]["rows"]}
    lines = [line for line in read.lines(name) if line[0] in labels]
    assert len(lines) == len(labels)
    return {line[0]: number(line[-1]) for line in lines}


def test_the_cross_table_adds_up_to_its_margins(read: Read) -> None:
    """Cells to rows and columns, margins to the bars, all of it to K4."""
    if not with_exhibit(read, "types and circumstances"):
        return
    name = "types and circumstances"
    rows = [read.row_values(row) for row in read.rows(name)]
    pages = read.numeric(name)
    for table in (rows, pages):
        *parts, total = table
        cells = [row[:-2] for row in parts]
        assert [sum(row) for row in cells] == [row[-2] for row in parts]
        assert sums(cells) == total[:-2]
        assert sum(total[:-2]) == total[-2] == number(read.tile("K4")[0])
        assert sums([row[-2:] for row in parts]) == total[-2:]
    assert pages == rows
    by_type = {
        line[0]: number([cell for cell in line if NUMBER.fullmatch(cell)][-2])
        for line in read.lines(name)
        if is_type(read, line[0])
    }
    assert by_type == bar_values(read, "types")
    assert sorted(pages[-1][:-2]) == sorted(bar_values(read, "circumstances").values())


def is_type(read: Read, label: str) -> bool:
    """Whether a word names a kind of weapon."""
    return label in {bar["label"]["text"] for bar in read.exhibits["types"]["rows"]}


def test_channels_add_up_to_the_total(read: Read) -> None:
    """Enforcement, surrendered and found are all items; shown before they are added."""
    if not with_exhibit(read, "circumstances"):
        return
    note = read.exhibits["circumstances"]["note"]["text"]
    channels = re.search(
        r"enforcement (\d+) \(\d+: (\d+)\); surrendered (\d+) \((\d+)\); found (\d+) \((\d+)\)",
        note,
    )
    assert channels is not None
    now = sum(int(channels[k]) for k in (1, 3, 5))
    then = sum(int(channels[k]) for k in (2, 4, 6))
    assert (now, then) == (number(read.tile("K4")[0]), number(read.tile("K4")[2]))
    assert channels[0] in read.made.page


# ---------------------------------------------------------------- weeks and years


def test_the_last_points_are_the_last_28_days(read: Read) -> None:
    """The four newest weeks of figure 2 are K2 (its newest month, where months are held)."""
    points = [point["count"] for point in read.exhibits["weeks"]["points"]]
    monthly = "month" in read.exhibits["weeks"]["subtitle"]["text"]
    newest = points[-1:] if monthly else points[-4:]
    assert sum(newest) == number(read.tile("K2")[0])
    lines = read.numeric("periods")
    if not monthly:
        assert points[-1] == lines[0][0]
        assert sum(newest) == lines[1][0]


def test_the_last_weeks_of_items_are_the_last_28_days(read: Read) -> None:
    """The four newest bars of figure 5 are what its title and table 1 say."""
    if not with_exhibit(read, "items a week"):
        return
    newest = sum(count for _, count in read.exhibits["items a week"]["points"][-4:])
    assert newest == read.values[f"recoveries.28d.{read.year}"]
    assert read.exhibits["items a week"]["title"]["text"].startswith(f"{newest} in ")
    assert newest in [line[0] for line in read.numeric("periods")]


def test_the_running_totals_end_at_their_figures(read: Read) -> None:
    """Each line of figures 1 and 4 ends at its figure, and none of them ever goes down."""
    for name in ("running", "items running"):
        for line in read.exhibits.get(name, {}).get("lines", []):
            counts = [count for _, count in line["points"]]
            assert counts == sorted(counts)
            assert counts[-1] == read.values[line["figure"]]


def test_table_1_agrees_with_the_tiles(read: Read) -> None:
    """Number, change and last year's number of each tile stand in a row of table 1, or table 4."""
    pages = list(lines_with_change(read, "periods"))
    if with_exhibit(read, "areas"):
        pages += lines_with_change(read, "areas")
    tiles = [t for block in blocks(read) for t in block.get("tiles", []) if "sparkline" in t]
    assert [tile["ref"] for tile in tiles] == ["K1", "K2", "K3", "K4"]
    for tile in tiles:
        value = read.values[tile["figure"]]
        if value is None:
            assert f"{tile['ref']} year to date not held" in read.made.page
            continue
        now, change, then = read.tile(tile["ref"])
        assert number(now) == value
        assert (now, then, change) in pages
        assert number(now) - number(then) == number(change.replace("+", ""))


def lines_with_change(read: Read, name: str) -> Iterator[tuple[str, str, str]]:
    """Of each row on the page: this year, last year, and the change between them."""
    for line in read.lines(name):
        for now, then, change in zip(line, line[1:], line[2:], strict=False):
            if NUMBER.fullmatch(now) and NUMBER.fullmatch(then):
                yield now, then, change


def blocks(read: Read) -> list[Json]:
    """Every block of the JSON."""
    return [b for section in read.json["briefing"]["sections"] for b in section["blocks"]]


def test_every_change_of_table_1_is_a_difference(read: Read) -> None:
    """This year less last year, in each row."""
    rows = list(lines_with_change(read, "periods"))
    assert len(rows) >= 2
    for now, then, change in rows:
        assert number(now) - number(then) == number(change.replace("+", ""))


@pytest.mark.parametrize(
    ("table", "figure", "tile"),
    [("years", "running", "K1"), ("items by year", "items running", "K4")],
)
def test_years_agree_with_the_running_totals(
    table: str, figure: str, tile: str, read: Read
) -> None:
    """This year so far is the tile's; whole years are those at the ends of the lines."""
    if not with_exhibit(read, table):
        return
    lines = {line[0]: line[1:] for line in read.lines(table) if re.fullmatch(r"20\d\d", line[0])}
    assert number(lines[str(read.year)][0]) == number(read.tile(tile)[0])
    drawn = [" ".join(line) for line in read.lines(figure)]
    past = [each for each in read.exhibits[figure]["lines"] if each["year"] != read.year]
    assert past
    for each in past:
        whole = lines[str(each["year"])][1]
        assert number(whole) == read.values[each["figure"]]
        assert any(
            re.search(rf"\b{each['year']} {whole}$|\b{each['year']} {whole} ", line)
            for line in drawn
        )
    for cells in lines.values():
        if len(cells) > 2 and cells[2].endswith("%"):
            share = Fraction(100 * number(cells[0]), number(cells[1]))
            assert cells[2] == f"{round(share)}%"


def test_the_same_date_of_last_year_is_that_of_the_year_table(read: Read) -> None:
    """What figure 1 marks for last year is what table 2 counts to the same day."""
    key = read.exhibits["running"]["same_date"]
    lines = {line[0]: line[1:] for line in read.lines("years")}
    assert read.values[key] == number(lines[str(read.year - 1)][0])


# ---------------------------------------------------------------- tactics


def test_returns_add_up(read: Read) -> None:
    """Reported and missing are those expected, of each tactic and of all; the missing are named."""
    if not with_exhibit(read, "tactics"):
        return
    pairs = [
        (int(found[1]), int(found[2]))
        for line in read.lines("tactics")
        if (found := re.fullmatch(r"(\d+) of (\d+)", line[-1]))
    ]
    *parts, total = pairs
    assert len(parts) == len(read.rows("tactics", "plain")) == 7
    assert tuple(sums([list(pair) for pair in parts])) == total
    keys = ("tactics.returns_reported.28d", "tactics.returns_expected.28d")
    assert total == tuple(read.values[key] for key in keys)
    note = read.exhibits["tactics a week"]["note"]
    named = re.findall(r"[^;:]+, week to \d+ \w+", note["text"]) if note else []
    assert len(named) == total[1] - total[0]


def test_tactics_add_up(read: Read) -> None:
    """What is done is the sum of the four newest weeks drawn; arrests and firearms add up."""
    if not with_exhibit(read, "tactics"):
        return
    lines = {line[0]: line[1:] for line in read.lines("tactics")}
    for panel in read.exhibits["tactics a week"]["panels"]:
        tactic = panel["title"]["text"]
        newest = [count for _, count in panel["points"][-4:]]
        assert number(lines[tactic][1]) == sum(count or 0 for count in newest)
        (row,) = [r for r in read.rows("tactics") if r["cells"][0]["text"] == tactic]
        assert sum(count or 0 for count in newest) == read.values[row["cells"][2]["from"][0]]
    for what, place in (("arrests", -4), ("firearms", -3)):
        column = [lines[row["cells"][0]["text"]][place] for row in read.rows("tactics", "plain")]
        total = sum(number(cell) for cell in column if cell != "n/a")
        assert len(column) == 7
        assert total == read.values[f"tactics.{what}.28d"]
        assert str(total) in lines["All tactics"]
        by_key = read.of(rf"activity\.\w+\.{what}\.28d")
        assert sum(by_key.values()) == total


def test_the_title_counts_the_tactics_within_plan(read: Read) -> None:
    """Those whose done is off what was planned by a tenth of it at most."""
    if not with_exhibit(read, "tactics"):
        return
    tactics = {row["cells"][0]["text"] for row in read.rows("tactics", "plain")}
    lines = [line for line in read.lines("tactics") if line[0] in tactics and line[1] != "n/a"]
    planned = [(number(line[1]), number(line[2])) for line in lines]
    within = sum(10 * abs(done - plan) <= plan for plan, done in planned)
    assert read.exhibits["tactics"]["title"]["text"].startswith(f"{within} of the {len(planned)} ")


# ---------------------------------------------------------------- methods


def test_revisions_add_up(read: Read) -> None:
    """The last total and its changes are this total, the headline's; that of deaths likewise."""
    if not with_exhibit(read, "revisions"):
        return
    rows = [row for row in read.rows("revisions") if row["kind"] != "quiet"]
    assert (rows[0]["kind"], rows[-1]["kind"]) == ("plain", "total")
    signs = [-1 if row["cells"][0]["text"][0] == "\u2212" else 1 for row in rows]
    width = len(rows[0]["cells"])
    whole = re.compile(r"[+\u2212]?\d[\d,]*|\u2014")
    lines = [
        [0 if word == "\u2014" else number(word) for word in line[1:]]
        for line in read.lines("revisions")
        if len(line) == width and all(map(whole.fullmatch, line[1:]))
    ]
    for column in range(width - 1):
        values = [line[column] for line in lines[: len(rows)]]
        cells = [read.cell_value(row["cells"][column + 1]) for row in rows]
        assert values == cells
        steps = [sign * value for sign, value in zip(signs, values, strict=True)]
        assert sum(steps[:-1]) == values[-1]
    assert lines[len(rows) - 1][0] == read.total
    if width == 3:
        assert lines[len(rows) - 1][1] == read.values[f"incidents.fatal.ytd.{read.year}"]


def test_loads_add_up(read: Read) -> None:
    """Rows read are rows accepted and rows turned away, of each source."""
    for source in read.made.home.settings.sources:
        read_, good, bad = (
            read.values[f"loads.{source.name}.rows_{each}"] for each in ("read", "accepted", "bad")
        )
        assert read_ == good + bad
    lines = {line[0]: numbers(line[1:]) for line in read.lines("loads")}
    assert lines["Rows read"] == sums([lines["Accepted"], lines["Turned away"]])
    assert len(lines["Rows read"]) == len(read.made.home.settings.sources)


def test_provenance_names_every_exhibit_and_counts_its_figures(read: Read) -> None:
    """Each tile and exhibit stands in one row, with its value, or how many figures it has."""
    exhibits = dict(exhibits_of(read.json["briefing"]["sections"]))
    listed: list[str] = []
    for row in read.rows("provenance"):
        ref, _, value = (cell["text"] for cell in row["cells"][:3])
        marks = marks_of(ref)
        listed += marks
        # each mark is a link, and so a text of its own
        lines = ["".join(" ".join(line).split()) for line in read.lines("provenance")]
        assert any(line.startswith("".join(ref.split())) for line in lines), ref
        if ref[0] == "K":
            assert value == (read.tile(ref)[0] if "not held" not in value else "not held")
            continue
        (figures,) = numbers([value])
        if "provenance" not in [name for name, e in read.exhibits.items() if e["ref"] in marks]:
            keys = set().union(*(keys_in(exhibits[mark], read.json) for mark in marks))
            assert figures >= len(keys)
    own = read.exhibits["provenance"]["ref"]
    assert sorted(listed) == sorted({"K1", "K2", "K3", "K4", *exhibits} - {own})


def marks_of(ref: str) -> list[str]:
    """F2, T1–T3: each mark."""
    marks: list[str] = []
    for run in ref.split(", "):
        ends = run.split("\N{EN DASH}")
        first, last = int(ends[0][1:]), int(ends[-1][1:])
        marks += [f"{run[0]}{place}" for place in range(first, last + 1)]
    return marks


# ---------------------------------------------------------------- counted again from the records


def test_totals_are_those_of_the_cells(read: Read) -> None:
    """K1 and K2 summed from what was loaded, day by day, without any of the program's queries."""
    cube = read.made.snapshot.incidents
    assert cube is not None
    cut_off = read.made.briefing.edition.cut_off
    recent = month_of(cut_off) if cube.monthly else last_28_days(cut_off)
    for ref, period in (("K1", year_to_date(cut_off)), ("K2", recent)):
        cells = [cell for cell in cube.cells if period.start <= cell.day <= period.last_day]
        held = sum((cell.items or 0) if cube.adds == "items" else cell.records for cell in cells)
        assert held == number(read.tile(ref)[0])
