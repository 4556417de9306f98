"""How a class joins: the address, its QR code, the other addresses, and what to do without a network."""

from __future__ import annotations

import base64
import re
import types
from urllib.parse import unquote

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from siamese.classroom.addresses import Address
from siamese.ui import join

WIFI, CABLE = Address("192.168.1.20", "wlan0"), Address("10.1.2.3", "eth0")


def page() -> None:
    from siamese.ui import join

    join.join_ui()


def run(monkeypatch, *addresses: Address) -> AppTest:
    monkeypatch.setattr(join, "local_addresses", lambda: list(addresses))
    app = AppTest.from_function(page).run(timeout=60)
    assert [error.value for error in app.exception] == []
    return app


def markup(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def test_the_address_is_shown_with_its_qr_code(monkeypatch):
    app = run(monkeypatch, WIFI)
    assert '<p class="url">http://192.168.1.20:8501</p>' in markup(app)
    assert 'alt="QR code of http://192.168.1.20:8501"' in markup(app)
    assert join.qr_code("http://192.168.1.20:8501") in markup(app)


def test_another_address_is_one_click_away(monkeypatch):
    app = run(monkeypatch, WIFI, CABLE)
    assert app.segmented_control(key=join.CHOICE_KEY).options == ["192.168.1.20 (wlan0)", "10.1.2.3 (eth0)"]
    app.segmented_control(key=join.CHOICE_KEY).set_value(CABLE).run()
    assert '<p class="url">http://10.1.2.3:8501</p>' in markup(app)
    monkeypatch.setattr(join, "local_addresses", lambda: [WIFI, Address("10.9.9.9", "usb0")])  # the cable was pulled
    app.run()
    assert '<p class="url">http://192.168.1.20:8501</p>' in markup(app)


def test_without_a_network_the_page_says_what_to_do(monkeypatch):
    app = run(monkeypatch)
    (warning,) = app.warning
    assert "mobile hotspot" in warning.value
    assert "join" not in markup(app)


@pytest.mark.parametrize(
    ("host", "port"), [("192.168.1.20:8600", 8600), ("localhost", 8501), ("", 8501), ("localhost:x", 8501)]
)
def test_the_port_is_the_one_in_use(monkeypatch, host, port):
    monkeypatch.setattr(st, "context", types.SimpleNamespace(headers={"Host": host}))
    assert join.link("10.0.0.1") == f"http://10.0.0.1:{port}"


@pytest.mark.parametrize(
    ("headers", "url"),
    [
        ({"Host": "class.example"}, "http://class.example"),
        ({"Host": "Class.example:8080", "X-Forwarded-Proto": "https"}, "https://Class.example:8080"),
        ({"Host": "a.school.example", "X-Forwarded-Proto": "javascript"}, "http://a.school.example"),
        ({"Host": "school.example"}, ""),
        ({"Host": "127.0.0.1:8501"}, ""),
        ({"Host": "localhost"}, ""),
        ({}, ""),
    ],
)
def test_behind_nginx_the_address_is_the_name_that_the_visitor_has_used(monkeypatch, headers, url):
    names = ["class.example", "*.school.example", "127.0.0.1", "localhost"]
    monkeypatch.setattr(st, "context", types.SimpleNamespace(headers=headers))
    monkeypatch.setattr(st, "get_option", {"server.allowedHosts": names}.get)
    assert join.public_link() == url


def test_a_name_needs_no_network_of_the_room(monkeypatch):
    monkeypatch.setattr(join, "public_link", lambda: "https://class.example")
    app = run(monkeypatch)
    assert '<p class="url">https://class.example</p>' in markup(app)
    assert "Wi-Fi" not in markup(app)
    assert join.open_to_others()


def test_with_a_certificate_the_address_is_https(monkeypatch):
    options = {"server.sslCertFile": "cert.pem", "server.port": 8501}
    monkeypatch.setattr(st, "get_option", options.get)
    assert join.link("10.0.0.1") == "https://10.0.0.1:8501"


def test_the_code_says_the_address_to_a_camera(tmp_path):
    cv2 = pytest.importorskip("cv2")
    import numpy as np
    import segno

    url = "http://192.168.1.20:8501"
    svg = unquote(join.qr_code(url).split(",", 1)[1])
    if join.qr_code(url).startswith("data:image/svg+xml;base64"):
        svg = base64.b64decode(svg).decode()
    assert re.search(r"<svg", svg)
    modules = np.array([list(row) for row in segno.make(url, error="m").matrix], np.uint8)
    picture = np.pad(np.kron(1 - modules, np.ones((8, 8), np.uint8)) * 255, 40, constant_values=255)
    assert cv2.QRCodeDetector().detectAndDecode(picture)[0] == url
