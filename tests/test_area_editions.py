"""An area's own edition: its records alone, named as its own, and the editions add up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.known_answers import Edition, demo_home, edition, real_home
from tests.pdf.reading import Read, assert_sound, read
from tests.sections.making import CUT_OFF, World, both, cube_of, published, spread
from tests.test_settings import GENERAL
from tests.test_settings import Home as SmallHome
from viperreport.as_json import as_dict
from viperreport.errors import UsageError
from viperreport.gathering import areas_in, names_of, scoped
from viperreport.model.briefing import Briefing, Headline
from viperreport.model.exhibits import Table
from viperreport.model.figure import Standing, Verdict
from viperreport.model.period import year_to_date
from viperreport.model.snapshot import Snapshot
from viperreport.model.source import Area
from viperreport.model.wording import plain
from viperreport.pdf.layout import EMPTY
from viperreport.pdf.look.theme import THEME, mm
from viperreport.pipeline import Home, records
from viperreport.sections.compose import ALL_SECTIONS, compose
from viperreport.settings import ALL_AREAS, areas_of, find_area

KNOWN = datetime(2016, 5, 30, 6, tzinfo=ZoneInfo("Europe/London")).astimezone(UTC)
NEW_YORK = ("Bronx", "Brooklyn", "Manhattan", "Queens", "Staten Island")
LOOKED_AT = ("demo:hackney", "demo:sutton", "demo:city-of-london", "newyork:bronx",
             "newyork:staten-island", "london:hackney", "london:westminster")  # fmt: skip
Build = Callable[[str, str], Edition]


@pytest.fixture(scope="module")
def build(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Build the edition of a home and an area, each once."""
    directory = tmp_path_factory.mktemp("areas")

    def home_of(name: str) -> Home:
        if name == "demo":
            return demo_home(directory)
        return real_home(name, request.getfixturevalue("real_data"), directory)

    @cache
    def built(name: str, area: str) -> Edition:
        cut_off = {"demo": date(2016, 5, 25), "newyork": date(2016, 6, 20)}.get(name)
        known_at = KNOWN if name == "demo" else None
        return edition(home_of(name), cut_off or date(2016, 5, 31), known_at, area)

    return built


@pytest.fixture(params=LOOKED_AT)
def made(request: pytest.FixtureRequest, build: Build) -> Edition:
    """Each of some editions: many incidents, none at all, another force, months."""
    name, area = request.param.split(":")
    return build(name, area)


def name_of(made: Edition) -> str:
    """The area's name, as its own records have it."""
    slug = made.briefing.edition.area
    held = [[value] for f in made.briefing.figures for label, v in f.where for value in v
            if label == "area"]  # fmt: skip
    (area,) = [area for area in areas_in(made.home, held) if area.slug == slug]
    return area.name


def headline_of(briefing: Briefing) -> str:
    """The sentence on page one."""
    blocks = [block for section in briefing.sections for block in section.blocks]
    return plain(next(block.title for block in blocks if isinstance(block, Headline)))


def test_every_count_is_of_the_area_alone(made: Edition) -> None:
    """The filter of every figure counted from records names the area, and no other."""
    area = name_of(made)
    counted = [figure for figure in made.briefing.figures if figure.is_counted]
    assert len(counted) >= 20
    for figure in counted:
        areas = [values for label, values in figure.where if label == "area"]
        assert areas, figure.key
        assert set(areas) == {(area,)}, figure.key
        assert f"area = {area}" in figure.method, figure.key


@pytest.mark.parametrize("name", ["demo:hackney", "newyork:staten-island"])
def test_records_of_the_area_add_up(build: Build, name: str) -> None:
    """The records behind each figure are the area's, and add up to it."""
    made = build(*name.split(":"))
    area = name_of(made)
    for figure in made.briefing.figures:
        if figure.standing is not Standing.COUNTED or figure.value is None:
            continue
        rows = records(made.home, figure)
        assert sum(row.amount for row in rows) == figure.value, figure.key
        assert {dict(row.labels)["area"] for row in rows} <= {area}, figure.key


