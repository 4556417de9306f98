"""R11: path traversal, foreign Origin and Host on the running app, and run ids that are paths: nothing leaks."""

from __future__ import annotations

import itertools
import json
import os
import pathlib
import tempfile
import time
import urllib.parse
from collections.abc import Iterator

from siamese import paths, runs
from siamese.config import TrainConfig
from siamese.errors import UserError
from tests.browser.server import ROOT, serve
from tools.hostile.audit import Event, unwatch, watch
from tools.hostile.measure import print_table
from tools.hostile.raw_http import ask, get, request

CANARY = "CANARY-5d0f3c-NOT-FOR-VISITORS"
PREFIXES = (
    "/",
    "/app/static/",
    "/app/static/inter/",
    "/static/",
    "/media/",
    "/component/",
    "/_stcore/",
    "/_stcore/upload_file/",
    "/_stcore/bidi-components/streamlit-drawable-canvas.streamlit_drawable_canvas/",
    "/recognise/",
)
STEPS = (
    "../",
    "..%2f",
    "%2e%2e/",
    "%2e%2e%2f",
    "..%252f",
    "..\\",
    "..%5c",
    "%c0%ae%c0%ae/",
    "....//",
    "..;/",
    "%2e%2e%5c",
)
DEPTH = 12
FOREIGN_ORIGINS = (
    "http://evil.example",
    "https://evil.example:{port}",
    "http://localhost.evil.example:{port}",
    "http://127.0.0.1.evil.example:{port}",
    "http://evil.example#127.0.0.1:{port}",
    "http://127.0.0.1@evil.example",
    "null",
    "file://",
)
RUN_IDS = (
    *("..", ".", "", "/", "~", "*", "a/b", "a\\b", "a\0b", "a\nb", "A", "é", "a" * 300, "-", "con", "nul.json"),
    *("../" * n + target for n in (1, 3, 12) for target in ("etc/passwd", "etc", "data")),
    *(
        "/etc/passwd",
        "file:///etc/passwd",
        "..%2f..%2fetc",
        "%2e%2e",
        "....//",
        "runs/../..",
        "a/../../..",
        "$(id)",
        "`id`",
    ),
)


def traversals(targets: list[pathlib.Path]) -> Iterator[str]:
    """Paths that lead to the targets: below each prefix in every spelling, and absolute ones."""
    for prefix in PREFIXES:
        for target in targets:
            for step in STEPS:
                yield prefix + step * DEPTH + str(target).lstrip("/")
            for absolute in (str(target), f"/{target}", urllib.parse.quote(str(target), safe=""), f"file://{target}"):
                yield prefix + absolute
    for target in targets:
        yield "/app/static/inter/inter-latin.woff2/" + "../" * DEPTH + str(target).lstrip("/")
        yield "/app/static/" + "../" * 3 + target.name + "%00.png"
        yield f"/app/static?file={target}"


