"""The whole run on one page: load → read → compose → enclose → draw.

Each step takes one frozen value and returns the next; Settings are unpacked into plain arguments
here, and go no further. Costly libraries are imported by the step that needs them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from viperreport.configuration import (
    MAIL_TEMPLATES,
    Configuration,
    keep_configuration,
    kept_configuration,
    read_configuration,
    unpacked,
)
from viperreport.enclosures import Enclosure, Made, enclose
from viperreport.errors import ConfigError, UsageError
from viperreport.gathering import gather
from viperreport.homes import STATE, HomeIdentity, home_identity, packaged_home
from viperreport.made_with import versions
from viperreport.model.briefing import Briefing
from viperreport.model.correcting import Replaced
from viperreport.model.source import Source
from viperreport.settings import (
    ALL_AREAS,
    THEME_TEMPLATE,
    BriefingSettings,
    Settings,
    ThemeChecks,
    ThemeSettings,
    Written,
    load_settings,
    load_template,
    load_theme,
    word_faults,
    written_in,
)
from viperreport.slots import (
    parse_cut_off,
    parse_schedule,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from viperreport.evidence.load import LoadReport
    from viperreport.evidence.records import Record
    from viperreport.model.figure import Figure
    from viperreport.pdf.look.theme import Theme
    from viperreport.sections.context import Context

_CHECKS: Mapping[str, Callable[[str], object]] = {"every": parse_schedule, "cut_off": parse_cut_off}


@dataclass(frozen=True)
class Home:
    """A home, opened: what it says, who it is, and the clock (UTC) that it goes by.

    Args:
        path: its directory, with its store, its inbox and its output. What it says lies there too,
            in `settings.home`, unless it is opened as it was once configured.
        text: what it says, word for word, as it was read.
    """

    settings: Settings
    identity: HomeIdentity
    clock: Callable[[], datetime]
    path: Path
    text: Configuration

    @property
    def zone(self) -> ZoneInfo:
        """Where its days begin and end."""
        return ZoneInfo(self.settings.zone)

    @cached_property
    def archive(self) -> Path:
        """Where its editions are filed."""
        return self.settings.archive or self.path / "output" / "editions"

    @cached_property
    def engine(self) -> "Engine":
        """Its evidence store."""
        from viperreport.database import open_engine, sqlite_url

        url = self.settings.database_url
        if url is not None:
            return open_engine(url.get_secret_value())
        return open_engine(sqlite_url(self.path / "output" / "state" / "evidence.db"))

    @cached_property
    def ledger(self) -> "Engine":
        """Its ledger, which is never in the same database as its evidence."""
        from viperreport.archive.tables import open_ledger

        url = self.settings.database_url
        return open_ledger(self.path / STATE, None if url is None else url.get_secret_value())


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """Which edition is wanted.

    Args:
        briefing: its name; "" for the only one.
        cut_off: last whole day counted; None for that of the last due slot.
        known_at: use only what was known then; None for all that is known.
        area: the slug of the area whose own edition it is; "all" for the whole.
        revision: 1 for the first under its name.
        late: it was waited for its sources to reach the cut-off, in vain.
        released: a person lets it out in spite of a hold.
        replaces: the edition that it corrects; None for none.
        previous_known_at: what was known then is the edition before; None: what was known at its
            slot.
    """

    briefing: str = ""
    cut_off: date | None = None
    known_at: datetime | None = None
    area: str = ALL_AREAS
    revision: int = 1
    late: bool = False
    released: bool = False
    replaces: Replaced | None = None
    previous_known_at: datetime | None = None


def open_home(
    path: Path,
    environ: Mapping[str, str],
    clock: Callable[[], datetime],
    configured: Path | None = None,
) -> Home:
    """Read and check a home's configuration; nothing else is touched.

    Args:
        configured: the directory that holds the configuration, where that is an earlier one.

    Raises:
        ConfigError: with every fault.
    """
    configured = configured or path
    text = read_configuration((configured,))
    settings = load_settings(configured, environ, _CHECKS, path)
    return Home(settings, home_identity(path), clock, path.absolute(), text)


def as_kept(home: Path, configuration: str, ledger: "Callable[[], Engine]") -> Path:
    """The directory that holds a configuration which was kept.

    Where this machine lacks it, or has it damaged, it is written out from the ledger.

    Args:
        configuration: its hash.
        ledger: opens the ledger, if it must be.

    Raises:
        ConfigError: it was not kept, or is no longer what it was.
    """
    from viperreport.archive.texts import text_of

    try:
        return kept_configuration(kept_in(home), configuration)
    except ConfigError:
        content = text_of(ledger(), configuration) if configuration else None
        if content is None:
            raise
    keep_configuration(kept_in(home), unpacked(content, configuration))
    return kept_configuration(kept_in(home), configuration)


def reopened(home: Home, configuration: str) -> Home:
    """A home as it was configured once, with the store that it has open now.

    Args:
        configuration: the hash of what was kept.

    Raises:
        ConfigError: it was not kept, or is no longer what it was.
    """
    place = as_kept(home.path, configuration, lambda: home.ledger)
    kept = open_home(home.path, {}, home.clock, place)
    vars(kept).update(engine=home.engine, ledger=home.ledger, archive=home.archive)
    return kept


def kept_in(home: Path) -> Path:
    """Where a home keeps the configurations that editions were built by."""
    return home / STATE / "configurations"


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How a file is to be loaded.

    Args:
        known_at: the instant whose knowledge the file is; None for now.
        dry_run: do all of it, and keep nothing.
        accept_drop: let it take away more records than the guard `max_drop` allows.
        accept_rewritten: let it tell more records otherwise than `max_rewritten` allows.
        only_new: pass over a file that was read before the source's latest load.
        named: whether a person named the file; one that was erased is passed over else.
        progress: told bytes read and bytes in all, now and then.
    """

    known_at: datetime | None = None
    dry_run: bool = False
    accept_drop: bool = False
    accept_rewritten: bool = False
    only_new: bool = False
    named: bool = True
    progress: Callable[[int, int], None] | None = None