def test_pages_say_whose_edition_it_is(made: Edition) -> None:
    """Headline, masthead, subtitle and JSON name the area; the kicker stays the whole's."""
    area, briefing = name_of(made), made.briefing
    assert f" in {area}" in headline_of(briefing)
    assert plain(briefing.masthead.title).endswith(f": {area}")
    place = made.home.settings.place
    assert plain(briefing.masthead.subtitle).endswith(f" in {area}, {place}")
    operation = made.home.settings.operation
    assert plain(briefing.masthead.kicker) == (operation.name if operation else place)
    assert as_dict(briefing)["edition"]["area"] == briefing.edition.area != ALL_AREAS
    assert f", {area}, 1 January to 31 December" in made.page
    assert f", {place}, 1 January" not in made.page


def test_pages_of_an_area_end_properly(made: Edition) -> None:
    """Nothing collides; no page but the last ends half empty, and the last holds something."""
    drawing = read(made.briefing)
    assert_sound(drawing)
    *ends, last = empty_ends(drawing)
    assert all(empty <= EMPTY + 1 for empty in ends), ends
    assert last < THEME.page.body_bottom - THEME.page.body_top - mm(30)


def empty_ends(drawing: Read) -> list[float]:
    """How much of each page stays empty below its last mark."""
    ends = []
    for page in range(drawing.canvas.pages):
        boxes = [text.box for text in drawing.canvas.texts if text.page == page]
        boxes += [mark.box for mark in drawing.canvas.marks if mark.page == page]
        lowest = max(box.bottom for box in boxes if box.bottom < THEME.page.footer_rule - 1)
        ends.append(THEME.page.body_bottom - lowest)
    return ends


def test_loads_are_said_to_be_of_the_whole_source(made: Edition) -> None:
    """A file's rows are not the area's: the table of loads says so."""
    (loads,) = [
        block
        for section in made.briefing.sections
        for outer in section.blocks
        for block in (outer, getattr(outer, "left", None))
        if isinstance(block, Table) and plain(block.subtitle).startswith("The newest load")
    ]
    assert plain(loads.subtitle) == (f"The newest load of each whole source; late: {name_of(made)}")


def test_an_area_has_no_areas_within_it(build: Build) -> None:
    """No map, no ranking, no priority areas: its hotspots, or a line."""
    hackney, sutton = build("demo", "hackney"), build("demo", "sutton")
    assert "Hotspots hold" in hackney.page
    for name in ("Stoke Newington", "Hackney"):
        assert name in hackney.page
    for name in ("Brixton", "Harlesden", "River Thames", "Other 26 boroughs"):
        assert name not in hackney.page
    assert "Boroughs. This edition is about Sutton alone." in sutton.page
    assert "priority boroughs" not in hackney.page


def test_tactics_are_the_areas_own(build: Build) -> None:
    """Each tactic expects four returns of one borough, not of six."""
    hackney, whole = build("demo", "hackney"), build("demo", ALL_AREAS)
    assert "All 28 weekly returns of the last 28 days were reported" in hackney.page
    assert "167 of 168 weekly returns" in whole.page
    assert "no return is expected from Sutton" in build("demo", "sutton").page


def test_nothing_is_projected_from_next_to_nothing(build: Build) -> None:
    """No incident in four years tells nothing of this year's end; the page says why."""
    page = build("demo", "sutton").page
    assert "would end near" not in page
    assert "No projection: fewer than 10 in this year and the last ones together." in page
    assert "How soon gun incidents are known Delay. Nothing to tell it from" in page


@pytest.mark.parametrize("stem", ["incidents.ytd.2016", "incidents.28d.2016",
                                  "incidents.year.2015", "recoveries.ytd.2016"])  # fmt: skip
