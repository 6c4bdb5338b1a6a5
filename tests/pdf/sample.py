"""Briefings to draw: the numbers of the design's page one, and every state that it may be in."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate

from viperreport.model.briefing import (
    Block,
    Briefing,
    Cumulative,
    Digest,
    DigestItem,
    EditionKey,
    Fact,
    Headline,
    KeyFigure,
    KeyFigures,
    Marker,
    MarkerKind,
    Masthead,
    ProjectedEnd,
    Section,
    Sparkline,
    Tone,
    YearLine,
)
from viperreport.model.figure import (
    Comparison,
    Figure,
    Measure,
    Suppressed,
    Unit,
    Verdict,
    WhyNone,
)
from viperreport.model.period import Period, calendar_year, same_period, year_to_date
from viperreport.model.wording import Change, Day, Instant, Interval, Name, Number, Text, text

CUT_OFF = date(2016, 5, 25)
KNOWN_AT = datetime(2016, 5, 26, 5, 0, tzinfo=UTC)
GUNS = Measure(
    "discharge", "Gun incidents", "Discharges, as the release counts them.", Unit.INCIDENT
)
WEEKLY = (5, 4, 1, 4, 4, 3, 5, 2, 5, 3, 6, 2, 3, 2, 7, 5, 2, 6, 4, 3, 4, 5, 3, 4, 5, 9)
ROLLING = (17, 18, 14, 17, 16, 15, 18, 17, 18, 19, 20, 20, 21, 22, 19, 21, 21, 20, 23, 22, 24, 23,
           22, 24, 25, 27)  # fmt: skip


def named(content: str) -> Text:
    """Any string as text."""
    return (Name(content),)


def figure(
    value: float | None, period: Period, why: WhyNone | Suppressed | None = None, ref: str = ""
) -> Figure:
    """A figure of gun incidents."""
    printed = why if isinstance(why, Suppressed) else None
    reason = WhyNone.SUPPRESSED if isinstance(why, Suppressed) else why
    return Figure(
        f"incidents.{period}", value, GUNS, period, KNOWN_AT, reason, ref=ref, suppressed_as=printed
    )


@dataclass(frozen=True)
class Evidence:
    """An interval and the verdict that goes with it."""

    verdict: Verdict
    ratio: float | None = None
    low: float | None = None
    high: float | None = None


HIGHER = Evidence(Verdict.HIGHER, 1.45, 1.09, 1.94)
LOWER = Evidence(Verdict.LOWER, 0.62, 0.43, 0.89)
UNCLEAR = Evidence(Verdict.UNCLEAR, 1.35, 0.73, 2.54)
FEW = Evidence(Verdict.FEW)
NONE = Evidence(Verdict.NONE)
ZERO = Evidence(Verdict.LOWER, 0.0, 0.0, 0.36)
FROM_ZERO = Evidence(Verdict.HIGHER, None, 2.78, None)
WIDE = Evidence(Verdict.UNCLEAR, 1.8, 0.2, 6.84)
FAR_UP = Evidence(Verdict.HIGHER, 9.0, 5.1, 17.0)


def comparison(now: int, then: int | None, evidence: Evidence, day: date = CUT_OFF) -> Comparison:
    """A comparison of two year-to-date figures."""
    period = year_to_date(day)
    first = figure(now, period)
    why = None if then is not None else WhyNone.NOT_HELD
    second = figure(then, same_period(period), why)
    difference = None if then is None else now - then
    enough = then is not None and then >= 30
    percent = round(100 * (now - then) / then) if enough and then else None
    return Comparison(
        "incidents.ytd", first, second, evidence.verdict, difference, percent,
        evidence.ratio, evidence.low, evidence.high,
    )  # fmt: skip


def _mean(values: tuple[int | None, ...]) -> float:
    held = [value for value in values if value is not None]
    return sum(held) / max(len(held), 1)


def tile(  # noqa: PLR0913 - a builder names what it varies
    ref: str = "K1",
    now: int = 122,
    then: int | None = 84,
    evidence: Evidence = HIGHER,
    *,
    label: str = "Gun incidents",
    period: str = "year to date",
    tone: Tone = Tone.HARM,
    against: Text | None = None,
    spark: tuple[int | None, ...] = WEEKLY,
    warning: str = "",
    day: date = CUT_OFF,
) -> KeyFigure:
    """A tile in any of its states."""
    made = comparison(now, then, evidence, day)
    held = then is not None
    change: Text = (Change(made),) if held else text("not compared")
    if made.percent is not None:
        change = (*change, *text(" ("), Change(made, "percent"), *text(")"))
    words = {
        Verdict.FEW: text("no interval"),
        Verdict.NONE: text(Name(str(day.year - 1)), " not held"),
    }.get(evidence.verdict, text(Name("95%"), " interval ", Interval(made)))
    since = text("from ", Number(made.then), " by ", Day(made.then.period.last_day))
    return KeyFigure(
        ref=ref,
        label=named(label),
        period=named(period),
        figure=made.now,
        tone=tone,
        change=change,
        against=against or (since if held else text("no dated records for ", Name("2015"))),
        comparison=made if held else None,
        evidence=words,
        sparkline=Sparkline(spark, _mean(spark), named("Weekly counts of the last 26 weeks")),
        warning=named(warning) if warning else (),
    )


def tiles() -> tuple[KeyFigure, ...]:
    """The four tiles of the design's page one."""
    return (
        tile("K1"),
        tile("K2", 27, 20, UNCLEAR, period="last 28 days", spark=ROLLING),
        tile("K3", 39, 29, Evidence(Verdict.UNCLEAR, 1.34, 0.81, 2.25),
             label="Incidents with someone hurt"),
        tile("K4", 318, 262, Evidence(Verdict.HIGHER, 1.21, 1.03, 1.43),
             label="Firearms recovered", tone=Tone.ACTIVITY),
    )  # fmt: skip


