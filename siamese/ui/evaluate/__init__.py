"""The evaluate page: what it measures in the background, its set-up, and its five parts, a module each."""
