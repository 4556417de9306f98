"""The Start page: one-shot learning in six steps, and what there is to look up."""
