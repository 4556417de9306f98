"""The Recognise page: the answer to a drawing, and what is behind it."""
