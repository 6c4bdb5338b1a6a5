"""How far colours are apart, and how far they must be (WCAG 2)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor
from typing import Any, TypeGuard

WHITE = "#FFFFFF"
_TEXT, _GRAPHICS = 5.0, 3.0  # the contrasts that are needed; WCAG 2 asks 4.5 of text
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")

# What stands on what, and the contrast that it needs.
_ON_PAGES = ("white", "tint")
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "ink": _ON_PAGES,
    "ink2": (*_ON_PAGES, "plot_band"),
    "ink3": (*_ON_PAGES, "plot_band"),
    "this_year": _ON_PAGES,
    "harm_up": _ON_PAGES,
    "harm_down": _ON_PAGES,
    "activity": _ON_PAGES,
    "unclear": _ON_PAGES,
    "marker_text": (*_ON_PAGES, "marker_fill"),
    "river_label": ("white",),
}
_DRAWN: Mapping[str, tuple[str, ...]] = {
    "this_year": ("band80", "band95", "plan_track"),
    "year_minus_1": _ON_PAGES,
    "years_before": _ON_PAGES,
    "context_bar": ("white",),
    "activity": ("plan_track",),
}


@dataclass(frozen=True, slots=True)
class _Pair:
    """A colour, what it stands on, and how far they are apart."""

    key: str
    other: str
    colour: str
    on: str
    needs: float

    @property
    def contrast(self) -> float:
        return contrast(self.colour, self.on)

    def __str__(self) -> str:
        darker = luminance(self.colour) < luminance(self.on)
        return (
            f"colours.{self.key}: contrast {floor(self.contrast * 10) / 10:.1f} with {self.other}, "
            f"needs {self.needs:g}: choose a {'darker' if darker else 'lighter'} colour"
        )


def contrast_faults(colours: Mapping[str, Any], own: Mapping[str, Any]) -> list[str]:
    """The worst of what each colour lacks in contrast; malformed colours are passed over.

    Args:
        colours: all colours, as they are written.
        own: those that the home wrote itself; of a pair, the fault is theirs.
    """
    worst: dict[str, _Pair] = {}
    for pair in _pairs(colours, own):
        short = pair.contrast / pair.needs
        before = worst.get(pair.key)
        if short < 1 and (before is None or short < before.contrast / before.needs):
            worst[pair.key] = pair
    return [str(pair) for pair in worst.values()] + _order_faults(_ramp(colours, "ramp"))


def _pairs(colours: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[_Pair]:
    for needs, table in ((_TEXT, _TEXTS), (_GRAPHICS, _DRAWN)):
        for name, grounds in table.items():
            for ground in grounds:
                one, other = colours.get(name), WHITE if ground == "white" else colours.get(ground)
                if not (is_colour(one) and is_colour(other)):
                    continue
                if ground in own and name not in own and ground != "white":
                    yield _Pair(ground, name, other, one, needs)
                else:
                    yield _Pair(name, ground, one, other, needs)
    steps = zip(_ramp(colours, "ramp_text"), _ramp(colours, "ramp"), strict=False)
    for k, (one, other) in enumerate(steps, start=1):
        yield _Pair(f"ramp_text[{k}]", f"ramp[{k}]", one, other, _TEXT)


def is_colour(value: object) -> TypeGuard[str]:
    """Whether it is written as #RRGGBB."""
    return isinstance(value, str) and _COLOUR.fullmatch(value) is not None


def _ramp(colours: Mapping[str, Any], key: str) -> list[str]:
    found = colours.get(key)
    return found if isinstance(found, list) and all(map(is_colour, found)) else []


def _order_faults(ramp: Sequence[str]) -> list[str]:
    """A map must be readable in grey."""
    return [
        f"colours.ramp[{k}]: must be darker than the colour before it, for those who see grey"
        for k, (before, after) in enumerate(pairwise(ramp), start=2)
        if luminance(after) >= luminance(before)
    ]


_LINEAR = 0.04045  # up to here a colour's part is taken to be in proportion to its light


def luminance(colour: str) -> float:
    """Relative luminance of #RRGGBB, from 0 to 1 (WCAG 2)."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= _LINEAR else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, from 1 to 21 (WCAG 2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
