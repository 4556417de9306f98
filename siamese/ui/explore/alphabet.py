"""An alphabet as a sheet: every character by one drawer, or by two side by side; and the characters of a search."""

from __future__ import annotations

import html
from collections.abc import Sequence

from siamese.ui import cards
from siamese.ui.explore import names, origin
from siamese.ui.explore.sheet import sheet
from siamese.ui.explore.view import Chosen, View, path, tile, to_alphabet

MAX_RESULTS = 120
"""Characters that a search shows."""
TO_ALL = (to_alphabet(""), "All alphabets")


def alphabet_view(chosen: Chosen, alphabet: str) -> View:
    """The view of an alphabet."""
    characters, members = chosen.characters, chosen.characters.members(alphabet)
    drawers = [chosen.drawer, *([chosen.other] if chosen.other else [])]
    drawn = sheet(characters, [chosen.row(member, drawer) for member in members for drawer in drawers])
    count, short = len(drawers), names.short(characters)
    tiles = "".join(
        tile(
            characters,
            member,
            f'<span class="shown">{"".join(drawn.card("s0", count * place + n) for n in range(count))}</span>',
            short[member],
        )
        for place, member in enumerate(members)
    )
    markup = (
        f'{path(TO_ALL)}{_about(chosen, alphabet)}<div class="tiles{" pairs" if chosen.other else ""}">{tiles}</div>'
    )
    return View(markup, drawn.rule("s0"), f"alphabet {alphabet}")


def results_view(chosen: Chosen, text: str) -> View:
    """The characters that a search names."""
    characters, results = chosen.characters, names.search(chosen.characters, text)
    head = f"{path(TO_ALL)}<h2>Search: {html.escape(text)}</h2>"
    if not results:
        words = "No character has this name or symbol. Try a part of a name, such as KA or omega, or one symbol."
        if not any(character.symbol for character in characters.characters):
            words = "No character has this name. These alphabets have no Unicode names: try an alphabet's name."
        return View(f'{head}<p class="note" aria-live="polite">{words}</p>', "", "search")
    shown = results[:MAX_RESULTS]
    first = f", the first {MAX_RESULTS} of them shown" if len(results) > MAX_RESULTS else ""
    words = f"{len(results):,} character{'s' * (len(results) > 1)}{first}."
    tiles, rule = named_tiles(chosen, shown)
    return View(f'{head}<p class="note" aria-live="polite">{words}</p>{tiles}', rule, "search")


def named_tiles(chosen: Chosen, indices: Sequence[int], name: str = "s0") -> tuple[str, str]:
    """HTML of characters of several alphabets, each with its alphabet's name, and the CSS rule with their pictures."""
    characters = chosen.characters
    drawn = sheet(characters, [chosen.row(index, chosen.drawer) for index in indices])
    short, tiles = names.short(characters), []
    for place, index in enumerate(indices):
        alphabet = cards.alphabet_name(characters.characters[index].alphabet)
        tiles.append(tile(characters, index, drawn.card(name, place), f"{short[index]}, {alphabet}"))
    return f'<div class="tiles">{"".join(tiles)}</div>', drawn.rule(name)


def _about(chosen: Chosen, alphabet: str) -> str:
    """HTML: how large an alphabet is, to which set it belongs, and whether the network was trained on it."""
    members = chosen.characters.members(alphabet)
    people = {len(chosen.characters.rows(member)) for member in members}
    drawn = f"drawn by {max(people)} {'people' if max(people) > 1 else 'person'} each"
    if len(people) > 1:
        drawn = f"with {min(people)} to {max(people)} drawings each"
    part = origin.part_of(chosen.source, chosen.characters, alphabet)
    words = f"{len(members)} character{'s' * (len(members) > 1)}, {drawn}. {part.on_each}"
    return (
        f"<h2>{html.escape(cards.alphabet_name(alphabet))} {chosen.badge(alphabet)}</h2>"
        f'<p class="note">{html.escape(words)}</p>'
    )
