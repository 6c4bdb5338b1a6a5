from collections import Counter
from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viperreport.analysis.revisions import (
    RecordChange,
    RecordState,
    RevisionClass,
    Revisions,
    UnbalancedRevisionsError,
    classify,
    revisions,
)
from viperreport.errors import ViperReportError
from viperreport.model.period import Period, calendar_year, last_7_days, year_to_date

PREVIOUS = year_to_date(date(2016, 5, 18))
THIS = year_to_date(date(2016, 5, 25))

LAST_YEAR, OLD, FRESH, AHEAD = (
    date(2015, 12, 31),
    date(2016, 5, 18),  # the previous cut-off itself
    date(2016, 5, 19),  # the day after it
    date(2016, 5, 26),
)
DAYS = (LAST_YEAR, OLD, FRESH, AHEAD)

BASE = RecordState(OLD, "Hackney", counts=True)
FAILS = replace(BASE, counts=False)
ELSEWHERE = replace(BASE, area="Brent", counts=False)

states = st.builds(
    RecordState,
    st.sampled_from(DAYS),
    st.sampled_from(["Hackney", "Brent", None]),
    st.booleans(),
    st.integers(0, 3),
)
changes = st.builds(
    RecordChange,
    st.uuids().map(str),
    st.none() | states,
    st.none() | states,
    st.booleans(),
)


def on(day: date) -> RecordState:
    """The base record on another day."""
    return replace(BASE, day=day)


CASES = [
    # before, after, seen before → class
    (None, BASE, False, RevisionClass.LATE),
    (None, BASE, True, RevisionClass.REVIVED),
    (None, on(FRESH), False, RevisionClass.NEW),
    (None, on(FRESH), True, RevisionClass.NEW),
    (on(FRESH), on(FRESH), True, RevisionClass.NEW),  # known then, but after the cut-off
    (on(LAST_YEAR), on(FRESH), True, RevisionClass.NEW),
    (FAILS, on(FRESH), True, RevisionClass.NEW),
    (on(LAST_YEAR), BASE, True, RevisionClass.MOVED_IN),
    (on(FRESH), BASE, True, RevisionClass.MOVED_IN),
    (on(AHEAD), BASE, True, RevisionClass.MOVED_IN),
    (replace(FAILS, day=LAST_YEAR), BASE, True, RevisionClass.MOVED_IN),  # date before filter
    (ELSEWHERE, BASE, True, RevisionClass.MOVED_IN),
    (FAILS, BASE, True, RevisionClass.RECLASSIFIED_IN),
    (BASE, on(LAST_YEAR), True, RevisionClass.MOVED_OUT),
    (BASE, on(AHEAD), True, RevisionClass.MOVED_OUT),
    (BASE, replace(FAILS, day=AHEAD), True, RevisionClass.MOVED_OUT),
    (BASE, ELSEWHERE, True, RevisionClass.MOVED_OUT),
    (BASE, FAILS, True, RevisionClass.RECLASSIFIED_OUT),
    (BASE, None, True, RevisionClass.WITHDRAWN),
    (BASE, BASE, True, RevisionClass.UNCHANGED),
    (BASE, on(FRESH), True, RevisionClass.UNCHANGED),  # another date, but counted in both
    (BASE, replace(BASE, area="Brent"), True, RevisionClass.UNCHANGED),
    (BASE, replace(BASE, amount=3), True, RevisionClass.RESTATED),
    (None, None, False, RevisionClass.OUTSIDE),
    (None, None, True, RevisionClass.OUTSIDE),
    (None, FAILS, False, RevisionClass.OUTSIDE),
    (None, on(AHEAD), False, RevisionClass.OUTSIDE),
    (on(FRESH), None, True, RevisionClass.OUTSIDE),
    (FAILS, None, True, RevisionClass.OUTSIDE),
    (on(LAST_YEAR), on(AHEAD), True, RevisionClass.OUTSIDE),
]


@pytest.mark.parametrize(("before", "after", "seen", "kind"), CASES)
def test_each_case_has_its_class(
    before: RecordState | None,
    after: RecordState | None,
    seen: bool,  # noqa: FBT001
    kind: RevisionClass,
) -> None:
    """The class by the two versions, at the edges of both periods."""
    change = RecordChange("r", before, after, seen)
    assert classify(change, PREVIOUS, THIS) is kind


