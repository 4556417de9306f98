"""The offer to download Omniglot, on the pages that need it."""

from __future__ import annotations

import streamlit as st

from siamese.data import omniglot
from siamese.ui import resources


def download_ui() -> None:
    """One click, then a progress bar until Omniglot is here or one sentence says why not."""

    @st.fragment(run_every=0.5 if resources.download().running else None)
    def watch() -> None:
        download = resources.download()
        if omniglot.available() and not download.running:
            st.rerun()
        if download.running:
            share = download.part / download.total
            st.progress(share, f"Downloading Omniglot, {resources.time_left(download.started, share)}")
        elif st.button("Download Omniglot (16 MB)", help="From the authors' repository, checked by its checksums."):
            resources.start_download()
            st.rerun()
        if download.failure:
            st.error(download.failure)

    watch()