def run(short: bool) -> bool:
    """Print the figure; whether the goal is reached."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as name:
        folder = pathlib.Path(name)
        targets = _secrets(folder / "home")
        with serve(folder) as address:
            port = urllib.parse.urlsplit(address).port or 0
            results = [_paths(port, targets, short), _origins(port), _closed(port)]
        os.environ["SIAMESE_HOME"] = str(folder / "home")
        results.append(_run_ids())
    print_table([row for row, _ in results])
    faults = [fault for _, wrong in results for fault in wrong]
    print(f"  faults: {len(faults)}", *faults, sep="\n    ")
    return not faults


Result = tuple[tuple[str, int, float, float, str], list[str]]


def _secrets(home: pathlib.Path) -> list[pathlib.Path]:
    """Files that no visitor may read: of the system, the project and the home."""
    (home / "data").mkdir(parents=True)
    (home / "data" / "canary.txt").write_text(CANARY)
    return [
        pathlib.Path("/etc/passwd"),
        ROOT / "app.py",
        ROOT / ".streamlit" / "config.toml",
        home / "data" / "canary.txt",
    ]


def _paths(port: int, targets: list[pathlib.Path], short: bool) -> Result:
    marks = [target.read_bytes().splitlines()[0][:60] for target in targets]
    tried = list(traversals(targets))[:: 10 if short else 1]
    faults, longest = [], 0.0
    for path in tried:
        start = time.monotonic()
        answer = get(port, path.replace("\n", ""))
        longest = max(longest, time.monotonic() - start)
        if any(mark in answer.body for mark in marks):
            faults.append(f"GET {path} leaks a file")
        if answer.status >= 500:
            faults.append(f"GET {path} gives {answer.status}")
    return ("traversal paths", len(tried), longest, 0, ""), faults


def _origins(port: int) -> Result:
    """WebSocket connections and uploads from pages of other sites, and under other names of this machine."""
    faults, tried = [], 0
    own = f"http://127.0.0.1:{port}"
    if _connect(port, own) != 101:
        faults.append("the app's own page cannot connect")
    for origin in (text.format(port=port) for text in FOREIGN_ORIGINS):
        host = urllib.parse.urlsplit(origin).netloc or "evil.example"
        for named in ("", host):  # the second as after DNS rebinding
            tried += 1
            if _connect(port, origin, named) == 101:
                faults.append(f"Origin {origin}, Host {named or 'own'}: connected")
        for path in ("/_stcore/health", "/_stcore/host-config", "/"):
            tried += 1
            allowed = [line for line in get(port, path, Origin=origin).headers.splitlines() if "allow-origin" in line]
            if any("*" in line or "evil" in line for line in allowed):
                faults.append(f"Origin {origin} may read {path}: {allowed[0]}")
        tried += 1
        upload = "/_stcore/upload_file/00000000-0000-0000-0000-000000000000/file"
        if (
            ask(port, request("PUT", upload, f"127.0.0.1:{port}", {"Origin": origin, "Content-Length": "0"})).status
            < 400
        ):
            faults.append(f"Origin {origin} may upload")
    for host in ("evil.example", f"evil.example:{port}", "localhost.evil.example"):
        tried += 1
        if get(port, "/", host).status < 400:
            faults.append(f"Host {host} is answered")
    return ("foreign Origin and Host", tried, 0, 0, ""), faults


def _connect(port: int, origin: str, host: str = "") -> int:
    """Status of a WebSocket handshake."""
    return get(
        port,
        "/_stcore/stream",
        host,
        Upgrade="websocket",
        Connection="Upgrade",
        Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==",
        Sec_WebSocket_Version="13",
        Sec_WebSocket_Protocol="streamlit",
        Origin=origin,
    ).status


def _closed(port: int) -> Result:
    """Figures about the server, in every spelling: nobody may read them."""
    tried = ("/_stcore/metrics", "/_stcore/metrics/", "/_stcore/metrics?a", "//_stcore/metrics", "/_stcore/./metrics")
    tried += ("/_stcore/%6detrics", "/recognise/_stcore/metrics", "/st-metrics", "/_stcore/METRICS")
    faults = [f"{path} is answered" for path in tried if b"# TYPE" in get(port, path).body]
    return ("closed addresses", len(tried), 0, 0, ""), faults


def _run_ids() -> Result:
    """Ids that are paths never lead out of the folder of the runs."""
    good = runs.create(TrainConfig(), "lesson", "builtin")
    (paths.data() / "run.json").write_text(json.dumps({"name": CANARY, "preset": "", "data": "", "created": ""}))
    (paths.data() / "config.json").write_text((good.folder / "config.json").read_text())
    faults, inside = [], str(paths.runs().resolve())
    tried = list(itertools.product(RUN_IDS, (runs.status, runs.weights, runs.delete)))
    for run_id, function in tried:
        events: list[Event] = []
        watch(events, set())
        try:
            function(run_id)
            faults.append(f"{function.__name__} accepts {run_id!r}")
        except UserError:
            pass
        finally:
            unwatch()
        faults += [
            f"{function.__name__} of {run_id!r}: {event} {path}"
            for event, path in events
            if os.path.isabs(path) and not os.path.normpath(path).startswith(inside)
        ]
    if not (paths.data() / "canary.txt").is_file():
        faults.append("a file outside the runs is deleted")
    return ("run ids that are paths", len(tried), 0, 0, ""), faults
