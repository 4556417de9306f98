"""Worksheets are downloaded where a teacher looks for them."""

from __future__ import annotations

import pypdfium2


def download(page, label: str) -> list[str]:
    """The text of each page of the PDF behind a button."""
    with page.expect_download() as started:
        page.get_by_role("button", name=label, exact=True).click()
    with pypdfium2.PdfDocument(started.value.path()) as document:
        return [each.get_textpage().get_text_range() for each in document]


def test_start_has_the_test_on_paper_and_the_sheets_of_boxes(open_page):
    page = open_page("")
    page.get_by_label("Seed").fill("7")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Test on paper").wait_for()
    page.wait_for_timeout(500)
    *questions, key = download(page, "Test on paper")
    assert [text.count("One-shot test, Kannada, seed 7") for text in questions] == [1, 1]
    assert "Key: One-shot test, Kannada, seed 7" in key
    (grid,) = download(page, "Sheet of 12 boxes")
    assert "Your own alphabet" in grid