def test_the_areas_of_the_demo_add_up(build: Build, stem: str) -> None:
    """Every area's own edition and the records without a place make the whole."""
    whole = build("demo", ALL_AREAS)
    slugs = [area.slug for area in whole.home.settings.areas]
    assert len(slugs) == 33
    parts = sum(int(build("demo", slug).value(stem) or 0) for slug in slugs)
    rows = records(whole.home, whole.figure(stem))
    unknown = sum(row.amount for row in rows if not dict(row.labels)["area"])
    assert parts + unknown == whole.value(stem)


def test_the_areas_of_new_york_add_up(build: Build) -> None:
    """A home without areas.csv: the areas are those that its records name."""
    whole = build("newyork", ALL_AREAS)
    assert not whole.home.settings.areas
    for stem in ("incidents.ytd.2016", "incidents.ytd.2015", "incidents.fatal.ytd.2016"):
        parts = sum(int(build("newyork", name).value(stem) or 0) for name in NEW_YORK)
        assert parts == whole.value(stem)


def test_an_area_is_compared_with_its_own_past(build: Build) -> None:
    """Hackney's row in the whole's table is the comparison of Hackney's own edition."""
    whole, own = build("demo", ALL_AREAS), build("demo", "hackney")
    (row,) = [c for c in whole.briefing.comparisons if c.key == "incidents.area.hackney.ytd"]
    (year,) = [c for c in own.briefing.comparisons if c.key == "incidents.ytd"]
    assert (year.now.value, year.then.value) == (row.now.value, row.then.value) == (17, 10)
    assert (year.low, year.high, year.phi) == (row.low, row.high, row.phi)
    assert own.briefing.fingerprint != whole.briefing.fingerprint


# ---------------------------------------------------------------- titles, by verdict


@pytest.mark.parametrize(
    ("now", "then", "title"),
    [
        (90, 40, "Gun incidents in Hackney are 125% above this point last year: 90{}, against 40"),
        (40, 90, "Gun incidents in Hackney are 56% below this point last year: 40{}, against 90"),
        (50, 48, "No clear change in gun incidents in Hackney: 50{}, 48 at this point last year"),
        (3, 2, "Too few gun incidents in Hackney to tell a change: 3{}, 2 at this point last year"),
    ],
)
def test_the_headline_names_the_area(now: int, then: int, title: str) -> None:
    """In each verdict; the whole's headline names no place."""
    context = World(cube_of(both(now, then), CUT_OFF)).context
    own = replace(context, facts=replace(context.facts, within="Hackney"))
    title = title.format(" so far in 2016")
    assert headline_of(compose(own, ("headline",))) == title
    whole = headline_of(compose(context, ("headline",)))
    assert whole == title.replace(" in Hackney", "")


def test_without_a_comparator_the_headline_names_the_area() -> None:
    """No dated records of last year, and one incident alone."""
    for number, title in (
        (7, "7 gun incidents in Hackney so far in 2016"),
        (1, "Gun incidents in Hackney so far in 2016: 1"),
    ):
        cells = spread(year_to_date(CUT_OFF), number)
        context = World(cube_of(cells, CUT_OFF, date(2016, 1, 1))).context
        own = replace(context, facts=replace(context.facts, within="Hackney"))
        made = compose(own, ALL_SECTIONS)
        assert headline_of(made) == title
        (year,) = [c for c in made.comparisons if c.key == "incidents.ytd"]
        assert year.verdict is Verdict.NONE


def test_published_totals_are_the_areas_own() -> None:
    """A total of Hackney stands in Hackney's edition and in no other."""
    cube = cube_of(both(9, 9), CUT_OFF)
    totals = (published(2011, 377), published(2012, 40, id="H", area="Hackney"))
    snapshot = Snapshot(CUT_OFF, cube.known_at, "Europe/London", cube, published=totals)
    assert [total.id for total in snapshot.of_places(("Hackney",)).published] == ["H"]
    assert not snapshot.of_places(("Sutton",)).published
    assert snapshot.of_places(("Sutton",)).published_elsewhere == 2


