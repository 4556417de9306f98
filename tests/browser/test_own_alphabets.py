"""Own alphabets in a real browser: an uploaded zip becomes a choice on Recognise and names drawings."""

from __future__ import annotations

import re

from tests import drawn
from tests.browser.test_recognise import ALL, ANSWER, titles


def test_an_uploaded_zip_becomes_a_choice_names_a_sample_and_is_deleted(open_ready, tmp_path):
    files = {f"Moon/sign {c}/{d}.png": drawn.png(drawn.scribble(c, d)) for c in range(4) for d in (1, 2)}
    (tmp_path / "Our <b>moon.zip").write_bytes(drawn.zipped(files | {"Moon/lost/1.png": b"no picture"}))
    page = open_ready("recognise?ways=5")
    page.get_by_role("button", name="More").click()
    page.locator("input[type=file]").set_input_files(tmp_path / "Our <b>moon.zip")
    page.wait_for_url(re.compile("data=own-our-b-moon"))
    page.get_by_text("Left out, since no picture of it can be read: Moon/lost.").wait_for()
    page.locator(f"{ALL} >> nth=3").wait_for()
    assert titles(page) == [f"sign {c}" for c in range(4)]
    page.keyboard.press("Escape")
    page.locator(".badge.unseen").first.wait_for()
    page.get_by_role("button", name="Sample").click()
    page.locator(ANSWER).wait_for()
    assert re.search(r"this is sign [0-3], drawn by person 2", page.locator(".answer .note").inner_text())
    again = open_ready(page.url.split("/")[-1])
    assert titles(again)[0].startswith("sign 0")
    again.get_by_role("button", name="More").click()
    again.get_by_role("button", name="Delete these alphabets").click()
    again.wait_for_url(re.compile(r"recognise(\?(?!.*data=).*)?$"))
    assert "sign 0" not in titles(again)
