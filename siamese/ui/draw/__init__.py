"""Giving a drawing: the canvas, the paper with its buttons, the choice of a support set."""
