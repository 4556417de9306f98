"""The one kind of error that a user sees."""

MAX_CHARACTERS = 600


class UserError(Exception):
    """An error that a user caused or can correct. The text is one sentence: what was wrong and what to do.

    Texts quote names of files, tensors and alphabets, which may come from other people. Control characters, line breaks
    and changes of the writing direction are replaced, and a long text is cut, so that it stays one line anywhere.
    """

    def __init__(self, text: str):
        shown = "".join(c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text)
        super().__init__(shown if len(shown) <= MAX_CHARACTERS else shown[: MAX_CHARACTERS - 3] + "...")
