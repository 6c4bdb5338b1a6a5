"""A row of the table of corrections says which figure it is about."""

from collections import Counter

import pytest

from tests.known_answers import Edition
from viperreport.model.wording import plain
from viperreport.sections.correcting.changes import OF_THE_MAKING
from viperreport.sections.correcting.labels import label_of, role_of


def test_no_two_figures_are_labelled_alike(made: Edition) -> None:
    """Of all figures of an edition, since any of them can be corrected beside any other."""
    figures = [each for each in made.briefing.figures if not each.key.startswith(OF_THE_MAKING)]
    labels = Counter(plain(label_of(each)) for each in figures)
    assert [label for label, count in labels.items() if count > 1] == []


@pytest.mark.parametrize(
    ("key", "role"),
    [
        ("incidents.ytd.2016", ""),
        ("incidents.28d.2016", ""),
        ("incidents.projection.2016.low80", "low end of the 80% range"),
        ("incidents.7d.2016.upper_limit", "upper limit"),
        ("incidents.completeness.28d", "how soon recorded, within 28 days"),
        ("recoveries.type.rifle.ytd.2015.known_then.finds", "as known then, number of finds"),
        ("published.P003", "as published, P003"),
    ],
)
def test_the_role_is_told_in_words(key: str, role: str) -> None:
    """By what tells a key from others of the same measure and days; a plain count has none."""
    assert role_of(key) == role
