"""Nicknames: the only thing about a person that the class store keeps."""

from __future__ import annotations

import unicodedata

from siamese.errors import UserError

MAX_NICKNAME_CHARACTERS = 24
MAX_KEY_CHARACTERS = 64
"""Of `key`: a ligature can stand for eighteen letters."""


class NicknameError(UserError):
    """A nickname that cannot be used. The text is one sentence: what was wrong and what to do."""


def checked(text: str) -> str:
    """The nickname as it is kept: composed (NFC), without space around it. Raises NicknameError."""
    nickname = unicodedata.normalize("NFC", " ".join(text[: 10 * MAX_NICKNAME_CHARACTERS].split(" ")).strip())
    if not nickname:
        raise NicknameError("Enter a nickname.")
    if len(nickname) > MAX_NICKNAME_CHARACTERS or len(key(nickname)) > MAX_KEY_CHARACTERS:
        raise NicknameError(f"A nickname has at most {MAX_NICKNAME_CHARACTERS} characters: choose a shorter one.")
    if not nickname.isprintable():
        raise NicknameError("The nickname has a character that cannot be shown: use letters, digits and signs.")
    if not any(unicodedata.category(character)[0] in "LNPS" for character in nickname):
        raise NicknameError("The nickname has nothing to see: use letters, digits and signs.")
    return nickname


def key(nickname: str) -> str:
    """What must be unique: nicknames that differ in capitals or in compatible forms only count as the same."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", nickname).casefold())