def load(
    home: Home, source: Source, file: Path, options: LoadOptions | None = None
) -> "LoadReport":
    """Load one file of one source into the store.

    Raises:
        DataError: the file or its rows were refused; no record has changed.
        ConfigError: the store is another home's, or of the other nature.
    """
    from viperreport.evidence.load import LoadRequest, load_file
    from viperreport.evidence.refusals import Limits

    options, guards = options or LoadOptions(), home.settings.guards
    request = LoadRequest(
        known_at=options.known_at,
        now=home.clock(),
        areas=home.settings.areas,
        zone=home.settings.zone,
        limits=Limits(
            guards.max_drop, guards.max_rewritten, options.accept_drop, options.accept_rewritten
        ),
        only_new=options.only_new,
        named=options.named,
        dry_run=options.dry_run,
        home=home.identity.id,
        progress=options.progress,
        clock=home.clock,
    )
    return load_file(home.engine, source, file, request)


def waiting_files(home: Home, sources: Sequence[Source]) -> list[tuple[Source, Path]]:
    """The files that sources with a `path` would load, oldest name first."""
    return [
        (source, file)
        for source in sources
        if source.path
        for file in sorted(home.path.glob(source.path))
    ]


def build(home: Home, request: BuildRequest) -> Briefing:
    """Count and say everything that one edition says.

    Raises:
        UsageError: no such briefing, or a cut-off before the first record.
        DataError: nothing is loaded that was known by then.
    """
    from viperreport.evidence.store import consulting

    with consulting(home.engine, home.identity.id) as connection:
        return _composed(home, request, connection)[1]


def _composed(
    home: Home, request: BuildRequest, connection: "Connection"
) -> "tuple[Context, Briefing]":
    """What an edition is made from, and what it says."""
    from viperreport.sections.compose import ALL_SECTIONS, compose

    briefing = home.settings.briefing(request.briefing)
    if home.settings.home == home.path:  # what was once built is built again as it was written
        refuse_overstated(home)
    homes = (home.settings.home, packaged_home())
    template = load_template(briefing.template, homes, ALL_SECTIONS)
    context = gather(home, briefing, request, connection)
    made = compose(context, template.sections)
    return context, made if request.replaces is None else _corrected(home, request, made)


def _corrected(home: Home, request: BuildRequest, made: Briefing) -> Briefing:
    """A briefing that says what is other than in the edition that it replaces."""
    from viperreport.sections.correcting.page import corrected

    if request.replaces is None:
        return made
    return corrected(made, build_replaced(home, request), request.replaces, home.zone)


def build_replaced(home: Home, request: BuildRequest) -> Briefing:
    """The edition that one corrects, as it was known and configured.

    Raises:
        ConfigError: its configuration was not kept.
    """
    replaced = request.replaces
    if replaced is None:
        raise ValueError("the edition corrects none")
    before = replace(request, known_at=replaced.known_at, revision=replaced.revision, replaces=None)
    return build(reopened(home, replaced.configuration), before)


def is_changed(home: Home, request: BuildRequest, before: Briefing | None = None) -> bool:
    """Whether an edition has other figures or verdicts than the one that it corrects.

    Args:
        before: that one, where it was built again already.
    """
    from viperreport.sections.correcting.changes import changes

    now = build(home, replace(request, replaces=None))
    return not changes(before or build_replaced(home, request), now).is_none


@dataclass(frozen=True, slots=True)
class DrawnEdition:
    """An edition, drawn.

    Args:
        request: how it was asked for.
        pdf: the file, with what is attached to it.
        attached: what is inside it.
        beside: what goes along with it and is not attached.
        configuration: the text that it was made by.
        made_with: versions, by what they are of.
    """

    request: BuildRequest
    briefing: Briefing
    pdf: bytes = field(repr=False)
    attached: tuple[Enclosure, ...] = field(repr=False)
    beside: tuple[Enclosure, ...] = field(repr=False)
    configuration: Configuration = field(repr=False)
    made_with: Mapping[str, str]

    @property
    def tells_of_people(self) -> bool:
        """Whether records are inside it."""
        return any(each.tells_of_people for each in self.attached)


