"""The page that matters, in a real browser: pen, answer, samples, uploads, links."""

from __future__ import annotations

import re

import pytest

from tests.browser.server import draw

ANSWER = ".answer:not(.waiting) .sentence"
HOOK = [(60, 80), (160, 60), (240, 110), (170, 170), (160, 250)]
BAR = [(70, 200), (250, 200)]


ALL = "[data-testid=stHtml] > div:not(.best_tiles) .tile"
"""The tiles of the complete support set, below the best three."""


def titles(page) -> list[str]:
    """What the tiles show, in order."""
    return page.locator(ALL).evaluate_all("tiles => tiles.map(tile => tile.title)")


def ink(page) -> int:
    """Inked pixels of what the network sees, counted in the browser; 0 without a drawing."""
    return page.evaluate(
        """async () => {
            const card = document.querySelector('.why .pixels');
            const url = card && card.style.backgroundImage.slice(5, -2);
            if (!url) return 0;
            const image = new Image(); image.src = url; await image.decode();
            const canvas = new OffscreenCanvas(105, 105), pen = canvas.getContext('2d');
            pen.drawImage(image, 0, 0);
            return pen.getImageData(0, 0, 105, 105).data.filter((v, i) => i % 4 === 0 && v < 128).length;
        }"""
    )


def wait_for_ink(page, condition: str, than: int) -> int:
    """Wait until the ink compares so, and return it."""
    for _ in range(150):
        now = ink(page)
        if (now > than) if condition == "more" else (now < than):
            return now
        page.wait_for_timeout(100)
    raise AssertionError(f"The network still sees {now} inked pixels, not {condition} than {than}.")


def test_a_drawing_is_answered_in_a_sentence_and_one_tile_stands_out(open_ready):
    page = open_ready("recognise?ways=8")
    assert page.locator(ALL).count() == 8
    draw(page, HOOK)
    page.locator(ANSWER).wait_for()
    assert re.search(
        r"^(This is .+, similarity .+; the next best has .+|None of these: .+)\.$", page.locator(ANSWER).inner_text()
    )
    page.locator(f"{ALL}.chosen").wait_for()
    assert all(page.locator(f"{ALL} .score b").all_inner_texts())


def test_the_ink_that_decided_is_one_click_from_the_answer(open_ready):
    page = open_ready("recognise?ways=5")
    page.get_by_role("button", name="Sample").click()
    page.locator(ANSWER).wait_for()
    assert page.locator(".maps").count() == 0
    page.get_by_text("Why this answer").click()
    for name in ("Your drawing", "The example"):
        page.get_by_role("img", name=re.compile(rf"^{name}: \d+% of its ink")).wait_for()
    page.get_by_text("Without the tenth of the ink that adds most").wait_for()
    page.get_by_role("button", name="Clear").click()
    page.get_by_text("With an answer, you see here").wait_for()
    assert page.locator(".maps .card.empty").count() == 2


def test_strokes_add_up_undo_takes_the_last_and_clear_takes_all(open_ready):
    page = open_ready("recognise?ways=5")
    draw(page, HOOK)
    one = wait_for_ink(page, "more", 0)
    draw(page, BAR)
    two = wait_for_ink(page, "more", one)
    page.get_by_role("button", name="Undo").click()
    assert wait_for_ink(page, "less", two) == one
    draw(page, BAR)
    wait_for_ink(page, "more", one)
    page.get_by_role("button", name="Clear").click()
    wait_for_ink(page, "less", 1)
    page.locator(".answer.waiting").wait_for()
    draw(page, BAR)
    wait_for_ink(page, "more", 0)


def test_ink_is_still_there_after_a_visit_to_another_page(open_ready):
    page = open_ready("recognise?ways=5")
    draw(page, HOOK)
    before = wait_for_ink(page, "more", 0)
    page.get_by_role("link", name="Start").click()
    page.get_by_role("heading", name="One-shot learning", exact=True).wait_for()
    page.get_by_role("link", name="Recognise", exact=True).click()
    page.get_by_role("heading", name="Recognise").wait_for()
    assert wait_for_ink(page, "more", 0) == before
    draw(page, BAR)
    wait_for_ink(page, "more", before)


def test_a_sample_is_answered_by_keyboard_alone_and_gives_way_to_the_pen(open_ready):
    page = open_ready("recognise?ways=6")
    page.get_by_role("button", name="Sample").focus()
    page.keyboard.press("Enter")
    page.locator(ANSWER).wait_for()
    note = page.locator(".answer .note")
    assert re.search(r"^(Right|Wrong): this is .+, drawn by person \d+\.", note.inner_text())
    draw(page, HOOK)
    note.filter(has_not_text="drawn by person").wait_for(state="attached")


def test_a_link_restores_the_settings(open_ready):
    page = open_ready("recognise?alphabet=Runic&ways=7&which=shuffled&seed=5&shots=2&drawer=3&sorted=1")
    assert len(titles(page)) == 7
    assert page.locator(ALL).first.locator(".card").count() == 2
    page.get_by_role("button", name="More").click()
    page.locator("[data-testid=stNumberInputField]").fill("6")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("seed=6"))
    again = open_ready(page.url.split("/")[-1])
    assert titles(again) == titles(page)
    assert "alphabet=Runic" in again.url
    assert "ways=7" in again.url


def test_what_a_link_may_not_say_is_dropped(open_ready):
    page = open_ready(
        "recognise?ways=banana&alphabet=%3Cb%3ENone%3C%2Fb%3E&seed=-4&shots=77&drawer=0&which=evil&picked=1-1"
    )
    assert page.locator(ALL).count() == 20
    page.wait_for_url(re.compile(r"recognise$"))


