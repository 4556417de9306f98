"""The Evaluate page: its form, measurements in the background, and its five parts, a module each."""
