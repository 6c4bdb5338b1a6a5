"""How many pages a mail says that its PDF has."""

import io
from dataclasses import replace

import pikepdf
import pytest

from tests.pdf import sample
from viperreport.pdf.pages import page_count
from viperreport.pdf.render import render


@pytest.mark.parametrize("times", [1, 4])
def test_pages_are_counted_as_other_software_counts_them(times: int) -> None:
    """Of a page and of several, with attachments or none."""
    briefing = sample.briefing()
    briefing = replace(briefing, sections=briefing.sections * times)
    for attachments in ((), None):
        pdf = render(briefing, attachments=attachments)
        with pikepdf.open(io.BytesIO(pdf)) as read:
            assert page_count(pdf) == len(read.pages)
            assert len(read.pages) >= min(times, 2)


def test_what_is_no_file_of_ours_has_no_number() -> None:
    """No page is made up."""
    assert page_count(b"%PDF-1.4 of somebody else") == 0
