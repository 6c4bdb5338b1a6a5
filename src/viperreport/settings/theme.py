"""templates/theme.toml: the look of the pages, with every contrast measured."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, Field

from viperreport.errors import ConfigError
from viperreport.settings.contrast import WHITE, contrast_faults, is_colour
from viperreport.settings.reading import Line, Number, Table, check, read_toml

NAME = "theme"
FILE = f"templates/{NAME}.toml"
_STEPS = 5
_HAIR = 1e-3  # parts of the view box by which rounding may leave it

AnyValue = TypeVar("AnyValue")
Extent = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class ThemeChecks:
    """What only the page can tell, which this floor may not import.

    Args:
        font: is given a role and a font file; raises ValueError with one line.
        path: is given the data of a logo's path; gives left, top, right and bottom of what it
            draws, or raises ValueError with one line.
    """

    font: Callable[[str, Path], object]
    path: Callable[[str], Extent]


def _colour(text: str) -> str:
    if not is_colour(text):
        raise ValueError('must be a colour, such as "#12436D"')
    return text.upper()


def _five(colours: tuple[str, ...]) -> tuple[str, ...]:
    if len(colours) != _STEPS:
        raise ValueError(f"must be {_STEPS} colours, from none to many")
    return colours


def _some(paths: tuple[AnyValue, ...]) -> tuple[AnyValue, ...]:
    if not paths:
        raise ValueError("must not be empty")
    return paths


def _paper_itself(colour: str) -> str:
    if colour != WHITE:
        raise ValueError(f'is the paper itself: must be "{WHITE}"')
    return colour


Colour = Annotated[str, AfterValidator(_colour)]
Data = Annotated[str, Field(min_length=1)]
Ramp = Annotated[tuple[Colour, ...], AfterValidator(_five)]


class Colours(Table):
    """Every colour of the pages, named by what it is for."""

    ink: Colour
    ink2: Colour
    ink3: Colour
    rule: Colour
    hairline: Colour
    tint: Colour
    white: Annotated[Colour, AfterValidator(_paper_itself)]
    this_year: Colour
    year_minus_1: Colour
    years_before: Colour
    band80: Colour
    band95: Colour
    harm_up: Colour
    harm_down: Colour
    activity: Colour
    unclear: Colour
    marker_text: Colour
    marker_fill: Colour
    plot_band: Colour
    context_bar: Colour
    plan_track: Colour
    river: Colour
    river_label: Colour
    ramp: Ramp
    ramp_text: Ramp


class FontFiles(Table):
    """Files of the home for the five roles; None where the packaged font stays."""

    serif: Line | None = None
    regular: Line | None = None
    italic: Line | None = None
    semibold: Line | None = None
    bold: Line | None = None


class LogoPath(Table):
    """One filled path of a logo."""

    d: Data
    fill: Colour


class LogoTable(Table):
    """A logo: its view box, the room that it may take in mm, and its paths."""

    width: Annotated[Number, Field(gt=0, le=1e6)]
    height: Annotated[Number, Field(gt=0, le=1e6)]
    room: Annotated[Number, Field(ge=14, le=40)] = 14.0
    paths: Annotated[tuple[LogoPath, ...], AfterValidator(_some)]


class _ThemeTable(Table):
    """theme.toml as it is written, laid over the packaged one."""

    paper: Literal["A4", "Letter"]
    colours: Colours
    fonts: FontFiles = FontFiles()
    logo: LogoTable | None = None


@dataclass(frozen=True, slots=True)
class ThemeSettings:
    """The look of the pages.

    Attributes:
        fonts: files by role: serif, regular, italic, semibold, bold; only those of the home.
    """

    paper: str
    colours: Colours
    fonts: Mapping[str, Path]
    logo: LogoTable | None


def load_theme(homes: Sequence[Path], checks: ThemeChecks) -> ThemeSettings:
    """Read the theme of the first of some homes that has one; the last one fills what it omits.

    Args:
        homes: the home, then the packaged one.

    Raises:
        ConfigError: with every fault.
    """
    home = next((each for each in homes if (each / FILE).exists()), homes[-1])
    faults: list[str] = []
    raw = read_toml(home, FILE, faults)
    whole = raw if home == homes[-1] else read_toml(homes[-1], FILE, faults)
    if raw is None or whole is None:
        raise ConfigError(*faults)
    written = _laid_over(whole, raw)
    theme = check(_ThemeTable, written, FILE, faults)
    # What is well written is looked into even where something else is not.
    found = contrast_faults(_table(written, "colours"), _table(raw, "colours"))
    fonts = _font_files(home, _table(written, "fonts"), checks, found)
    found += _logo_faults(written.get("logo"), checks)
    faults += [f"{FILE}: {fault}" for fault in found]
    if theme is None or faults:
        raise ConfigError(*faults)
    return ThemeSettings(theme.paper, theme.colours, fonts, theme.logo)


def _laid_over(whole: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """What a home says of its theme, completed by the whole one."""
    made = {**whole, **own}
    if isinstance(made["colours"], dict):
        made["colours"] = {**whole["colours"], **made["colours"]}
    return made


def _table(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = raw.get(key)
    return found if isinstance(found, dict) else {}


def _font_files(
    home: Path, written: Mapping[str, Any], checks: ThemeChecks, faults: list[str]
) -> dict[str, Path]:
    found = {}
    for role in FontFiles.model_fields:
        name = written.get(role)
        if isinstance(name, str) and name:
            found[role] = home / name
            try:
                _refuse_outside(home, name)
                checks.font(role, found[role])
            except ValueError as error:
                faults.append(f"fonts.{role}: {error}")
    return found


def _refuse_outside(home: Path, name: str) -> None:
    inside = (home / name).resolve().is_relative_to(home.resolve())
    if Path(name).is_absolute() or not inside:
        raise ValueError('must be a file inside this home, such as "templates/fonts/Text.ttf"')


def _logo_faults(written: object, checks: ThemeChecks) -> list[str]:
    logo = check(LogoTable, written, FILE, []) if isinstance(written, dict) else None
    if logo is None:
        return []
    faults = []
    for number, path in enumerate(logo.paths, start=1):
        try:
            _refuse_beyond(logo, checks.path(path.d))
        except ValueError as error:
            faults.append(f"logo.paths[{number}].d: {error}")
    return faults


def _refuse_beyond(logo: LogoTable, extent: Extent) -> None:
    left, top, right, bottom = extent
    across, along = logo.width * _HAIR, logo.height * _HAIR
    if (
        min(left + across, top + along) < 0
        or right > logo.width + across
        or bottom > logo.height + along
    ):
        raise ValueError(f"leaves the logo's box, 0 0 {logo.width:g} {logo.height:g}")
