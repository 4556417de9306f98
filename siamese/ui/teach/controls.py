"""The controls of the Teach page: which alphabet, its name and characters, sharing, export and import."""

from __future__ import annotations

import html
from collections.abc import Callable

import streamlit as st

from siamese.data import own
from siamese.data.own import editing, file_format
from siamese.errors import UserError
from siamese.ui import cards, import_form, messages, own_sets, state
from siamese.ui.downloads import file_name
from siamese.ui.teach import draft, taught
from siamese.ui.teach.draft import Draft

IMPORT = "teach import"
_FAILURE = "teach failure"
_NEW, _PICKED, _RENAMED = "teach alphabet name", "teach character", "teach new name"

choices = state.of("teach")


def take_import() -> None:
    """Show an alphabet that has been imported; before any widget is drawn."""
    if progress := import_form.taken(IMPORT):
        own_sets.remember(progress.key)
        choices.set = progress.key


def controls_ui() -> Draft | None:
    """The controls above the canvas; the alphabet that is shown, or None after saying why it cannot be read."""
    which, edit, share = st.columns([2, 1, 1], vertical_alignment="bottom")
    offered = ["", *reversed(own_sets.visible(choices.set))]
    which.selectbox(
        "Alphabet",
        offered,
        format_func=_label,
        key=choices.key("set"),
        on_change=taught.forget_message,
        label_visibility="collapsed",
    )
    try:
        current = draft.current()
    except UserError as error:
        messages.error(str(error))
        return None
    with edit.popover("Edit", width="stretch"):
        _edit_ui(current)
    with share.popover("Share", width="stretch"):
        _share_ui(current)
    if failure := st.session_state.pop(_FAILURE, ""):
        messages.error(cards.capitalised(failure))
    return current


def _label(key: str) -> str:
    if not key:
        return "New alphabet"
    return f"{own.name(key)} (shared)" if key.startswith(own.SHARED) else own.name(key)


def _edit_ui(current: Draft) -> None:
    if len(current.own.alphabets) > 1:
        names = [alphabet.name for alphabet in current.own.alphabets]
        place = st.selectbox("Alphabet of this set", range(len(names)), current.place, format_func=names.__getitem__)
        if place != current.place:
            draft.show_alphabet(place)
            st.rerun()
    if not current.mine:
        st.html('<p class="note">This alphabet is shared. Copy it to change it.</p>')
        st.button("Copy it", on_click=_try, args=(draft.copy,))
        if own_sets.may_delete(current.key):
            st.button("Delete it for everybody", on_click=_try, args=(lambda: own.delete(current.key),))
        return
    st.session_state[_NEW] = current.own.name
    st.text_input("Name of the alphabet", max_chars=60, key=_NEW, on_change=_rename)
    if current.names:
        _character_ui(current)
        st.button("Begin a new alphabet", on_click=_try, args=(draft.begin,))


def _character_ui(current: Draft) -> None:
    """Rename or delete a character, or its last example."""
    name = st.selectbox("Character", current.names, key=_PICKED)
    st.text_input("Its new name", max_chars=60, key=_RENAMED, autocomplete="off")
    edits: dict[str, Callable[[file_format.OwnSet, int], file_format.OwnSet]] = {
        "Rename": lambda alphabets, place: editing.rename_character(alphabets, place, name, st.session_state[_RENAMED]),
        "Remove its last example": lambda alphabets, place: editing.remove_example(alphabets, place, name),
        "Delete this character": lambda alphabets, place: editing.remove_character(alphabets, place, name),
    }
    with st.container(horizontal=True, gap="small"):
        for label, edit in edits.items():
            st.button(label, on_click=_try, args=(lambda edit=edit: draft.change(edit),))


def _share_ui(current: Draft) -> None:
    shared = draft.shared_key(current.key) if current.mine else ""
    if current.mine and current.characters is not None:
        words = "The class has a copy, which follows your changes." if shared else "Only you have this alphabet."
        link = "The link in the address bar opens it on another device; anyone who has the link can change it."
        st.html(f'<p class="note">{words} {link}</p>')
    with st.container(horizontal=True, gap="small"):
        if shared:
            st.button("Stop sharing", on_click=_try, args=(draft.stop_sharing,))
        elif current.mine and current.characters is not None:
            st.button("Share with the class", on_click=_try, args=(draft.share,))
        if current.characters is not None:
            _export_ui(current.own)
    _import_ui()
    if current.key:
        with st.container(horizontal=True, gap="small"):
            _use_ui(current.key)


def _use_ui(key: str) -> None:
    """Buttons to other pages with this alphabet."""
    for label, page, name in (("Use on Recognise", "recognise", "data"), ("Measure on Evaluate", "evaluate", "group")):
        if st.button(label, on_click=setattr, args=(state.of(page), name, key)):
            st.switch_page(f"pages/{page}.py")


def _export_ui(exported: file_format.OwnSet) -> None:
    st.download_button(
        "Export as a file",
        lambda: file_format.write(exported),
        f"{file_name(exported.name) or 'alphabet'}.json",
        "application/json",
        on_click="ignore",
    )


def _import_ui() -> None:
    help_text = "A file that you or another group exported."
    import_form.import_ui(IMPORT, "Import a file", ("json",), help_text, private=True)


def _rename() -> None:
    _try(lambda: draft.change(lambda alphabets, place: editing.rename(alphabets, st.session_state[_NEW])))


def _try(work: Callable[[], object]) -> None:
    taught.forget_message()
    try:
        work()
    except UserError as error:
        st.session_state[_FAILURE] = str(error)


def summary(current: Draft, seen: bool | None) -> None:
    """The alphabet in one line, with its badge."""
    if current.characters is None:
        return
    examples = sum(len(current.characters.rows(c)) for c in current.characters.members(_name(current)))
    words = f"{_name(current)}: {_count(len(current.names), 'character')}, {_count(examples, 'example')}"
    if len(current.names) > editing.MAX_TAUGHT:
        words += f"; drawings are compared with the first {editing.MAX_TAUGHT}"
    st.html(f'<p class="note summary"><span>{html.escape(words)} &ensp;</span>{cards.badge(seen)}</p>')


def _name(current: Draft) -> str:
    return current.own.alphabets[current.place].name


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number != 1)}"
