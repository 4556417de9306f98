"""What the benchmark counts as the work of a training step."""

from __future__ import annotations

from siamese.config import TwinConfig
from tools.bench_training import operations


def test_no_gradient_is_counted_for_the_drawing_itself():
    """Two layers and the embedding, by hand: 105 px, 5 px kernel, pooled to 50, 3 px kernel, 48 x 48 maps."""
    first, second, dense = 2 * 101**2 * 5**2 * 2, 2 * 48**2 * 3**2 * 2 * 3, 2 * 48**2 * 3 * 7
    assert operations(TwinConfig((2, 3), (5, 3), 7)) == 2 * first + 3 * (second + dense)
