"""How many pages a mail says that its PDF has."""

import io
from dataclasses import replace

import pikepdf
import pytest

from tests.pdf import sample
from viperreport.pdf.file import File
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


def test_whatever_byte_the_packed_objects_end_with() -> None:
    """Their last byte may be that of a line end: one file in 256 was no PDF to the count."""
    sure = set()
    for number in range(600):  # so the sum that ends what is packed takes every value
        file = File()
        root = file.add(
            f"<</Type/Pages/Count {number}/Kids[]/{chr(65 + number % 26)}{'z' * (number // 26)} 0>>"
        )
        pdf = file.written(root, root)
        sure.add(pdf[: pdf.index(b"\nendstream")][-1:])
        assert page_count(pdf) == number
    assert {b"\r", b"\n"} <= sure


def test_what_is_no_file_of_ours_has_no_number() -> None:
    """No page is made up."""
    assert page_count(b"%PDF-1.4 of somebody else") == 0
