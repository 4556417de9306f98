"""Worksheets are downloaded where a teacher looks for them."""

from __future__ import annotations

import numpy as np
import pypdfium2

from tests.browser.server import draw
from tests.browser.test_recognise import ANSWER
from tests.data.test_photograph import CHARACTERS
from tools.papers.grids import SHOTS, filled_in, photograph


def download(page, label: str) -> list[str]:
    """The text of each page of the PDF behind a button."""
    with page.expect_download() as started:
        page.get_by_role("button", name=label, exact=True).click()
    with pypdfium2.PdfDocument(started.value.path()) as document:
        return [each.get_textpage().get_text_range() for each in document]


def test_start_has_the_test_on_paper_and_the_sheets_of_boxes(open_page):
    page = open_page("")
    page.get_by_label("Seed", exact=True).fill("7")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Test on paper").wait_for()
    page.wait_for_timeout(500)
    *questions, key = download(page, "Test on paper")
    assert [text.count("One-shot test, Kannada, seed 7") for text in questions] == [1, 1]
    assert "Key: One-shot test, Kannada, seed 7" in key
    (grid,) = download(page, "Sheet of 12 boxes")
    assert "Your own alphabet" in grid


def test_a_filled_in_sheet_becomes_an_alphabet(open_page, tmp_path):
    page = open_page("teach")
    page.get_by_role("button", name="On paper").click()
    (grid,) = download(page, "Sheet of 12 boxes")
    assert "Your own alphabet" in grid
    sheet = filled_in(12, "A4", {0: CHARACTERS["hook"], 4: CHARACTERS["cross"]}, np.random.default_rng(1))
    file = tmp_path / "sheet.jpg"
    file.write_bytes(b"not a picture")
    page.locator("input[type=file]").last.set_input_files(file)
    page.locator(".stAlert").filter(has_text="cannot be read").wait_for()
    file.write_bytes(photograph(sheet, SHOTS["turned by up to 30 degrees"], np.random.default_rng(2)))
    page.locator("input[type=file]").last.set_input_files(file)
    page.get_by_text("2 of 12 boxes are filled.").wait_for()
    page.get_by_label("Name, box 1").fill("<b>hook</b>")
    page.get_by_label("Name, box 5").fill("cross")
    page.get_by_role("button", name="Teach these characters").click()
    page.get_by_text("2 characters are taught.").wait_for()
    assert page.locator(".tile .name").all_inner_texts() == ["<b>hook</b>", "cross"]
    draw(page, [(155, 65), (165, 265)])
    draw(page, [(70, 160), (250, 150)])
    page.locator(ANSWER).filter(has_text="This is cross").wait_for(timeout=180_000)
