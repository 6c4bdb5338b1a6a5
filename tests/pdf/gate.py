"""The gate: every PDF that the suite draws must pass veraPDF.

What a test draws is kept in a folder, once for the same bytes. When all tests have ended, the
whole folder is checked at once, and a test whose PDF breaks a rule is reported as failed. With
xdist, workers keep and the controller checks.

With a choice of markers (`make test`) the first few PDFs of each test are kept, since a property
draws hundreds; without one (`make test-slow`) all are. Where the validator is not installed, that
is reported as skipped; under CI=true it fails.
"""

import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .verapdf import Report, missing, validate

_FOLDER = pytest.StashKey[Path]()
_SAID = pytest.StashKey[str]()
_OF_A_TEST = 8
_OF_THE_GATE = "the gate: PDF/A-3a and PDF/UA-1"

Keep = Callable[[bytes], None]


def pytest_configure(config: pytest.Config) -> None:
    """Name the folder of this session's PDFs: one for all of its processes."""
    told = _of_a_worker(config).get("pdfs")
    config.stash[_FOLDER] = Path(told or tempfile.mkdtemp(prefix="drawn-"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # noqa: ANN401 - xdist's, which has no types
    """Tell a worker of xdist where the folder is."""
    node.workerinput["pdfs"] = str(node.config.stash[_FOLDER])


@pytest.fixture(scope="session")
def archival_gate(pytestconfig: pytest.Config) -> Keep:
    """Hand over a PDF that another process drew; what this process draws is kept anyway."""
    folder = pytestconfig.stash[_FOLDER]
    kept: Counter[str] = Counter()
    most = _OF_A_TEST if pytestconfig.getoption("markexpr") else sys.maxsize

    def keep(data: bytes) -> None:
        path = folder / f"{hashlib.sha256(data).hexdigest()}.pdf"
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
        if kept[test] < most and not path.exists():
            kept[test] += 1
            path.with_suffix(".test").write_text(test, encoding="utf-8")
            path.write_bytes(data)

    return keep


@pytest.fixture(scope="session", autouse=True)
def _all_that_is_drawn(archival_gate: Keep) -> Iterator[None]:
    from viperreport.pdf.canvas import Canvas

    finish = Canvas.finish

    def kept(canvas: Canvas) -> bytes:
        data = finish(canvas)
        archival_gate(data)
        return data

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Canvas, "finish", kept)
        yield


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Check what was kept; each test with a broken PDF gets a report of its own."""
    config = session.config
    drawn = sorted(config.stash[_FOLDER].glob("*.pdf"))
    if _of_a_worker(config) or not drawn:
        return
    lacking = missing()
    if lacking and os.environ.get("CI") != "true":
        _tell(config, _OF_THE_GATE, ("skipped", (__file__, 0, f"Skipped: {lacking}")))
        return
    began = time.monotonic()
    failures = {_OF_THE_GATE: lacking} if lacking else _failures(drawn)
    for test, words in failures.items():
        _tell(config, test, ("failed", words))
    if failures and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    took = time.monotonic() - began
    config.stash[_SAID] = f"{len(drawn)} PDFs went through veraPDF in {took:.1f} s"


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say how many were checked, and in what time."""
    if _SAID in config.stash:
        terminalreporter.write_line(config.stash[_SAID])


def pytest_unconfigure(config: pytest.Config) -> None:
    """The folder goes with the session."""
    if not _of_a_worker(config):
        shutil.rmtree(config.stash[_FOLDER], ignore_errors=True)


def _failures(drawn: list[Path]) -> dict[str, str]:
    """What to say of each test that drew a broken PDF: of its first one, and how many there are."""
    broken: dict[str, list[Report]] = {}
    for path, report in zip(drawn, validate(drawn), strict=True):
        if not report.passes:
            test = path.with_suffix(".test").read_text(encoding="utf-8") or _OF_THE_GATE
            broken.setdefault(test, []).append(report)
    return {
        test: f"{len(reports)} PDFs of this test break rules. The first:\n{reports[0]}"
        for test, reports in broken.items()
    }


def _tell(config: pytest.Config, test: str, outcome: tuple[Any, Any]) -> None:
    result, words = outcome
    place = (test.partition("::")[0], None, test)
    report = pytest.TestReport(test, place, {}, result, words, "call")
    config.hook.pytest_runtest_logreport(report=report)


def _of_a_worker(config: pytest.Config) -> dict[str, Any]:
    """What xdist tells a worker; nothing in the controller, nor without xdist."""
    told: dict[str, Any] = getattr(config, "workerinput", {})
    return told
