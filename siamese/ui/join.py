"""How a class joins: the address and its QR code on Start, once the app is open to the local network."""

from __future__ import annotations

import functools
import html
import re
from urllib.parse import urlsplit

import segno
import streamlit as st

from siamese.classroom.addresses import Address, local_addresses
from siamese.ui import messages, teacher

INK = "#16181D"
NO_NETWORK = (
    "This computer is on no network that phones could join. Connect it to the Wi-Fi of the room, or switch on its "
    "mobile hotspot (Windows: Settings, Network, Mobile hotspot. macOS: Settings, General, Sharing, Internet Sharing. "
    "Linux: Settings, Wi-Fi, Turn On Wi-Fi Hotspot), or let everyone join the hotspot of one phone. "
    "Then reload this page."
)
HELP = (
    "Is the phone on the same network as this computer, with mobile data off? Does the firewall of this computer let "
    "Python accept connections? Does the network keep its devices apart, as many guest networks do? Then use a "
    "hotspot: this computer's, or that of a phone, which this computer joins as well. If several addresses are "
    "listed, try the others."
)
CHOICE_KEY = "join:address"
_NO_NAME = re.compile(r"localhost|[0-9.]+|\[.*")
"""Hosts that do not name the app to other computers, or name it by an address."""


def open_to_others() -> bool:
    """Whether other computers can reach the app: itself, or by a name that this visitor has used."""
    return teacher.open_to_network() or bool(public_link())


def join_ui() -> None:
    """The address, its QR code and what to do; the other addresses of this computer by a click."""
    if url := public_link():
        with st.container(key="join"):
            st.html(_address_html(url, (), "Drawings go to this server, and nowhere else."))
        return
    addresses = local_addresses()
    if not addresses:
        messages.warning(NO_NETWORK)
        return
    chosen = addresses[0]
    with st.container(key="join"):
        place = st.empty()
        if len(addresses) > 1:
            chosen = _choice_ui(addresses)
        note = "Drawings go to the computer that shows this code, and nowhere else."
        place.html(_address_html(link(chosen.ip), ("Join the same Wi-Fi as this computer.",), note))
        with st.expander("A phone cannot open the address?"):
            st.html(f'<p class="note">{HELP}</p>')


def _address_html(url: str, first_steps: tuple[str, ...], note: str) -> str:
    """HTML: an address with its QR code and what to do."""
    steps = (
        *first_steps,
        "Scan the code with the camera, or type the address.",
        "Draw. Nothing to install, no account.",
    )
    shown = "".join(f"<li>{step}</li>" for step in steps)
    return (
        f'<div class="join"><img src="{qr_code(url)}" alt="QR code of {html.escape(url)}">'
        f'<div><p class="url">{html.escape(url)}</p><ol>{shown}</ol><p class="note">{note}</p></div></div>'
    )


def _choice_ui(addresses: list[Address]) -> Address:
    """The choice among several addresses; the likely one is chosen at first."""
    labels = {address: f"{address.ip} ({address.interface})" for address in addresses}
    if st.session_state.get(CHOICE_KEY) not in labels:
        st.session_state[CHOICE_KEY] = addresses[0]
    return st.segmented_control(
        "Addresses of this computer", addresses, format_func=labels.get, required=True, key=CHOICE_KEY
    )


def link(ip: str) -> str:
    """The app's address for other computers: with the port that this visitor uses, which nginx may have changed."""
    return f"{_scheme()}://{ip}:{_port()}"


def public_link() -> str:
    """The app's address by a name of server.allowedHosts, as this visitor has used it; "" where that was no name.

    Behind nginx, the addresses of the computer itself lead nowhere.
    """
    host, scheme = st.context.headers.get("Host") or "", st.context.headers.get("X-Forwarded-Proto") or ""
    name = host.rsplit(":", 1)[0].lower()
    patterns = [each.lower() for each in st.get_option("server.allowedHosts")]
    known = name in patterns or any(each.startswith("*.") and name.endswith(each[1:]) for each in patterns)
    if not known or _NO_NAME.fullmatch(name):
        return ""
    return f"{scheme if scheme in ('http', 'https') else _scheme()}://{host}"


def _scheme() -> str:
    return "https" if st.get_option("server.sslCertFile") else "http"


def _port() -> int:
    host = st.context.headers.get("Host") or ""
    try:
        port = urlsplit(f"//{host}").port
    except ValueError:
        port = None
    return port or st.get_option("server.port")


@functools.lru_cache(maxsize=64)
def qr_code(url: str) -> str:
    """The QR code of an address as a data URI of an SVG; dark on white in both themes, as cameras expect."""
    return segno.make(url, error="m").svg_data_uri(border=3, dark=INK, light="#FFFFFF")
