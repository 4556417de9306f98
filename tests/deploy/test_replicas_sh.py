"""The part of nginx's configuration that replicas.sh prints: which replica a cookie names, and who takes over."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from tools.classroom.replicas import CONFIGURATION

pytestmark = pytest.mark.skipif(shutil.which("getent") is None, reason="replicas.sh looks up names by getent.")


def printed(*replicas: str) -> subprocess.CompletedProcess:
    return subprocess.run(["sh", CONFIGURATION / "replicas.sh", *replicas], capture_output=True, text=True)


def groups(text: str) -> dict[str, list[str]]:
    """The servers of each upstream; a backup with an asterisk."""
    return {
        name: [f"{server}{'*' if backup else ''}" for server, backup in re.findall(r"server (\S+) .*?(backup)?;", body)]
        for name, body in re.findall(r"upstream (\w+) \{(.*?)\n\}", text, re.DOTALL)
    }


def test_each_replica_comes_first_in_a_group_of_its_own():
    text = printed("127.0.0.1:8501", "127.0.0.1:8502", "127.0.0.2:8501").stdout
    one, two, three = "127.0.0.1:8501", "127.0.0.1:8502", "127.0.0.2:8501"
    assert groups(text) == {
        "replicas": [one, two, three],
        "replica_1": [one, f"{two}*", f"{three}*"],
        "replica_2": [f"{one}*", two, f"{three}*"],
        "replica_3": [f"{one}*", f"{two}*", three],
    }
    assert text.count("least_conn") == 1


@pytest.mark.parametrize(
    ("answered", "number"),
    [
        ("127.0.0.1:8501", "1"),
        ("127.0.0.1:8502", "2"),
        ("127.0.0.1:8501, 127.0.0.1:8502", "2"),  # the first one did not answer
        ("1127.0.0.1:8501", None),
        ("127.0.0.1:85011", None),
    ],
)
def test_the_cookie_names_the_replica_that_has_answered(answered, number):
    text = printed("127.0.0.1:8501", "127.0.0.1:8502").stdout
    patterns = re.findall(r'"~(\S* ?,?\S*)" (\d);', text)
    assert len(patterns) == 2
    assert next((to for pattern, to in patterns if re.search(pattern, answered)), None) == number


def test_names_are_looked_up():
    assert groups(printed("localhost:8501").stdout)["replicas"] == ["127.0.0.1:8501"]


@pytest.mark.parametrize("replicas", [[], ["nowhere.invalid:8501"], ["127.0.0.1:8501", "nowhere.invalid:8501"]])
def test_a_replica_without_an_address_is_an_error(replicas):
    done = printed(*replicas)
    assert done.returncode != 0
    assert done.stdout == ""
    assert done.stderr.startswith("replicas.sh: ")
