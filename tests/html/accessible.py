"""What every reader needs of a page, whatever they see or hear it by; each fault in a few words.

Source: WCAG 2.2, levels A and AA, as the checks of axe-core ask for them.
"""

from collections import Counter
from collections.abc import Callable
from itertools import pairwise

from tests.html.browser import ShownText, Sight

OF_TEXT, OF_LARGE_TEXT = 4.5, 3.0
LARGE, LARGE_AND_BOLD, BOLD = 24.0, 18.66, 700  # CSS pixels (18 and 14 points), and weight


def in_its_width(seen: Sight) -> list[str]:
    """Nothing is scrolled to sideways, and nothing is cut off at the right."""
    scrolled = [f"needs {seen.needs} of {seen.shown} pixels"] * (seen.needs > seen.shown)
    return scrolled + [f"outside: {text[:60]}" for text in seen.outside]


def with_numbers_whole(seen: Sight) -> list[str]:
    """Half of a number at a line's end would be read as another."""
    return [f"broken: {number}" for text in seen.texts if text.tile for number in text.broken]


def with_language_and_title(seen: Sight) -> list[str]:
    """A voice must know how to say it, and a list of windows what it is."""
    return ["no language"] * (not seen.language) + ["no title"] * (not seen.title.strip())


def with_headings_in_order(seen: Sight) -> list[str]:
    """One h1 before all others, no level left out, none empty."""
    levels = [level for level, _ in seen.headings]
    faults = ["not one h1, first"] * (levels[:1] != [1] or levels.count(1) != 1)
    faults += [f"h{one} then h{next_}" for one, next_ in pairwise(levels) if next_ > one + 1]
    return faults + [f"empty h{level}" for level, text in seen.headings if not text]


def with_one_main_part(seen: Sight) -> list[str]:
    """So that what stands before it can be passed over."""
    return [f"{seen.mains} main parts"] * (seen.mains != 1)


def with_readable_text(seen: Sight) -> list[str]:
    """Every text against what it stands on."""
    return [
        f"{text.text[:40]}: {text.colour} on {text.ground}"
        for text in seen.texts
        if text.opacity < 1 or contrast(text.colour, text.ground) < needed(text)
    ]


def needed(text: ShownText) -> float:
    """The contrast that a text needs."""
    is_large = text.size >= (LARGE_AND_BOLD if text.weight >= BOLD else LARGE)
    return OF_LARGE_TEXT if is_large else OF_TEXT


def contrast(one: str, other: str) -> float:
    """Of two colours, from 1 to 21."""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Of #RRGGBB, from 0 to 1."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def with_tables_of_a_kind(seen: Sight) -> list[str]:
    """Laid out by a table, which no voice tells of; or data, whose headers say of what."""
    faults = []
    for table in seen.tables:
        if table.role == "presentation":
            faults += ["headers in a table for layout"] * bool(table.headers)
        else:
            faults += ["a table without headers"] * (not table.headers)
            faults += ["a header without scope"] * (not all(table.headers))
    return faults


def with_links_in_words(seen: Sight) -> list[str]:
    """A link is read alone, out of its sentence."""
    return ["a link without words"] * (not all(seen.links))


def with_images_in_words(seen: Sight) -> list[str]:
    """An image says what it shows, or by an empty text that it says nothing."""
    return ["an image without words"] * any(each is None for each in seen.images)


def with_names_used_once(seen: Sight) -> list[str]:
    """What is led to by name is one place."""
    return [f"twice: {name}" for name, times in Counter(seen.ids).items() if times > 1]


def fetching_nothing(seen: Sight) -> list[str]:
    """Whoever opens it tells no server that they did."""
    return [f"fetched: {address}" for address in seen.fetched]


CHECKS: tuple[Callable[[Sight], list[str]], ...] = (
    in_its_width,
    with_numbers_whole,
    with_language_and_title,
    with_headings_in_order,
    with_one_main_part,
    with_readable_text,
    with_tables_of_a_kind,
    with_links_in_words,
    with_images_in_words,
    with_names_used_once,
    fetching_nothing,
)


def faults_of(seen: Sight) -> list[str]:
    """Everything that is wrong with a page in a width."""
    return [f"{seen.name} at {seen.width}: {fault}" for check in CHECKS for fault in check(seen)]
