"""Hostile input of every kind, and what it costs (R8 to R13), a module each: python -m tools.hostile NAME [--short].

Each command tries a number of cases, prints a table with seconds and megabytes, and fails if one of them was not
refused or answered as it should be. Linux only: memory is read from /proc, and every case or batch has its own process.
"""