@pytest.mark.parametrize(
    ("setting", "area", "kept"),
    [
        ("", "all", {"", "Testville", "The City of Testville"}),
        ("Greater Testville", "all", {"Greater Testville"}),
        ("Greater Testville", "north", {"North", "Nord"}),
    ],
)
def test_which_published_totals_are_whose(
    tmp_path: Path, setting: str, area: str, kept: set[str]
) -> None:
    """Those of the whole by its names; another place's total is never printed as the home's."""
    home = SmallHome(tmp_path / "home")
    main = f'territory = "The City of Testville"\npublished_area = "{setting}"\n{GENERAL}'
    home.write("config/viperreport.toml", main)
    north = find_area(area, (Area("North", "north", ("Nord",)),))
    names = names_of(home.load(), north)
    places = (
        "",
        "Testville",
        "The City of Testville",
        "Greater Testville",
        "North",
        "Nord",
        "Kent",
    )
    totals = tuple(published(2011, k, id=f"{k}", area=each) for k, each in enumerate(places))
    cube = cube_of(both(9, 9), CUT_OFF)
    snapshot = Snapshot(CUT_OFF, cube.known_at, "Europe/London", cube, published=totals)
    own = scoped(snapshot, north, names)
    assert {total.area for total in own.published} == kept
    assert own.published_elsewhere == len(places) - len(kept)


# ---------------------------------------------------------------- which area is meant

AREAS = (
    Area("Hammersmith and Fulham", "hammersmith-and-fulham", ("Hammersmith & Fulham",)),
    Area("North", "south"),
    Area("South", "north"),
)


@pytest.mark.parametrize("slug", ["hammersmith-and-fulham", "Hammersmith and Fulham",
                                  "HAMMERSMITH AND FULHAM", "hammersmith & fulham"])  # fmt: skip
def test_an_area_by_slug_or_name(slug: str) -> None:
    """A slug, the name, another name; capitals do not matter."""
    assert find_area(slug, AREAS) is AREAS[0]


def test_a_slug_comes_before_a_name_and_all_is_the_whole() -> None:
    """Where one area's slug is another's name, the slug is meant."""
    assert find_area("north", AREAS) is AREAS[2]
    assert find_area(ALL_AREAS, AREAS) is None
    assert find_area(ALL_AREAS, ()) is None


@pytest.mark.parametrize(
    ("slug", "areas", "hint"),
    [
        ("hamersmith-and-fullham", AREAS, "did you mean hammersmith-and-fulham?"),
        ("zzz", AREAS, 'there are "all", hammersmith-and-fulham, south, north'),
        ("zzz", (), 'this home names no areas; there is "all"'),
    ],
)
def test_an_unknown_area_is_refused(slug: str, areas: tuple[Area, ...], hint: str) -> None:
    """The nearest is offered, else all that there are."""
    with pytest.raises(UsageError) as told:
        find_area(slug, areas)
    assert str(told.value) == f"--area {slug}: no such area: {hint}"


def test_areas_that_only_the_data_name_have_slugs_of_their_own() -> None:
    """Names that look alike in plain letters, or have none, are told apart; "all" is the whole."""
    names = ["東京", "大阪", "Zürich", "Zurich", "All", "St. Ives", "St Ives"]
    areas = areas_of([*names, *names])
    assert {area.name for area in areas} == set(names)
    slugs = [area.slug for area in areas]
    assert len(set(slugs)) == len(names)
    assert ALL_AREAS not in slugs
    assert all(slug and slug.isascii() for slug in slugs)
    assert areas_of(reversed(names)) == areas


def test_a_long_name_fits() -> None:
    """Sixty letters in masthead, headline and small print."""
    name = "The Royal Borough of Kingston upon Thames and its Hundreds (W)"
    context = World(cube_of(both(90, 40), CUT_OFF)).context
    facts = replace(context.facts, within=name, key=replace(context.facts.key, area="long"))
    drawing = read(compose(replace(context, facts=facts), ALL_SECTIONS))
    assert_sound(drawing)
    assert "".join(name.split()) in drawing.text
