"""What a server keeps in memory for all visitors is bounded, by these numbers."""

from __future__ import annotations

import pytest

from siamese.ui import cards, datasets, ink_map, join, server_paths, teacher, uploads
from siamese.ui.evaluate import measurements
from siamese.ui.explore import batches, distortions, names, overlay, sheet, strokes
from siamese.ui.inside import outputs
from siamese.ui.play import setup
from siamese.ui.verify import company


@pytest.mark.parametrize(
    ("cached", "most"),
    [
        (cards._picture_url, 4096),
        (measurements._characters, 12),
        (measurements._questions, 12),
        (batches._batch, 256),
        (distortions._copies, 512),
        (names._names, 8),
        (overlay._two, 4096),
        (overlay._many, 4096),
        (strokes._load, 16),
        (join.qr_code, 64),
        (server_paths._replaced, 256),
        (teacher._read, 8),
        (uploads._names, 4),
    ],
)
def test_the_oldest_results_are_forgotten(cached, most):
    assert cached.cache_info().maxsize == most


@pytest.mark.parametrize(
    ("cached", "most"),
    [
        (datasets._load, 4),
        (datasets._load_own, 100),
        (datasets._load_validation, 4),
        (ink_map._maps, 256),
        (measurements._features, 7),
        (sheet.sheet, 400),
        (outputs._weights, 2),
        (outputs._maps, 16),
        (setup._similarity_job, 64),
        (company._ten, 1),
    ],
)
def test_what_visitors_share_is_bounded(cached, most):
    assert cached.cache.maxsize == most