def test_uploads_a_good_picture_and_a_bad_one(open_ready, tmp_path):
    from PIL import Image, ImageDraw

    good, bad = tmp_path / "good.png", tmp_path / "bad.png"
    picture = Image.new("L", (300, 300), 255)
    ImageDraw.Draw(picture).line([(60, 60), (240, 60), (150, 240)], fill=0, width=14)
    picture.save(good)
    bad.write_bytes(b"this is no picture")
    page = open_ready("recognise?ways=5")
    page.get_by_role("button", name="Picture").click()
    page.locator("input[type=file]").set_input_files(bad)
    page.locator(".answer.waiting").filter(has_text="picture").wait_for()
    assert page.locator(".answer.waiting .sentence").inner_text().count(".") == 1
    # The uploader is a new one after each file; the old one stays for a moment.
    page.wait_for_function("() => document.querySelectorAll('input[type=file]').length === 1")
    page.locator("input[type=file]").set_input_files(good)
    page.locator(ANSWER).wait_for()
    wait_for_ink(page, "more", 100)


def test_a_rectangle_and_the_ink_are_chosen_on_the_picture(open_ready, tmp_path):
    import numpy as np
    from PIL import Image

    from tests.hostile.pictures import hook

    sheet = np.full((200, 400), 255, np.uint8)
    sheet[:, :200], sheet[30:170, 240:380] = hook(200), hook(140)
    Image.fromarray(sheet).save(tmp_path / "two.png")
    page = open_ready("recognise?ways=5")
    page.get_by_role("button", name="Picture").click()
    page.locator("input[type=file]").set_input_files(tmp_path / "two.png")
    page.get_by_text("2 characters; the largest was taken").wait_for()
    page.locator("[data-testid=stPopoverBody]").wait_for(state="hidden")  # it would cover the answer
    shown = "() => getComputedStyle(document.querySelector('.st-key-recognise_paper')).backgroundImage"
    before = page.evaluate(shown)
    draw(page, [(180, 90), (310, 230)])
    page.get_by_text("the largest was taken").wait_for(state="detached")
    chosen = page.evaluate(shown)
    assert chosen != before
    page.get_by_text("Lighter", exact=True).click()
    page.locator(".answer.waiting").filter(has_text="No drawing found").wait_for()
    assert page.evaluate(shown) not in (before, chosen)
    page.get_by_role("button", name="Clear").click()
    page.wait_for_function(f"() => ({shown})() === 'none'")


def test_without_omniglot_the_page_says_so_and_offers_the_way_back(open_page):
    page = open_page("recognise?data=omniglot")
    page.get_by_text("is not installed. It is optional.").wait_for()
    page.get_by_role("button", name="Download Omniglot (16 MB)").wait_for()
    page.get_by_role("button", name="Use the built-in alphabets").click()
    page.locator(ALL).first.wait_for()


def test_the_canvas_has_a_label_and_no_tool_bar_of_its_own(open_page):
    page = open_page("recognise")
    paper = page.locator("canvas.upper-canvas")
    paper.wait_for()
    paper.hover()
    page.wait_for_timeout(400)
    assert not page.locator(".dc-toolbar").is_visible()
    assert page.get_by_role("img", name="Drawing area").count() == 1


PHONES = [(360, 640), (375, 667), (390, 844)]


@pytest.mark.parametrize(("width", "height"), PHONES)
def test_canvas_answer_and_the_best_three_fit_a_phone(open_ready, width, height):
    page = open_ready("recognise", width=width, height=height, has_touch=True)
    draw(page, HOOK)
    page.locator(ANSWER).wait_for()
    page.locator("[data-testid=stMain]").evaluate("main => main.scrollTo(0, 0)")
    boxes = [
        page.locator(selector).bounding_box()
        for selector in (".strip", "canvas.upper-canvas", ANSWER, ".best_tiles .tile >> nth=0")
    ]
    tops = [box["y"] for box in boxes]
    assert tops == sorted(tops)
    assert all(box["y"] >= 0 and box["y"] + box["height"] <= height for box in boxes)


def test_a_shrunk_canvas_draws_where_the_pen_is(open_ready):
    """Small phones show the canvas at 80 %: strokes from edge to edge must reach the edges."""
    page = open_ready("recognise", width=360, height=640, has_touch=True)
    box = page.locator("canvas.upper-canvas").bounding_box()
    assert box["width"] == pytest.approx(256, abs=2)
    draw(page, [(26, 26), (230, 230)])
    page.locator(ANSWER).wait_for()
    drawn = page.evaluate(
        """() => {
            const roots = [...document.querySelectorAll('*')].map(e => e.shadowRoot).filter(Boolean);
            const lower = "canvas.lower-canvas:not(.dc-background-canvas)";
            const canvas = roots.map(root => root.querySelector(lower)).find(Boolean);
            const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            let right = 0;
            for (let i = 3; i < pixels.length; i += 4)
                if (pixels[i]) right = Math.max(right, (i >> 2) % canvas.width);
            return right / canvas.width;
        }"""
    )
    assert drawn == pytest.approx(230 / 256, abs=0.05)


def test_a_phone_held_sideways_shows_canvas_and_answer(open_ready):
    page = open_ready("recognise", width=740, height=360, has_touch=True)
    draw(page, [(40, 40), (160, 60), (100, 170)])
    page.locator(ANSWER).wait_for()
    page.locator("[data-testid=stMain]").evaluate("main => main.scrollTo(0, 0)")
    for selector in ("canvas.upper-canvas", ANSWER):
        box = page.locator(selector).bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 360
