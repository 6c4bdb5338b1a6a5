"""The same briefing gives the same bytes, whoever draws it, when and where."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from viperreport.pdf.render import render

from . import sample

ROOT = Path(__file__).parents[2]
PROGRAM = (
    "import hashlib; from tests.pdf import sample; from viperreport.pdf.render import render; "
    "print(hashlib.sha256(render(sample.briefing())).hexdigest())"
)


def test_twice_in_one_process() -> None:
    """Drawing another briefing in between changes nothing."""
    first = render(sample.briefing())
    render(sample.briefing(sample.HEADLINE))
    assert render(sample.briefing()) == first


@pytest.mark.parametrize(("seed", "zone"), [("0", "UTC"), ("4711", "Pacific/Kiritimati")])
def test_in_another_process(seed: str, zone: str) -> None:
    """Another hash seed, time zone, or SOURCE_DATE_EPOCH gives the same file."""
    environment = os.environ | {
        "PYTHONHASHSEED": seed,
        "TZ": zone,
        "SOURCE_DATE_EPOCH": seed,
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == hashlib.sha256(render(sample.briefing())).hexdigest()


def test_another_instant_is_another_file() -> None:
    """The dates and the identity of the file follow known-at."""
    later = replace(sample.briefing(), known_at=sample.KNOWN_AT + timedelta(days=1))
    assert render(later) != render(sample.briefing())
