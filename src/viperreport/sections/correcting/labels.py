"""What a row of the table of corrections is about, so that no two rows read alike."""

from viperreport.model.figure import Figure, Standing
from viperreport.model.wording import Name, Ref, Span, Text, text

_KINDS = {Standing.DERIVED: "derived from ", Standing.PROJECTED: "projected: "}
# By the part of a figure's key that tells it from others of the same measure, filter and days.
_ROLES = {
    "median": "median",
    "low80": "low end of the 80% range",
    "high80": "high end of the 80% range",
    "low95": "low end of the 95% range",
    "high95": "high end of the 95% range",
    "past": "past projections",
    "tested": "years tried",
    "within80": "years that ended within 80%",
    "within95": "years that ended within 95%",
    "killed": "persons killed",
    "injured": "persons injured",
    "finds": "number of finds",
    "largest_find": "largest find",
    "average": "average",
    "known_then": "as known then",
    "revised": "as known now",
    "published": "as published",
    "counted": "counted for the days of a publication",
    "revision": "against the edition before",
    "last": "last total",
    "last_now": "last total as known now",
    "first": "first total",
    "this": "this total",
    "new": "new",
    "late": "recorded late",
    "withdrawn": "withdrawn",
    "reclassified_in": "reclassified in",
    "reclassified_out": "reclassified out",
    "expected": "expected",
    "upper_limit": "upper limit",
    "run": "weeks in a row up to now",
    "run_to": "weeks in a row",
    "outside": "weeks outside the limits",
    "in_a_row": "editions in a row",
    "comparisons": "comparisons made",
    "called": "comparisons called",
    "expected_calls": "comparisons called by chance alone",
    "completeness": "how soon recorded",
    "total": "in all",
    "weeks": "weeks counted",
    "1d": "within 1 day",
    "2d": "within 2 days",
    "3d": "within 3 days",
    "7d": "within 7 days",
    "14d": "within 14 days",
    "28d": "within 28 days",
    "hotspots": "at hotspots",
    "hotspot": "at a hotspot",
    "priority": "in priority areas",
    "other_areas": "in other areas",
    "off_map": "off the map",
    "location_unknown": "place not known",
    "not_stated": "not stated",
    "stated": "stated",
    "circumstance": "by circumstance",
    "channel": "by how they came",
    "leading_types": "leading types",
    "leading_circumstances": "leading circumstances",
    "done": "done",
    "planned": "planned",
    "arrests": "arrests",
    "firearms": "firearms",
    "reach": "people reached",
    "returns": "returns",
    "returns_expected": "returns expected",
    "returns_reported": "returns reported",
    "returns_missing_others": "returns missing from others",
    "returning_areas": "areas with returns",
    "compared_with_plan": "tactics compared with the plan",
    "within_plan": "tactics within the plan",
    "off_plan_others": "other tactics off the plan",
    "recovered": "recovered",
}
_DAYS = {"7d", "28d"}  # elsewhere than behind "completeness" these are the period, told anyway
_NAMED = {"published", "counted", "run_to"}  # what follows in the key is a name


def label_of(figure: Figure) -> Text:
    """What is counted, of what, which of its figures, when.

    K1 Gun incidents, Hackney, 1 Jan to 25 May 2016; F1 projected: Gun incidents, low end of the
    80% range, 1 Jan to 31 Dec 2016. A limit or an expectation is no count of incidents, though it
    is made from one.
    """
    mark = (Ref(figure.ref), " ") if figure.ref else ()
    where = [_filter(label, ", ".join(filter(None, values))) for label, values in figure.where]
    named = ", ".join(filter(None, (figure.measure.name, *where, role_of(figure.key))))
    return text(*mark, _KINDS.get(figure.standing, ""), Name(named), ", ", Span(figure.period))


def role_of(key: str) -> str:
    """Which figure of its kind a key means, in words: low end of the 80% range; empty for none."""
    parts = key.split(".")
    said = []
    for place, part in enumerate(parts):
        before = parts[place - 1] if place else ""
        if before in _NAMED:
            said.append(part)
        elif part in _ROLES and (part not in _DAYS or before == "completeness"):
            said.append(_ROLES[part])
    return ", ".join(said)


def _filter(label: str, values: str) -> str:
    """Names say what they are of; yes and no do not."""
    return f"{label.replace('_', ' ')} {values}" if values in {"yes", "no", ""} else values
