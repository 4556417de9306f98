"""The one kind of error that a user sees."""


class UserError(Exception):
    """Something a user caused or can mend. The text is one sentence: what was wrong and what to do."""
