"""The files of deploy: what is in the image, and that nothing runs as root, writes to its root or has capabilities."""

from __future__ import annotations

import configparser
import pathlib
import re
import subprocess

import pytest
import yaml

from siamese import paths
from siamese.ui import lesson, page
from tools.classroom.server import ROOT

DEPLOY = ROOT / "deploy"
SERVICES = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


def ignored(path: str) -> bool:
    """Whether Docker leaves a path of the repository out of the image: the last pattern that fits decides."""
    result = False
    for line in (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.removeprefix("!")
        if not line or line.startswith("#"):
            continue
        if pattern in ("*", path) or path.startswith(f"{pattern}/"):
            result = not line.startswith("!")
    return result


@pytest.mark.parametrize(
    "file",
    [
        "app.py",
        "navigation.py",
        "requirements.txt",
        ".streamlit/config.toml",
        "siamese/ui/style.css",
        *(script for script, _ in page.PAGES),
        *(str(each.relative_to(ROOT)) for each in (lesson.FILE, paths.ASSETS / "koch.safetensors")),
    ],
)
def test_the_image_has_what_the_app_reads(file):
    assert (ROOT / file).is_file()
    assert not ignored(file)


@pytest.mark.parametrize("file", [".git/config", ".streamlit/secrets.toml", ".venv/bin/python", "tests/drawn.py"])
def test_the_image_has_no_secrets_and_no_history(file):
    assert ignored(file)


def test_the_image_runs_as_a_user_without_rights_and_checks_its_health():
    last_user = re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE)[-1]
    assert last_user.split(":")[0] not in ("0", "root")
    assert "/_stcore/health" in DOCKERFILE.split("HEALTHCHECK")[1]
    assert re.findall(r"^FROM \S+:\S+", DOCKERFILE, re.MULTILINE)


@pytest.mark.parametrize("name", SERVICES)
def test_no_container_can_write_to_its_root_or_has_rights(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert "build" in service or service["user"].split(":")[0] not in ("0", "root")
    assert name == "nginx" or "ports" not in service


def test_replicas_share_the_database_the_passphrase_and_the_secret_and_leave_training_to_one():
    needed = {"DATABASE_URL", "SIAMESE_TEACHER", "STREAMLIT_SERVER_COOKIE_SECRET", "STREAMLIT_SERVER_ALLOWED_HOSTS"}
    for name in ("app", "train"):
        assert needed < set(SERVICES[name]["environment"])
    assert SERVICES["app"]["environment"]["SIAMESE_TRAINING"] == "elsewhere"
    assert SERVICES["train"]["environment"]["SIAMESE_TRAINING"] != "elsewhere"
    assert "replicas" in SERVICES["app"]["deploy"]


@pytest.mark.parametrize("script", ["replicas.sh", "start.sh"])
def test_scripts_are_those_of_any_posix_shell(script):
    assert subprocess.run(["sh", "-n", DEPLOY / "nginx" / script], capture_output=True).returncode == 0


def test_start_says_what_it_needs():
    done = subprocess.run(["sh", DEPLOY / "nginx" / "start.sh", "/tmp/x"], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("start.sh: give a folder")


@pytest.mark.parametrize("file", sorted((DEPLOY / "systemd").iterdir()), ids=lambda file: file.name)
def test_units_of_systemd_give_the_app_no_rights(file: pathlib.Path):
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str
    unit.read(file, encoding="utf-8")
    service = unit["Service"]
    assert service["User"] == "siamese"
    assert service["CapabilityBoundingSet"] == ""
    assert (service["ProtectSystem"], service["NoNewPrivileges"]) == ("strict", "yes")
    assert service["Restart"] == "always"
    assert ("elsewhere" in unit.get("Service", "Environment")) == ("@" in file.name)
