"""How the drive is doing: told to this machine at a port of its own, by all processes together, and to nobody else."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.service import until
from benchmarks.shipped import PROJECT, Shipped, shipped
from smartdrive.run.sharing import GONE, MEMORY
from tests.deploy.asking import ask, raw
from tests.deploy.conftest import Person

pytestmark = pytest.mark.deploy
FORGED = {
    "X-Forwarded-For": "127.0.0.1",
    "X-Real-IP": "127.0.0.1",
    "Forwarded": "for=127.0.0.1",
    "X-Forwarded-Host": "localhost",
    "Host": "localhost",
}
SPELLINGS = ["/metrics", "//metrics", "/x/../metrics", "/%6Detrics", "/metrics?a=b", "/metrics/", "/status/ready"]


def total(stack: Shipped, name: str, **labels: str) -> float:
    """The sum of a metric over all lines that have these labels."""
    answer = ask(stack.places.watch, "GET", "/metrics")
    assert answer.status == 200, answer.body
    families = text_string_to_metric_families(answer.body.decode())
    found = [each for family in families for each in family.samples if each.name == f"smartdrive_{name}"]
    return sum(each.value for each in found if labels.items() <= each.labels.items())


def together(count: int, act: Callable[[], object]) -> None:
    """So that more than one process answers."""
    callers = [threading.Thread(target=act) for _ in range(count)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()


def folders(stack: Shipped) -> list[Path]:
    return list(MEMORY.glob(f"smartdrive-{os.getuid()}-{stack.programs.running[0].pid}-*"))


def processes(folder: Path) -> set[str]:
    """Which processes have files there."""
    return {re.split(r"[_.]", path.name)[-2] for path in folder.iterdir()}


def test_the_port_of_its_own_serves_both_and_nothing_else(site: Shipped) -> None:
    port = site.places.watch
    assert ask(port, "GET", "/status/ready").json() == {"status": "ready"}
    assert ask(port, "GET", "/metrics").headers["content-type"].startswith("text/plain; version=0.0.4")
    for path in ("/", "/status", "/login", "/api/me", "/metrics/", "/static/dist/main.css", "/objects/a/1", "/_check"):
        assert ask(port, "GET", path).status == 404, path


# SECURITY 9
@pytest.mark.parametrize("path", SPELLINGS)
def test_the_world_gets_neither_whatever_it_says_of_itself(site: Shipped, path: str) -> None:
    for headers in ({}, FORGED):
        answer = ask(site.places.port, "GET", path, headers)
        assert answer.status == 404, answer.body
        assert b"smartdrive_" not in answer.body
    assert b"smartdrive_" not in raw(site.places.port, f"GET {path} HTTP/1.0\r\n\r\n".encode())


def test_no_forged_header_passes_the_port_of_its_own(echo: Shipped) -> None:  # SECURITY 9
    told = ask(echo.places.watch, "GET", "/metrics", {**FORGED, "X-Body-File": "/etc/passwd"}).json()["headers"]
    assert (told["x-forwarded-for"], told["host"]) == ("127.0.0.1", "localhost")
    assert not {"x-real-ip", "forwarded", "x-forwarded-host", "x-body-file"} & {name for name in told if told[name]}


def test_all_processes_count_together(site: Shipped, alice: Person) -> None:
    """Pages, what answers before the framework, zips, background work."""
    parts = {"route": "/objects/<token>/<part>", "method": "PUT", "status": "2xx"}
    before = {name: total(site, name) for name in ("uploads_total", "upload_bytes_total", "job_rounds_total")}
    sent, me = total(site, "requests_total", **parts), total(site, "requests_total", route="/api/me")
    together(40, lambda: alice.ask("GET", "/api/me"))
    begun = alice.begin(300_000)
    there = urlsplit(begun["url"])
    assert ask(site.places.port, "PUT", there.path, body=b"x" * 300_000).status == 200
    file = alice.complete(begun).json()["file"]["id"]
    address = urlsplit(alice.ask("POST", "/api/zips", {"ids": [file]}).json()["url"])
    zipped = ask(site.places.port, "GET", address.path)
    assert alice.fetch(file).status == 200
    assert total(site, "requests_total", route="/api/me") == me + 40
    assert total(site, "request_seconds_count", route="/api/me") == me + 40
    assert total(site, "requests_total", **parts) == sent + 1
    assert total(site, "uploads_total") == before["uploads_total"] + 1
    assert total(site, "upload_bytes_total") == before["upload_bytes_total"] + 300_000
    assert total(site, "download_bytes_total", kind="zip") >= len(zipped.body) > 300_000
    assert total(site, "requests_total", route="/objects/<token>", method="GET", status="2xx") >= 1
    until(lambda: total(site, "job_rounds_total", work="checksums") > 0)


def test_the_doctor_is_content_with_what_stands_in_front(site: Shipped) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flask", "doctor"], cwd=PROJECT, env=site.environment(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"well  nginx: nginx [0-9.]+ stands in front", done.stdout), done.stdout
    assert "A file of this drive comes whole by the public address." in done.stdout


def test_what_was_counted_outlives_the_processes_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with shipped(tmp_path) as stack:
        (folder,) = folders(stack)
        assert folder.stat().st_mode & 0o777 == 0o700
        together(20, lambda: ask(stack.places.port, "GET", "/login"))
        counted = total(stack, "requests_total", route="/login")
        assert counted >= 20
        until(lambda: total(stack, "job_last_success_timestamp_seconds", work="sweep"))
        master = stack.programs.running[0].pid
        before = processes(folder) - {str(master), GONE}
        assert len(before) >= 3, "they count for themselves"
        os.kill(int(min(before)), signal.SIGKILL)
        until(lambda: min(before) not in processes(folder))
        os.kill(master, signal.SIGHUP)
        until(lambda: not before & processes(folder))
        assert total(stack, "requests_total", route="/login") == counted
        ask(stack.places.port, "GET", "/login")
        assert total(stack, "requests_total", route="/login") == counted + 1
        assert folders(stack) == [folder], "SIGHUP has the configuration read again"
    assert not folder.exists()
