"""The Inside page in a real browser: blocks chosen by mouse and keyboard, feature maps, the map that moves."""

from __future__ import annotations

import re

from tests.browser.server import draw

HOOK = [(60, 80), (160, 60), (240, 110), (170, 170), (160, 250)]
BAR = [(70, 200), (250, 200)]


def heading(page):
    return page.locator(".st-key-inside_block h2")


def test_a_block_is_chosen_by_mouse_and_by_keyboard(open_ready):
    page = open_ready("inside")
    page.locator("g[data-choice=conv3]").click()
    heading(page).filter(has_text="Convolution 3").wait_for()
    page.wait_for_url(re.compile("block=conv3"))
    assert page.locator("g[aria-pressed=true]").get_attribute("data-choice") == "conv3"
    page.locator("g[data-choice=pool1]").focus()
    page.keyboard.press("Enter")
    heading(page).filter(has_text="Max-pooling 1").wait_for()
    page.wait_for_function("document.activeElement.dataset.choice === 'pool1'")  # the focus stays


def test_a_drawing_has_feature_maps_of_which_one_is_chosen(open_ready):
    page = open_ready("inside?block=conv2")
    page.get_by_text("Draw a character, or press Sample").wait_for()
    draw(page, HOOK)
    maps = page.locator(".feature_maps button")
    maps.nth(127).wait_for()
    before = page.locator(".formula").inner_text()
    maps.nth(40).click()
    page.get_by_text("× filter 41").wait_for()
    page.wait_for_url(re.compile("map=41"))
    assert page.locator(".formula").inner_text() != before


def test_two_drawings_add_up_to_their_logit(open_ready):
    page = open_ready("inside?part=pair")
    for name in ("inside", "inside_second"):
        page.locator(f".st-key-{name}_side").get_by_role("button", name="Sample").click()
    page.get_by_text("weighted differences that add up to").wait_for()
    page.locator(".js-plotly-plot").wait_for()


def test_a_drawing_moves_on_the_map(open_ready):
    page = open_ready("inside?part=map&alphabet=Runic")
    page.locator(".alphabet_map").wait_for()
    draw(page, HOOK)
    mark = page.locator(".alphabet_map .you")
    mark.wait_for()
    before = mark.get_attribute("style")
    draw(page, BAR)
    page.wait_for_function(
        "style => document.querySelector('.alphabet_map .you').getAttribute('style') !== style", arg=before
    )


def test_a_phone_scrolls_the_drawing_of_the_network_not_the_page(open_ready):
    page = open_ready("inside", width=390, height=844, has_touch=True)
    page.locator("g[data-choice=conv1]").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    wide = page.locator(".st-key-diagram").evaluate("box => box.scrollWidth - box.clientWidth")
    assert wide > 100
