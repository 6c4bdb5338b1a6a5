# ruff: noqa: T201 - a benchmark prints
"""What an edition costs: `make bench` prints it. A benchmark never fails a test.

First page one against all six; then the pages without tags against the archival file: alone, with
all that goes along with it, and as a whole build, reading and counting included. At last what a
reader more costs (tests/bench_mail.py).

The home is the demo's with every record twice (some 12,000 rows in three sources). Each line is
the median of pairs taken in turn, in milliseconds of CPU, warm.
"""

import csv
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from tests.bench_mail import mailing
from tests.untagged import without_tags
from viperreport.evidence.store import consulting
from viperreport.gathering import gather
from viperreport.model.briefing import Briefing
from viperreport.pdf.render import render
from viperreport.pipeline import (
    BuildRequest,
    Home,
    LoadOptions,
    build,
    draw,
    load,
    look,
    make,
    open_home,
)
from viperreport.sections.compose import ALL_SECTIONS, compose
from viperreport.verbs.demonstration import make_demo

CUT_OFF = date(2016, 5, 25)
LOADED_AT = datetime(2016, 8, 1, 5, 30, tzinfo=UTC)
PAGE_ONE = ("headline", "key_figures", "cumulative", "changed")
ROUNDS = 15
Steps = dict[str, tuple[Callable[[], object], Callable[[], object]]]


def clock() -> datetime:
    """An hour at which nothing is due."""
    return datetime(2016, 8, 2, 12, tzinfo=UTC)


def usual_home(directory: Path) -> Home:
    """The demo's newest deliveries, every record twice."""
    demo = make_demo(directory / "demo", clock)
    rows = 0
    for source in demo.settings.sources:
        newest = max(demo.path.glob(source.path))
        with newest.open(encoding="utf-8-sig", newline="") as file:
            header, *records = csv.reader(file)
        twice = directory / f"{source.name}.csv"
        key = header.index(source.columns["key"])
        with twice.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            for copy in ("", "-b"):
                writer.writerows([*r[:key], r[key] + copy, *r[key + 1 :]] for r in records)
        load(demo, source, twice, LoadOptions(LOADED_AT))
        rows += 2 * len(records)
    print(f"{rows} rows in {len(demo.settings.sources)} sources")
    return open_home(demo.path, {}, clock)


def paired(first: Callable[[], object], second: Callable[[], object]) -> tuple[float, float, float]:
    """Medians of both, and of their ratio pair by pair."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        first()
        middle = time.process_time()
        second()
        taken.append((middle - begun, time.process_time() - middle))
    a, b = (statistics.median(each) * 1000 for each in zip(*taken, strict=True))
    return a, b, statistics.median(second / first for first, second in taken)


def main() -> None:
    """Print what reading, composing and drawing cost, page one against all six."""
    with tempfile.TemporaryDirectory() as directory:
        home = usual_home(Path(directory))
        briefing = home.settings.briefing("")
        request = BuildRequest(cut_off=CUT_OFF)

        def built(sections: tuple[str, ...]) -> bytes:
            with consulting(home.engine, home.identity.id) as connection:
                return render(compose(gather(home, briefing, request, connection), sections))

        with consulting(home.engine, home.identity.id) as connection:
            context = gather(home, briefing, request, connection)
        one, whole = (compose(replace(context), each) for each in (PAGE_ONE, ALL_SECTIONS))
        steps: Steps = {
            "compose": (
                lambda: compose(replace(context), PAGE_ONE),
                lambda: compose(replace(context), ALL_SECTIONS),
            ),
            "draw": (lambda: render(one), lambda: render(whole)),
            "build": (lambda: built(PAGE_ONE), lambda: built(tuple(ALL_SECTIONS))),
        }
        show(("page one", "six pages"), steps)
        show(("untagged", "archival"), archiving(home, whole))
        print(f"{len(render(whole)) / 1000:.0f} kB without attachments")
        print(mailing(Path(directory) / "mailed"))


def show(sides: tuple[str, str], steps: Steps) -> None:
    """Print the medians of each step's two sides, and their ratio."""
    print(f"{'':16}{sides[0]:>10}{sides[1]:>11}{'ratio':>8}")
    for name, (first, second) in steps.items():
        a, b, ratio = paired(first, second)
        print(f"{name:16}{a:10.1f}{b:11.1f}{ratio:8.2f}")


def archiving(home: Home, briefing: Briefing) -> Steps:
    """The same pages without tags and with them, drawn alone and built."""
    request = BuildRequest(cut_off=CUT_OFF)

    def bare(step: Callable[[], object]) -> None:
        with without_tags():
            step()

    def kept() -> None:
        make(home, request)

    def counted() -> None:
        draw(build(home, request), look(home))

    return {
        "draw": (lambda: bare(lambda: render(briefing)), lambda: render(briefing)),
        "build": (lambda: bare(counted), counted),
        "with records": (lambda: bare(counted), kept),
    }


if __name__ == "__main__":
    main()
