"""From a font's glyph to drawings: choose characters, thin a glyph, trace its strokes, draw them as a hand would."""
