"""Teach it: an alphabet that a visitor draws, one example of each character, and the network names at once."""