def make(home: Home, request: BuildRequest) -> DrawnEdition:
    """Build one edition, with all that goes along with it, and draw it.

    Raises:
        UsageError, DataError: as `build` does.
        ConfigError: the theme has faults, which are told before anything is counted.
    """
    from viperreport.evidence.store import consulting

    theme = look(home)
    settings = home.settings.briefing(request.briefing)
    with consulting(home.engine, home.identity.id) as connection:
        context, briefing = _composed(home, request, connection)
        made = Made(
            briefing=briefing,
            snapshot=context.snapshot,
            settings=settings,
            configuration=configuration_of(home, settings, theme),
            area=context.facts.within,
            key=home.identity.key,
            made_with=versions(home.settings.zone),
        )
        enclosed = enclose(made, connection)
    attached = [each for each in enclosed if each.attached] if settings.attach_data else None
    beside = tuple(each for each in enclosed if not each.attached)
    pdf = draw(briefing, theme, attached)
    return DrawnEdition(
        request=request,
        briefing=briefing,
        pdf=pdf,
        attached=tuple(attached or ()),
        beside=beside,
        configuration=made.configuration,
        made_with=made.made_with,
    )


def keep(home: Home, configuration: Configuration) -> None:
    """Keep the text that an edition was made by, so that it can be made again.

    Raises:
        OutputError: the home's output cannot be written.
    """
    keep_configuration(kept_in(home.path), configuration)


def configuration_of(home: Home, briefing: BriefingSettings, theme: ThemeSettings) -> Configuration:
    """The exact text of all that decided what an edition says and looks like.

    Raises:
        ConfigError: it was edited since the home was opened.
    """
    fonts = [font.relative_to(home.settings.home).as_posix() for font in theme.fonts.values()]
    homes = (home.settings.home, packaged_home())
    templates = (f"{briefing.template}.toml", f"{THEME_TEMPLATE}.toml", *MAIL_TEMPLATES)
    found = read_configuration(homes, templates, fonts)
    changed = sorted(set(home.text.files) - set(found.files))
    if changed:
        raise ConfigError(
            f"{changed[0][0]}: was changed while an edition was built: build it again"
        )
    return found


def look(home: Home) -> ThemeSettings:
    """Read and check what the pages of a home look like.

    Raises:
        ConfigError: with every fault.
    """

    def font(role: str, file: Path) -> object:
        from viperreport.pdf.look.fonts import own_font

        return own_font(role, file)

    def path(data: str) -> tuple[float, float, float, float]:
        from viperreport.pdf.look.logo import path_extent

        return path_extent(data)

    return load_theme((home.settings.home, packaged_home()), ThemeChecks(font, path))


def draw(
    briefing: Briefing,
    given: ThemeSettings | None = None,
    attached: Sequence[Enclosure] | None = (),
) -> bytes:
    """Draw a briefing as a PDF; the same briefing, look and attachments give the same bytes.

    Args:
        attached: what goes along in it; None where nothing may.
    """
    from viperreport.pdf.attachments import Attachment
    from viperreport.pdf.render import render

    files = None
    if attached is not None:
        files = [Attachment(each.name, each.kind, each.said, each.content) for each in attached]
    return render(briefing, _theme(given), files)


def _theme(given: ThemeSettings | None) -> "Theme":
    from viperreport.pdf.look.fonts import PACKAGED
    from viperreport.pdf.look.logo import logo_of
    from viperreport.pdf.look.theme import THEME, Palette, mm, theme_of

    if given is None:
        return THEME
    colours, fonts = Palette(**dict(given.colours)), PACKAGED.standing_in(given.fonts)
    logo = None
    if given.logo is not None:
        box = given.logo.width, given.logo.height
        paths = [(path.d, path.fill) for path in given.logo.paths]
        logo = logo_of(box, mm(given.logo.room), paths)
    return theme_of(colours, fonts, given.paper, logo)


def records(home: Home, figure: "Figure") -> "tuple[Record, ...]":
    """The records that add up to a figure, with their file lines.

    Raises:
        UsageError: a figure that no records stand behind.
    """
    from viperreport.evidence.records import records_behind
    from viperreport.evidence.store import consulting

    if figure.source not in {source.name for source in home.settings.sources}:
        raise UsageError(f"{figure.key}: {figure.method}: no records stand behind it")
    source = home.settings.source(figure.source)
    with consulting(home.engine, home.identity.id) as connection:
        return records_behind(connection, source, figure)


def refuse_overstated(home: Home) -> None:
    """Refuse words in a home's own titles, notes and definitions that no evidence carries.

    Raises:
        ConfigError: naming each word, by file and key, with what to write instead.
    """
    from viperreport.evidence.published import read_published

    notes = (
        Written(f"config/published.csv: note of {total.id}", total.note)
        for total in read_published(home.settings.home / "config" / "published.csv")
    )
    if faults := word_faults((*written_in(home.settings), *notes)):
        raise ConfigError(*faults)