SHORTER = [
    # before, after → class, where data reach to OLD and the edition before reached to FRESH
    (on(FRESH), None, RevisionClass.NO_LONGER_COVERED),  # the file ends before it: who knows
    (on(FRESH), on(FRESH), RevisionClass.NO_LONGER_COVERED),
    (on(FRESH), replace(FAILS, day=FRESH), RevisionClass.NO_LONGER_COVERED),
    (on(FRESH), on(AHEAD), RevisionClass.NO_LONGER_COVERED),
    (on(FRESH), on(OLD), RevisionClass.UNCHANGED),
    (on(FRESH), on(LAST_YEAR), RevisionClass.MOVED_OUT),
    (on(FRESH), FAILS, RevisionClass.RECLASSIFIED_OUT),
    (BASE, None, RevisionClass.WITHDRAWN),
    (BASE, on(FRESH), RevisionClass.MOVED_OUT),
    (BASE, BASE, RevisionClass.UNCHANGED),
    (None, BASE, RevisionClass.LATE),
    (None, on(FRESH), RevisionClass.OUTSIDE),
]


@pytest.mark.parametrize(("before", "after", "kind"), SHORTER)
def test_each_case_has_its_class_where_data_end_earlier(
    before: RecordState | None, after: RecordState | None, kind: RevisionClass
) -> None:
    """Of days that data no longer reach nothing is said but that they are not covered."""
    assert classify(RecordChange("r", before, after), THIS, PREVIOUS) is kind


def test_cases_cover_all_classes() -> None:
    """No class is without a case."""
    assert {case[-1] for case in CASES + SHORTER} == set(RevisionClass)


def total(versions: list[RecordState | None], period: Period) -> int:
    """Count again, in the plainest way."""
    return sum(v.amount for v in versions if v and v.counts and v.day in period)


@pytest.mark.parametrize(("last", "this"), [(PREVIOUS, THIS), (THIS, PREVIOUS)])
@given(records=st.lists(changes, max_size=40))
def test_last_total_leads_to_this(records: list[RecordChange], last: Period, this: Period) -> None:
    """The totals are those of the two editions, and each part is the sum of its own class."""
    made = revisions(records, last, this)
    assert made.last == total([r.before for r in records], last)
    assert made.this == total([r.after for r in records], this)
    for kind in set(RevisionClass) - {RevisionClass.OUTSIDE, RevisionClass.UNCHANGED}:
        own = [r for r in records if classify(r, last, this) is kind]
        gain = total([r.after for r in own], this) - total([r.before for r in own], last)
        part = getattr(made, kind.value)
        assert part == gain if kind is RevisionClass.RESTATED else part == abs(gain)


@pytest.mark.parametrize(("last", "this"), [(PREVIOUS, THIS), (THIS, PREVIOUS)])
@given(records=st.lists(changes, max_size=40))
def test_parts_are_not_negative(records: list[RecordChange], last: Period, this: Period) -> None:
    """Only what was restated has a sign of its own."""
    made = revisions(records, last, this)
    parts = {f.name: getattr(made, f.name) for f in fields(made) if f.name != "restated"}
    assert min(parts.values()) >= 0


@given(st.lists(changes, max_size=40), st.randoms())
def test_order_does_not_matter(records: list[RecordChange], random: object) -> None:
    """The same records in another order make the same revisions."""
    shuffled = list(records)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert revisions(shuffled, PREVIOUS, THIS) == revisions(records, PREVIOUS, THIS)


@given(st.lists(changes, max_size=40))
def test_one_record_has_one_class(records: list[RecordChange]) -> None:
    """Classes of single records, added up, are the revisions: none is counted twice or never."""
    single = [revisions([record], PREVIOUS, THIS) for record in records]
    made = revisions(records, PREVIOUS, THIS)
    for field in fields(made):
        assert getattr(made, field.name) == sum(getattr(one, field.name) for one in single)
    for one in single:
        parts = [getattr(one, f.name) for f in fields(one) if f.name not in {"last", "this"}]
        assert len([part for part in parts if part]) <= 1


