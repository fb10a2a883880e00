"""What `/metrics` says: counts by route and never by address, for this machine and our proxies alone."""

import errno
import re
from ipaddress import ip_network
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from smartdrive.ports.table import Unavailable
from smartdrive.services.fsck_rows import Finding
from smartdrive.worker import Worker
from tests.web import site as sites
from tests.web.reading import folder, store
from tests.web.site import Person, Program, Site

ROOT = Path(__file__).resolve().parents[2]
ALERTS, WATCHING = ROOT / "deploy/alerts.yaml", ROOT / "docs/operations.md"
Figures = dict[tuple[str, frozenset[tuple[str, str]]], float]


def figures(site: Site) -> Figures:
    """Every sample by its name and labels."""
    answer = site.stranger().get("/metrics")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    families = text_string_to_metric_families(answer.text)
    found = [sample for family in families for sample in family.samples]
    return {(each.name, frozenset(each.labels.items())): each.value for each in found}


def value(site: Site, name: str, **labels: str) -> float:
    return figures(site).get((f"smartdrive_{name}", frozenset(labels.items())), 0.0)


def test_requests_are_counted_by_route_method_and_class(site: Site, alice: Person) -> None:
    made = folder(alice, "a")
    for _ in range(3):
        alice.api.get(f"/api/folders/{made}")
    alice.api.get("/api/folders/none")
    alice.browser.get("/files")
    route = {"route": "/api/folders/<folder_id>", "method": "GET"}
    assert value(site, "requests_total", **route, status="2xx") == 3
    assert value(site, "requests_total", **route, status="4xx") == 1
    assert value(site, "request_seconds_count", route=route["route"]) == 4
    assert value(site, "requests_total", route="/files", method="GET", status="2xx") == 1


def test_whatever_strangers_send_makes_no_new_lines(site: Site) -> None:  # SECURITY 9
    def send(name: str) -> None:
        site.stranger().call("GET", f"/none/{name}")
        site.stranger().call(f"BREW{name}", "/login")
        site.stranger().call(f"BREW{name}", f"/{name}")
        site.stranger().call("GET", f"/s/{name}", headers={"X-Request-ID": name, "User-Agent": name})

    send("first")
    figures(site)
    before = set(figures(site))
    for number in range(50):
        send(f"secret{number}")
    assert set(figures(site)) == before
    assert "secret" not in site.stranger().get("/metrics").text


def test_uploads_and_downloads_are_counted_with_their_bytes(site: Site, alice: Person) -> None:
    made = store(alice, "a.txt", b"twelve bytes")
    assert alice.api.post("/api/files?filename=a.txt", data=b"more").status_code == 200
    assert (value(site, "uploads_total"), value(site, "upload_bytes_total")) == (2, 16)
    assert alice.api.get(f"/api/files/{made}/download").status_code == 302
    assert alice.api.get(f"/api/files/{made}/download?inline=1").status_code == 302
    assert value(site, "downloads_total", kind="file") + value(site, "downloads_total", kind="shown") == 2
    zipped = alice.api.post("/api/zips", {"ids": [made]}).json["url"]
    size = len(site.stranger().get(zipped.removeprefix(site.services.settings.public_url)).data)
    assert value(site, "download_bytes_total", kind="zip") == size > 0


def test_an_engine_that_fails_is_counted_and_logged_with_the_request(
    site: Site, alice: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.EIO, "input/output error")

    monkeypatch.setattr("smartdrive.storage.disk_files.spare", full)
    answer = alice.api.call("POST", "/api/files?filename=a.txt", data=b"abc")
    assert answer.status_code == 503
    assert value(site, "engine_failures_total", engine="disk", kind="unavailable") >= 1
    assert value(site, "engine_seconds_count", engine="sqlite", verb="get") >= 1
    (line, *_) = [each for each in caplog.records if each.message == "engine failed"]
    assert (line.engine, line.verb) == ("disk", "plan_put")  # type: ignore[attr-defined]


def test_a_name_that_is_taken_is_a_refused_write(site: Site, alice: Person) -> None:
    before = value(site, "engine_failures_total", engine="sqlite", kind="refused")
    for _ in range(2):
        alice.api.post("/api/folders", {"parent": "root", "name": "same"})
    assert value(site, "engine_failures_total", engine="sqlite", kind="refused") == before + 1


