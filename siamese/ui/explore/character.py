"""A character by all its drawers: one drawing large, two compared, all on top of one another."""

from __future__ import annotations

import html

from siamese.data.characters import CharacterSet
from siamese.ui import cards
from siamese.ui.explore import names, overlay, strokes
from siamese.ui.explore.alphabet import TO_ALL, named_tiles
from siamese.ui.explore.sheet import Sheet, sheet
from siamese.ui.explore.view import Chosen, View, link, path, to_alphabet, to_character

MAX_NAMESAKES = 30
"""Characters of the same name that are shown."""


def character_view(chosen: Chosen, index: int) -> View:
    """The view of a character."""
    characters, character = chosen.characters, chosen.characters.characters[index]
    rows = characters.rows(index)
    drawn = sheet(characters, rows)
    back = path(
        TO_ALL,
        (to_alphabet(character.alphabet), cards.alphabet_name(character.alphabet)),
        aside=_neighbours(characters, index),
    )
    code = f'<p class="note">{html.escape(character.name)} in Unicode.</p>' if character.symbol else ""
    alike, rule = _namesakes(chosen, index)
    markup = (
        f"{back}<h2>{cards.spoken(character)} {chosen.badge(character.alphabet)}</h2>{code}"
        f'<div class="character"><div class="large">{_large(chosen, index)}</div>'
        f'<div class="people">{_people(chosen, index, drawn)}</div></div>{alike}'
    )
    return View(markup, drawn.rule("s0") + rule, f"character {index}")


def _neighbours(characters: CharacterSet, index: int) -> str:
    """HTML: the characters before and after this one in its alphabet."""
    members = characters.members(characters.characters[index].alphabet)
    place, short, made = members.index(index), names.short(characters), []
    for other, words in ((place - 1, "Previous"), (place + 1, "Next")):
        if 0 <= other < len(members):
            made.append(link(to_character(characters, members[other]), f"{words}: {short[members[other]]}"))
    return "".join(made)


def _large(chosen: Chosen, index: int) -> str:
    """HTML: the drawing of the chosen drawer, that of the other one, and both or all on top of one another."""
    characters, name = chosen.characters, cards.character_name(chosen.characters.characters[index])
    row = chosen.row(index, chosen.drawer)
    made = [_one(chosen, index, row)]
    if chosen.other:
        second = chosen.row(index, chosen.other)
        url, person = cards.picture_url(characters.drawings([second])[0]), f"Person {characters.drawer_of[second]}"
        made.append(_figure(url, name, person))
        words = "Both: blue where only the first has ink, vermilion where only the second has"
        made.append(_figure(overlay.two(characters, row, second), f"Both drawings of {name}", words))
    rows = characters.rows(index)
    if len(rows) > 1:
        made.append(
            _figure(overlay.many(characters, rows), f"All drawings of {name}", f"All {len(rows)} on top of each other")
        )
    return "".join(made)


def _one(chosen: Chosen, index: int, row: int) -> str:
    """HTML of one drawing; it draws itself where its strokes are known."""
    characters, character = chosen.characters, chosen.characters.characters[index]
    name, drawer = cards.character_name(character), int(characters.drawer_of[row])
    known = strokes.strokes_of(chosen.source, character.alphabet, character.name, drawer)
    if not known:
        return _figure(cards.picture_url(characters.drawings([row])[0]), name, f"Person {drawer}")
    words = f"Person {drawer}: {len(known)} stroke{'s' * (len(known) > 1)} in their order"
    drawn = strokes.svg(known, f"{name}: {words}", chosen.played)
    again = link("play:", "Play again")
    return f'<figure><span class="card">{drawn}</span><figcaption>{words}</figcaption>{again}</figure>'


def _figure(url: str, alt: str, caption: str) -> str:
    described = f'role="img" aria-label="{html.escape(f"{alt}: {caption}")}"'
    picture = f'<span class="card" style="background-image:url({url})" {described}></span>'
    return f"<figure>{picture}<figcaption>{html.escape(caption)}</figcaption></figure>"


def _people(chosen: Chosen, index: int, drawn: Sheet) -> str:
    """HTML: the drawings of all drawers, of which one is chosen."""
    characters, made = chosen.characters, []
    here = int(characters.drawer_of[chosen.row(index, chosen.drawer)])
    for place, row in enumerate(characters.rows(index)):
        drawer = int(characters.drawer_of[row])
        words = "print" if chosen.source == "builtin" and drawer == 1 else f"person {drawer}"
        pressed = str(drawer == here).lower()
        name = f'<span class="name">{cards.capitalised(words)}</span>'
        made.append(
            f'<button type="button" class="tile" data-choice="drawer:{drawer}" aria-pressed="{pressed}">'
            f"{drawn.card('s0', place)}{name}</button>"
        )
    return f'<div class="tiles">{"".join(made)}</div>'


def _namesakes(chosen: Chosen, index: int) -> tuple[str, str]:
    """HTML of the characters of other alphabets with the same name, and their CSS rule."""
    alike = names.namesakes(chosen.characters, index)[:MAX_NAMESAKES]
    if not alike:
        return "", ""
    tiles, rule = named_tiles(chosen, alike, "s1")
    name = html.escape(names.short(chosen.characters)[index])
    words = "Characters with the same name in Unicode. Related scripts often write the same sound in a similar shape."
    return f'<h2>{name} in other alphabets</h2><p class="note">{words}</p>{tiles}', rule