@given(st.lists(changes, max_size=40))
def test_first_edition_of_a_year_starts_from_zero(records: list[RecordChange]) -> None:
    """Without a previous edition all that is counted is new, however long it was known."""
    made = revisions(records, None, THIS)
    only_new = dict.fromkeys((f.name for f in fields(made)), 0)
    counted = total([r.after for r in records], THIS)
    assert made == Revisions(**(only_new | {"new": counted, "this": counted}))


@given(st.lists(changes, max_size=40))
def test_nothing_is_new_in_a_period_that_is_over(records: list[RecordChange]) -> None:
    """Last year's late changes: with the same period twice, nothing can be new."""
    year = calendar_year(2015)
    made = revisions(records, year, year)
    assert made.new == 0
    assert made.last == total([r.before for r in records], year)
    assert made.this == total([r.after for r in records], year)


@pytest.mark.parametrize("kept", [BASE, FAILS, ELSEWHERE, on(LAST_YEAR)])
def test_untouched_records_change_nothing(kept: RecordState) -> None:
    """A record on or before the previous cut-off whose versions agree is in no part."""
    made = revisions([RecordChange("r", kept, kept, seen_before=True)], PREVIOUS, THIS)
    assert made.last == made.this
    assert sum(getattr(made, f.name) for f in fields(made)) == made.last + made.this


def test_viper_reconciles() -> None:
    """110, three late and nine new make 122, as on page 1 of the design."""
    known = [RecordChange(f"k{i}", BASE, BASE, seen_before=True) for i in range(110)]
    late = [RecordChange(f"l{i}", None, BASE) for i in range(3)]
    new = [RecordChange(f"n{i}", None, on(FRESH)) for i in range(9)]
    made = revisions([*known, *late, *new], PREVIOUS, THIS)
    assert (made.last, made.late, made.new, made.this) == (110, 3, 9, 122)


def test_items_are_restated_with_their_sign() -> None:
    """A find of two items that is one of three now adds one; the other way it takes one away."""
    two, three = replace(BASE, amount=2), replace(BASE, amount=3)
    assert revisions([RecordChange("r", two, three)], PREVIOUS, THIS).restated == 1
    assert revisions([RecordChange("r", three, two)], PREVIOUS, THIS).restated == -1


def test_nothing_at_all() -> None:
    """No records: all parts are 0."""
    made = revisions([], PREVIOUS, THIS)
    assert Counter(getattr(made, f.name) for f in fields(made)) == {0: 12}


@pytest.mark.parametrize("name", [f.name for f in fields(Revisions)])
def test_parts_that_do_not_add_up_cannot_be_built(name: str) -> None:
    """One too many in any part is refused, with an error that is both ours and arithmetic."""
    right = Revisions(
        last=10, new=9, late=3, moved_in=2, moved_out=1, reclassified_in=4, reclassified_out=2,
        withdrawn=5, revived=1, no_longer_covered=3, restated=-2, this=16,
    )  # fmt: skip
    with pytest.raises(UnbalancedRevisionsError, match="does not add up") as caught:
        replace(right, **{name: getattr(right, name) + 1})
    assert isinstance(caught.value, ViperReportError)
    assert isinstance(caught.value, ArithmeticError)


def test_two_changes_of_one_record_are_refused() -> None:
    """A key that comes twice would put one record into two classes."""
    with pytest.raises(ValueError, match="two changes of record r"):
        revisions([RecordChange("r", None, BASE), RecordChange("r", BASE, None)], PREVIOUS, THIS)


def test_windows_that_moved_on_are_refused() -> None:
    """A record that a rolling window leaves behind has no class: periods must begin alike."""
    week, next_week = last_7_days(date(2016, 5, 18)), last_7_days(date(2016, 5, 25))
    with pytest.raises(ValueError, match="does not begin as"):
        revisions([], week, next_week)
    with pytest.raises(ValueError, match="does not begin as"):
        classify(RecordChange("r", BASE, BASE), week, next_week)


def test_amounts_below_zero_are_refused() -> None:
    """A record never takes away."""
    with pytest.raises(ValueError, match="adds no -1"):
        replace(BASE, amount=-1)