def test_what_fsck_found_is_told_until_it_is_mended(site: Site, alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "smartdrive_fsck" not in site.stranger().get("/metrics").text
    site.services.fsck.run(between=0)
    assert value(site, "quota_drift_bytes") == 0
    found = {Finding("I4", alice.user.id, "less", -7), Finding("I4", "another", "more", 5)}
    monkeypatch.setattr(type(site.services.fsck), "_look", lambda *_, **__: ({}, found))
    site.services.fsck.run(between=0)
    assert value(site, "quota_drift_bytes") == 12
    assert (value(site, "fsck_findings", rule="I4"), value(site, "fsck_findings", rule="I2")) == (2, 0)
    assert value(site, "fsck_last_timestamp_seconds") == pytest.approx(site.clock().timestamp())


def test_a_table_that_is_down_takes_nothing_away_but_what_it_says(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.services.fsck.run(between=0)
    monkeypatch.setattr("smartdrive.web.status.read_checked", _down)
    assert "smartdrive_fsck" not in site.stranger().get("/metrics").text
    assert value(site, "build_info", engine="embedded", **_build(site)) == 1


def test_background_work_is_counted_as_it_waits_and_is_done(site: Site, alice: Person) -> None:
    store(alice, "large.bin", b"x" * 300_000)
    worker = Worker(site.services)
    count, checksums = (next(job for job in worker._jobs() if job.name == name) for name in ("count", "checksums"))
    worker._insist(count)
    assert value(site, "due", kind="checksums") == 1
    assert worker._insist(checksums) is True
    assert worker._insist(checksums) is False
    worker._insist(count)
    assert value(site, "due", kind="checksums") == 0
    assert value(site, "job_rounds_total", work="checksums") == 1
    assert value(site, "job_seconds_total", work="checksums") > 0
    assert value(site, "job_last_success_timestamp_seconds", work="checksums") > 0


def test_what_a_sweep_puts_away_is_counted(site: Site, alice: Person) -> None:
    begun = alice.api.post("/api/uploads", {"name": "a.bin", "size": 10, "parent": "root"})
    assert begun.status_code == 201
    site.clock.forward(days=9)
    site.services.upkeep.sweep_round()
    assert value(site, "swept_total", what="uploads") == 1


def test_strangers_get_nothing(site: Site, tmp_path: Path) -> None:  # SECURITY 9
    for headers in ({}, {"X-Forwarded-For": "127.0.0.1"}, {"X-Real-IP": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}):
        assert Program(site.app, address="203.0.113.9").get("/metrics", headers=headers).status_code == 404
    near = sites.make_site(tmp_path / "trusting", trusted_proxies=(ip_network("10.0.0.0/8"),))
    assert Program(near.app, address="10.1.2.3").get("/metrics").status_code == 200
    behind = {"X-Forwarded-For": "127.0.0.1, 203.0.113.9"}
    assert Program(near.app, address="10.1.2.3").get("/metrics", headers=behind).status_code == 404


HANDED_ON = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "drive.example.org",
    "X-Real-IP": "203.0.113.9",
    "Forwarded": "for=203.0.113.9",
    "Via": "1.1 Caddy",
}


@pytest.mark.parametrize("name", HANDED_ON)
@pytest.mark.parametrize("path", ["/metrics", "/status/ready"])
def test_nor_by_a_proxy_of_this_machine_that_nobody_named(site: Site, path: str, name: str) -> None:  # SECURITY 9
    """It asks for the world; a monitor on this machine says nothing of the kind."""
    assert site.stranger().get(path, headers={name: HANDED_ON[name]}).status_code == 404
    assert site.stranger().get(path, headers={name: ""}).status_code == (404 if name == "Via" else 200)
    assert site.stranger().get(path).status_code == 200


def test_a_proxy_of_this_machine_that_is_named_asks_for_whom_it_says(tmp_path: Path) -> None:
    named = sites.make_site(tmp_path / "named", trusted_proxies=(ip_network("127.0.0.0/8"),))
    for visitor, status in (("203.0.113.9", 404), ("127.0.0.5", 200)):
        assert named.stranger().get("/metrics", headers={"X-Forwarded-For": visitor}).status_code == status


def test_this_machine_asks_by_its_own_names_only(tmp_path: Path) -> None:
    site = sites.make_site(tmp_path / "https", public_url="https://drive.example.org")
    answers = {
        name: site.stranger().get("/metrics", headers={"Host": name}).status_code
        for name in ("localhost:9180", "127.0.0.1", "drive.example.org", "rebound.example.org")
    }
    assert answers == {"localhost:9180": 200, "127.0.0.1": 200, "drive.example.org": 200, "rebound.example.org": 400}
    assert site.stranger().get("/api/me", headers={"Host": "localhost"}).status_code == 400


def scraped_names(site: Site) -> dict[str, set[str]]:
    """Every name with the labels it comes with, of a drive that has worked and looked whether it is sound."""
    worker = Worker(site.services)
    site.services.metrics.expect(job.name for job in worker._jobs())
    for job in worker._jobs():
        worker._insist(job)
    site.services.fsck.run(between=0)
    found: dict[str, set[str]] = {}
    for name, labels in figures(site):
        found.setdefault(name, set()).update(label for label, _ in labels)
    return found


def test_each_alert_speaks_of_what_a_scrape_has(site: Site, alice: Person) -> None:
    told, known = yaml.safe_load(ALERTS.read_text("utf-8")), scraped_names(site)
    rules = [rule for group in told["groups"] for rule in group["rules"]]
    for rule in rules:
        assert rule["annotations"]["summary"], rule["alert"]
        assert rule["annotations"]["description"], rule["alert"]
        for name, labels in re.findall(r"(smartdrive_\w+)(?:\{(\w+)=)?", rule["expr"]):
            assert name in known, name
            assert not labels or labels in known[name], (name, labels)
        moments = set(re.findall(r"time\(\) - (smartdrive_\w+)", rule["expr"]))
        assert moments == set(re.findall(r"or absent\((\w+)\)", rule["expr"])) - {"up"}, rule["alert"]
    assert len(rules) > 8
    kinds = set(re.findall(r'kind="(\w+)"', ALERTS.read_text("utf-8")))
    assert kinds <= {dict(labels).get("kind") for name, labels in figures(site) if "engine_failures" in name}


def test_each_name_of_the_document_is_scraped_and_the_other_way_round(site: Site, alice: Person) -> None:
    made = store(alice, "a.txt")
    alice.api.get(f"/api/files/{made}/download")
    alice.api.post("/api/uploads", {"name": "a.bin", "size": 10, "parent": "root"})
    site.clock.forward(days=9)
    known = scraped_names(site)
    ending = re.compile(r"_(bucket|count|sum|created)$")
    scraped = {ending.sub("", name).removeprefix("smartdrive_") for name in known if not name.endswith("_created")}
    part = WATCHING.read_text("utf-8").partition("## Watching")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")][1:]
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == scraped


def _down(*_: object) -> None:
    raise Unavailable


def _build(site: Site) -> dict[str, str]:
    (labels,) = [dict(labels) for name, labels in figures(site) if name == "smartdrive_build_info"]
    return {name: labels[name] for name in ("python", "version")}
