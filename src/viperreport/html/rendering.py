"""Templates and what is made of them; a fault is told with file and line.

They come from a home's files, so they run in a sandbox that changes nothing and reaches nothing
but the words of the mail. jinja2 is imported here, and nowhere else.
"""

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from traceback import extract_tb

from jinja2 import FunctionLoader, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from viperreport.html.harmless import harm_in

ESCAPED = ".html.j2"  # jinja2's own rule knows .html alone, and would leave these as they are
WIDTH = 72


class TemplateFault(Exception):  # noqa: N818 - it is one, of many, and no error of ours
    """What is wrong with a template, on one line that names file and line."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template as it was read.

    Args:
        name: relative to its home; faults are told by it.
    """

    name: str
    content: bytes


def rendered(
    template: Template, values: Mapping[str, object], harm_of: Callable[[str], str] = harm_in
) -> str:
    """Render a template.

    Args:
        harm_of: says what is wrong with the HTML that it made.

    Raises:
        TemplateFault: it is no template, fails, or makes what no mail may hold.
    """
    try:
        written = _environment(template).get_template(template.name).render(values)
    except TemplateSyntaxError as error:
        raise TemplateFault(f"{template.name}:{error.lineno}: {_line(error)}") from error
    except Exception as error:  # what runs is not ours: it may fail in any way
        line = _line_of(error, template.name)
        raise TemplateFault(f"{template.name}{line}: {_line(error)}") from error
    if template.name.endswith(ESCAPED) and (harm := harm_of(written)):
        raise TemplateFault(
            f"{template.name}: {harm}: it may fetch, run and send nothing: take it out"
        )
    return written


def _environment(template: Template) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(lambda name: _source(template) if name == template.name else None),
        undefined=StrictUndefined,
        autoescape=lambda name: name is None or name.endswith(ESCAPED),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["wrapped"] = wrapped
    return environment


def _source(template: Template) -> tuple[str, str, None]:
    try:
        return template.content.decode("utf-8"), template.name, None
    except UnicodeDecodeError as error:
        line = template.content.count(b"\n", 0, error.start) + 1
        raise TemplateSyntaxError("is not UTF-8", line, template.name) from error


def wrapped(text: str, first: str = "", rest: str = "") -> str:
    """Break text into lines of at most 72 characters.

    Args:
        first: what the first line begins with.
        rest: what the others begin with.
    """
    return textwrap.fill(
        str(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
    )


def _line(error: Exception) -> str:
    said = error.message if isinstance(error, TemplateError) else str(error)
    return " ".join(f"{said or type(error).__name__}".split())


def _line_of(error: Exception, name: str) -> str:
    lines = [each.lineno for each in extract_tb(error.__traceback__) if each.filename == name]
    return f":{lines[-1]}" if lines else ""
