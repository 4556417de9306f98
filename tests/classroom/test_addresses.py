"""The addresses of this computer: the likely one first."""

from __future__ import annotations

import ipaddress
import socket
import types

import pytest

from siamese.classroom import addresses
from siamese.classroom.addresses import Address


def entry(ip: str, family: int = socket.AF_INET) -> types.SimpleNamespace:
    return types.SimpleNamespace(address=ip, family=family)


@pytest.fixture
def computer(monkeypatch):
    """A computer with these interfaces: name -> entries; those in `down` are not connected."""

    def has(interfaces: dict[str, list], routed: str = "", down: tuple[str, ...] = ()) -> None:
        status = {name: types.SimpleNamespace(isup=name not in down) for name in interfaces}
        monkeypatch.setattr(addresses.psutil, "net_if_addrs", lambda: interfaces)
        monkeypatch.setattr(addresses.psutil, "net_if_stats", lambda: status)
        monkeypatch.setattr(addresses, "_routed", lambda: routed)

    return has


def test_the_address_on_the_route_comes_first_and_containers_last(computer):
    computer(
        {
            "lo": [entry("127.0.0.1")],
            "docker0": [entry("172.17.0.1")],
            "eth0": [entry("10.1.2.3"), entry("fe80::1", socket.AF_INET6)],
            "wlan0": [entry("192.168.1.20")],
            "vEthernet (WSL)": [entry("172.30.0.1")],
        },
        routed="192.168.1.20",
    )
    found_first, *others = addresses.local_addresses()
    assert found_first == Address("192.168.1.20", "wlan0")
    assert [address.interface for address in others] == ["eth0", "docker0", "vEthernet (WSL)"]


def test_a_tunnel_on_the_route_does_not_come_before_the_wifi(computer):
    computer({"tun0": [entry("10.8.0.2")], "wlan0": [entry("192.168.1.20")]}, routed="10.8.0.2")
    assert addresses.local_addresses()[0].interface == "wlan0"


def test_without_a_route_private_addresses_come_first(computer):
    computer({"eth0": [entry("130.60.1.2")], "wlan0": [entry("192.168.137.1")]})
    assert addresses.local_addresses()[0].interface == "wlan0"


def test_without_a_network_there_is_no_address(computer):
    computer(
        {"lo": [entry("127.0.0.1")], "eth0": [entry("169.254.7.7")], "wlan0": [entry("10.0.0.2")]}, down=("wlan0",)
    )
    assert addresses.local_addresses() == []


def test_this_computers_addresses_can_be_listed():
    for address in addresses.local_addresses():
        assert not ipaddress.ip_address(address.ip).is_loopback
        assert address.interface
    routed = addresses._routed()
    assert routed == "" or ipaddress.ip_address(routed)
