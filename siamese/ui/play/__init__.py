"""The parts of the Play page."""
