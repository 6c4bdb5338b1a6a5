"""templates/NAME.toml: which sections a briefing has, in which order."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field

from viperreport.errors import ConfigError
from viperreport.settings import theme
from viperreport.settings.reading import Line, Table, check, nearest, read_toml


class Template(Table):
    """A briefing's sections, in the order of its pages."""

    sections: Annotated[tuple[Line, ...], Field(min_length=1)]


def load_template(name: str, homes: Sequence[Path], known: Collection[str] = ()) -> Template:
    """Read a template from the first of some homes that has it.

    Args:
        name: as a briefing's `template` says.
        homes: the home, then the packaged one, which stands in for what a home leaves out.
        known: the sections that there are; empty: not checked.

    Raises:
        ConfigError: with every fault.
    """
    file = f"templates/{name}.toml"
    home = next((each for each in homes if (each / file).exists()), None)
    if home is None or name == theme.NAME:
        there = {each.stem for place in homes for each in (place / "templates").glob("*.toml")}
        there.discard(theme.NAME)
        raise ConfigError(f"{file}: there is no such template{nearest(name, there)}")
    faults: list[str] = []
    raw = read_toml(home, file, faults)
    template = None if raw is None else check(Template, raw, file, faults)
    faults.extend(_section_faults(file, template, known))
    if faults or template is None:
        raise ConfigError(*faults)
    return template


def _section_faults(file: str, template: Template | None, known: Collection[str]) -> list[str]:
    sections = template.sections if template else ()
    unknown = [
        f'{file}: sections[{number}]: "{name}" is no section{nearest(name, known)}'
        for number, name in enumerate(sections, start=1)
        if known and name not in known
    ]
    twice = sorted({name for name in sections if sections.count(name) > 1})
    return unknown + [f'{file}: sections: "{name}" stands there twice' for name in twice]
