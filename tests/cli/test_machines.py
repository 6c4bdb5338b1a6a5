"""Two machines as docs/operating.md sets them up: two directories, one server, one archive."""

import shutil
from collections.abc import Callable
from pathlib import Path

from tests.archive.conftest import own_database, postgresql_url

from .test_run import BEFORE, DUE, EDITION, LATER, at, prepared

__all__ = ["own_database", "postgresql_url"]


def test_step_by_step(home: Path, tmp_path: Path, own_database: Callable[[], str]) -> None:
    """The first runs; the second is refused, adopted, and files; both tell the same."""
    share = tmp_path / "editions"
    share.mkdir(mode=0o750)
    one, two = tmp_path / "machines/one", tmp_path / "machines/two"
    shutil.copytree(home, one, ignore=shutil.ignore_patterns("output", "templates"))
    secrets = f"VIPERREPORT_DATABASE_URL='{own_database()}'\nVIPERREPORT_ARCHIVE='{share}'\n"
    (one / ".env").write_text(secrets)
    (one / ".env").chmod(0o600)
    prepared(one)
    for part in ("config", "templates"):
        shutil.copytree(one / part, two / part)
    (two / "output/state").mkdir(parents=True)
    for file in (".env", "output/state/home.json"):
        shutil.copy2(one / file, two / file)
    refused = at(BEFORE, "run", cwd=two)
    assert refused.code == 3
    assert "does it join others?" in refused.err
    assert at(BEFORE, "adopt", cwd=two).done().said == "adopted: nothing was missing\n"
    assert f"{EDITION}: filed" in at(DUE, "run", cwd=two).done().said
    assert at(DUE, "run", cwd=one).done().said.count("filed") <= 1
    for machine in (one, two):
        at(LATER, "archive", "verify", cwd=machine).done()
        at(LATER, "archive", "rebuild", EDITION, "--check", cwd=machine).done()
        assert EDITION in at(LATER, "history", cwd=machine).done().said
        assert not (machine / "output/editions").exists()
    explained = at(LATER, "explain", "K1", "--edition", EDITION, cwd=one).done().said
    assert explained.startswith(EDITION)
    (pdf,) = share.rglob("*.pdf")
    refused = at(LATER, "build", "--edition", EDITION, "-o", str(pdf), cwd=one)
    assert refused.code == 2
    assert pdf.stat().st_mode & 0o777 == 0o440
