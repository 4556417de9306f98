"""Arrays to figures: pure functions, light and dark.

Each figure states its protocol, so that it can be used elsewhere.
"""
