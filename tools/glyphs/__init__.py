"""From a font's glyphs to drawings: choose characters, thin a glyph, trace its strokes, draw them in several styles."""
