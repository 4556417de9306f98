"""Pixel data of picture files -> colours, by Pillow, in this process or in one of its own (`program.py`).

Of this project it imports nothing but itself, so that the process starts in 0.1 s.
"""