def states() -> tuple[KeyFigure, ...]:
    """Every state that a tile may be in."""
    missing = figure(None, year_to_date(CUT_OFF), WhyNone.NOT_HELD)
    return (
        tile("K1", label="Higher"),
        tile("K2", 52, 84, LOWER, label="Lower"),
        tile("K3", 27, 20, UNCLEAR, label="No clear change"),
        tile("K4", 318, 262, HIGHER, label="Activity", tone=Tone.ACTIVITY),
        tile("K5", 3, 2, FEW, label="Too few to tell"),
        tile("K6", 122, None, NONE, label="No earlier record"),
        tile("K7", 0, 12, ZERO, label="Zero", spark=(0,) * 26),
        tile("K8", 122, None, NONE, label="Out of date", warning="Data 9 days old",
             against=text("newest record ", Day(date(2016, 5, 16)))),
        tile("K9", 9, 5, WIDE, label="Interval leaves the scale"),
        tile("K10", 12, 0, FROM_ZERO, label="Earlier count is zero"),
        tile("K11", 9000, 1000, FAR_UP, label="Wholly off the scale"),
        replace(tile("K12", 1, None, NONE, label="Not held"), figure=missing,
                sparkline=Sparkline((3, None, None, 5, 4, None, 2), 3.5, named("Seven weeks"))),
    )  # fmt: skip


def running(year: int, total: int, until: date | None = None) -> tuple[tuple[date, int], ...]:
    """A running total by day that ends at `total`, with the unevenness of real counts."""
    first = date(year, 1, 1)
    days = ((until or date(year, 12, 31)) - first).days + 1
    seed, raw = 7 * year, []
    for _ in range(days):
        seed = (1103515245 * seed + 12345) % 2**31
        raw.append((seed >> 16) % 100)
    whole = sum(raw) or 1
    sums = accumulate(raw)
    return tuple(
        (first + timedelta(days=k), round(total * part / whole)) for k, part in enumerate(sums)
    )


def line(year: int, total: int, back: int, until: date | None = None) -> YearLine:
    """A year's line."""
    points = running(year, total, until)
    return YearLine(year, back, points, figure(total, calendar_year(year)))


@dataclass(frozen=True)
class Course:
    """What figure 1 shows: this year's total and those of the years before it, newest first."""

    cut_off: date = CUT_OFF
    now: int = 122
    then: int | None = 84
    years: tuple[int, ...] = (226, 217, 251)
    projected: tuple[int, int, int, int, int] | None = (266, 279, 306, 335, 351)
    totals: tuple[int, ...] = (377,)


