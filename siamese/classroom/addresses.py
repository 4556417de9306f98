"""The addresses at which other computers on the local network can reach this one."""

from __future__ import annotations

import dataclasses
import ipaddress
import socket

import psutil

VIRTUAL = (
    "br-",
    "bridge",
    "docker",
    "hyper-v",
    "lxc",
    "tailscale",
    "tap",
    "tun",
    "utun",
    "vbox",
    "vethernet",
    "veth",
    "virbr",
    "virtualbox",
    "vmnet",
    "vmware",
    "wg",
    "zt",
)
"""Starts of the names of interfaces that lead to containers, virtual machines and tunnels, where no phone is."""
_ELSEWHERE = ("192.0.2.1", 9)  # an address reserved for documentation: the system only picks a route, nothing is sent


@dataclasses.dataclass(frozen=True)
class Address:
    """An IPv4 address of this computer and the interface that has it."""

    ip: str
    interface: str


def local_addresses() -> list[Address]:
    """The addresses of the interfaces that are up, the one that phones most likely reach first.

    That is the one on the route to other networks. Private addresses come before public ones, and interfaces of
    containers and tunnels last. Loopback and self-assigned addresses are left out.
    """
    up = {name for name, status in psutil.net_if_stats().items() if status.isup}
    own = [
        Address(entry.address, name)
        for name, entries in psutil.net_if_addrs().items()
        if name in up
        for entry in entries
        if entry.family == socket.AF_INET and _reachable(entry.address)
    ]
    routed = _routed()
    return sorted(own, key=lambda address: _rank(address, routed))


def _reachable(ip: str) -> bool:
    address = ipaddress.ip_address(ip)
    return not (address.is_loopback or address.is_link_local or address.is_unspecified)


def _rank(address: Address, routed: str) -> tuple[bool, bool, bool]:
    virtual = address.interface.lower().startswith(VIRTUAL)
    return virtual, address.ip != routed, not ipaddress.ip_address(address.ip).is_private


def _routed() -> str:
    """This computer's address on the route to other networks; "" without one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)
            return probe.getsockname()[0]
        except OSError:
            return ""
