"""The Explore page in a real browser: from overview to character, by mouse and keyboard, and from a link."""

from __future__ import annotations

import re


def test_an_alphabet_and_a_character_are_chosen_by_mouse_and_keyboard(open_ready):
    page = open_ready("explore")
    page.locator(".alphabet", has_text="Kannada").click()
    page.get_by_text("49 characters, drawn by 20 people each").wait_for()
    page.wait_for_url(re.compile("alphabet=Kannada"))
    assert page.evaluate("document.querySelector('.st-key-explore_view').getBoundingClientRect().bottom") > 0
    page.get_by_label("KANNADA LETTER KA", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_text("All 20 on top of each other").wait_for()
    page.wait_for_url(re.compile("character=15"))
    page.wait_for_function("document.activeElement.textContent === 'All alphabets'")  # the keyboard goes on from here
    page.keyboard.press("Enter")
    page.get_by_text("41,780 drawings").wait_for()


def test_a_link_opens_two_peoples_drawings_of_a_character(open_page):
    page = open_page("explore?alphabet=Kannada&character=15&drawer=3&other=7", width=390, height=844, has_touch=True)
    page.get_by_text("blue where only the first has ink").wait_for()
    cards = page.locator(".people .card")
    assert cards.count() == 20
    loaded = page.evaluate(
        "getComputedStyle(document.querySelector('.people .card')).backgroundImage.startsWith('url(\"data:image/webp')"
    )
    assert loaded
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