def chart(course: Course = Course()) -> Cumulative:
    """Figure 1 of a course."""
    day = course.cut_off
    period = year_to_date(day)
    year = calendar_year(day.year)
    ends = [figure(value, year) for value in course.projected or ()]
    return Cumulative(
        ref="F1",
        title=named("On the pattern of the last three years, 2016 ends near 306"),
        subtitle=named("Cumulative gun incidents, London, 1 January to 31 December"),
        lines=(
            line(day.year, course.now, 0, day),
            *(line(day.year - k - 1, total, k + 1) for k, total in enumerate(course.years)),
        ),
        as_of=day,
        now=figure(course.now, period),
        same_date=None if course.then is None else figure(course.then, same_period(period)),
        projection=ProjectedEnd(ends[2], ends[1], ends[3], ends[0], ends[4]) if ends else None,
        annual_only=tuple(
            figure(total, calendar_year(2011 - k)) for k, total in enumerate(course.totals)
        ),
        note=named(
            "Projection: if the rest of the year follows the last three; bands 80% and 95%. "
            "It knows no effect of the operation. 2012 is not held."
        ),
        said=named("Running totals to 25 May 2016. 2016: 122. 2015: 226. 2014: 217. 2013: 251."),
    )


def digest() -> Digest:
    """The three columns of the design's page one."""
    return Digest(
        named("What changed this week"),
        (
            DigestItem(
                named("Nine incidents this week"),
                named(
                    "Joint highest of the year, but inside ordinary variation (upper limit 11). "
                    "The signal is the run: nine weeks above the 2015 average."
                ),
            ),
            DigestItem(
                named("24 firearms recovered, 11 by warrant"),
                named(
                    "15 in the same week of 2015. Warrants and weapon sweeps gave two thirds of "
                    "the week’s finds."
                ),
            ),
            DigestItem(
                named("Last week’s total is now 113, not 110"),
                named(
                    "Three incidents were recorded late. 110 in Issue 3, plus 3 late, plus 9 this "
                    "week, makes 122."
                ),
            ),
        ),
    )


HEADLINE = Headline(
    named("Gun crime is 45% above this point last year: 122 incidents so far in 2016, against 84"),
    named(
        "A rise this size is unlikely to be chance: the 95% interval runs from +9% to +94%. It is "
        "clear across the six priority boroughs together, but not yet in any one of them. The "
        "year is on course for about 306 incidents (266 to 351), still fewer than the 377 of 2011."
    ),
)
NOTE = named(
    "Sparklines: last 26 weeks (K2: rolling 28 days), dashes their average. Whiskers: 95% interval "
    "of the change from 2015; filled if it leaves out 0."
)
MASTHEAD = Masthead(
    named("Operation Viper"),
    named("Weekly gun-crime briefing"),
    named("Gun crime in the Metropolitan Police area, London"),
    (
        Fact(text("Issue"), text(Name("4"), " of ", Name("2016")), (0,)),
        Fact(text("Period"), text(Name("Thu 19"), " to ", Day(CUT_OFF, weekday=True)), (2,)),
        Fact(text("Recorded to"), text(Instant(datetime(2016, 5, 26, 6)))),  # noqa: DTZ001 - local
        Fact(text("Next issue"), text(Day(date(2016, 6, 2), weekday=True))),
    ),
)
SYNTHETIC = Marker(MarkerKind.SYNTHETIC, named("Synthetic demonstration data"))
ON_HOLD = Marker(MarkerKind.ON_HOLD, named("On hold: not for release"))
DRAFT = Marker(MarkerKind.DRAFT, named("Draft: not for release"))
OFFICIAL = Marker(MarkerKind.CLASSIFICATION, named("OFFICIAL"))
FOOT = (
    named("Issue 4 · week to Wednesday 25 May 2016"),
    named("Snapshot 914b8393145a"),
    named("Synthetic demonstration data. Not police statistics."),
)


def briefing(*blocks: Block, masthead: Masthead = MASTHEAD) -> Briefing:
    """A briefing of these blocks; of all of page one without any."""
    page_one = (HEADLINE, KeyFigures(tiles(), NOTE), chart(), digest())
    return Briefing(
        edition=EditionKey("viper", "weekly", "all", CUT_OFF),
        known_at=KNOWN_AT,
        disclosure="internal",
        language="en-GB",
        masthead=masthead,
        markers=(SYNTHETIC,),
        foot=FOOT,
        sections=(Section("front", blocks or page_one),),
        figures=(),
        comparisons=(),
        guards=(),
        fingerprint="914b8393145a",
    )
