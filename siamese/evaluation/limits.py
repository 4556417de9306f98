"""Limits of what can be measured.

A module of their own: `protocol` takes a second to import, and pages have to paint first.
"""

MAX_WAYS = 60
MAX_SHOTS = 5
MAX_TRIALS = 1_000_000
