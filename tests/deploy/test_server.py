"""The whole server as an operator makes it: the commands of docs/deploy-server.md, on a machine of its own.

Standard paths, ports 80 and 443, the units' own lines as their own user; walked in a browser that checks certificates.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from benchmarks.service import until
from tests.deploy.authority import NAME
from tests.deploy.island import NoIslandHere
from tests.deploy.releases import Release, Source
from tests.deploy.serving import URL, Server, asking, blocks, made
from tests.deploy.visiting import Visitor, asked_by_http, chromium_beside

pytestmark = [pytest.mark.deploy, pytest.mark.timeout(1200)]
ENTRY = {"email": "ada@example.org", "password": "seven paper boats"}
RUINS_THE_TABLE = """
from smartdrive.settings import data_folder
(data_folder() / "drive.db").write_bytes(b"")
sys.exit(2)
"""
BODY = bytes(range(256)) * 1500


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, first: Release) -> Iterator[Server]:
    try:
        with made(tmp_path_factory.mktemp("server"), first) as server:
            yield server
    except NoIslandHere as why:
        pytest.skip(f"no machine of its own: {why}")


def test_what_an_older_drive_held_is_there_and_opens(server: Server) -> None:
    if not server.older:
        pytest.skip("this repository does not reach back to that release")
    older = server.older
    status, said = server.ask("POST", "/api/auth/login", {"email": older.email, "password": older.password})
    assert status == 200, said
    token = json.loads(said)["access_token"]
    there = server.open("GET", f"/api/files/{older.file}/download", {"Authorization": f"Bearer {token}"})
    got = server.open("GET", there.headers["Location"].removeprefix(URL)).read()
    assert hashlib.sha256(got).hexdigest() == older.digest


def test_run_again_it_changes_nothing_and_nobody_ends(server: Server) -> None:
    assert server.install(server.first).returncode == 0
    before = server.everything()
    again = server.install(server.first)
    said = f"Smart Drive {server.first.version} is there already: nothing was changed.\n"
    assert (again.returncode, again.stdout.splitlines(keepends=True)[-1]) == (0, said)
    assert server.everything() == before


def test_a_newer_release_back_and_a_broken_one(server: Server, source: Source) -> None:
    assert server.install(server.first).returncode == 0
    assert server.ask("POST", "/api/auth/register", ENTRY)[0] == 201
    newer = source.release(CHANGELOG__md="\nNewer.\n")
    done = server.install(newer)
    assert (done.returncode, server.version()) == (0, newer.version), done.stderr
    assert server.ask("POST", "/api/auth/login", ENTRY)[0] == 200

    done = server.type(blocks()[1])
    assert (done.returncode, server.version()) == (0, server.first.version), done.stderr
    assert server.ask("POST", "/api/auth/login", ENTRY)[0] == 200

    broken = source.release(wsgi__py=RUINS_THE_TABLE)
    done = server.install(broken)
    assert done.returncode == 1
    assert f"{broken.version} does not come up, so {server.first.version} serves again" in done.stderr
    assert server.version() == server.first.version
    assert server.ask("POST", "/api/auth/login", ENTRY)[0] == 200
    assert not (server.here.root / "var/lib/smartdrive/before-upgrade").exists()


def test_the_other_commands_of_the_document_do_what_they_say(server: Server) -> None:
    found = set[int]()
    with asking(server, found):
        told = server.here.ok("bash", "-e", "-c", blocks()[2])
    assert "All is well." in told.splitlines()
    assert found == {200}, "a reload is not noticed"
    server.here.ok("systemctl", "start", "smartdrive-fsck")


def test_logs_are_put_away_and_go_on_in_a_new_file(server: Server) -> None:
    logs = server.here.root / "var/log/smartdrive"
    server.here.ok("logrotate", "--force", "/etc/logrotate.d/smartdrive")
    assert list(logs.glob("nginx.log.*"))
    until(lambda: server.answers() and (logs / "nginx.log").exists() and (logs / "nginx.log").stat().st_size)


# SECURITY 12
def test_a_whole_visit_by_https(server: Server, playwright: Playwright, tmp_path: Path) -> None:
    """In, a file up, down and handed over by a link, out. Who came once comes by https, before anything is sent."""
    with chromium_beside(server, playwright, tmp_path) as chromium:
        ana = Visitor(chromium)
        page = ana.hands.page
        assert ana.came_by(f"http://{NAME}/login?first") == (308, "")
        assert page.url == f"{URL}/login?first"
        assert page.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol") == "h2"
        assert ana.came_by(f"http://{NAME}/register?second") == (307, "HSTS")
        until(lambda: asked_by_http(server, "/login"))
        assert asked_by_http(server, "/register") == 0

        ana.hands.register("ana@drive.example", "Ana Lima")
        assert {"__Host-access", "__Host-refresh"} <= ana.cookies_for_this_host_alone()
        (tmp_path / "film.bin").write_bytes(BODY)
        page.set_input_files("#pick-files", tmp_path / "film.bin")
        expect(ana.hands.row("film.bin")).to_be_visible()
        ana.hands.row("film.bin").locator("[data-row-menu]").click()
        got = ana.hands.download(page.locator("#row-menu [data-act=download]"))
        assert got.path().read_bytes() == BODY

        address = ana.link_to("film.bin")
        assert address.startswith(f"{URL}/s/")
        friend = Visitor(chromium)
        friend.hands.page.goto(address)
        got = friend.hands.download(friend.hands.page.get_by_role("link", name="Download"))
        assert got.path().read_bytes() == BODY

        ana.log_out()
        page.wait_for_url(lambda url: "/files" not in url)
        page.goto(f"{URL}/files")
        assert page.url.startswith(f"{URL}/login")
        assert not ana.cookies_for_this_host_alone() & {"__Host-access", "__Host-refresh"}
        assert ana.eyes.wrong == friend.eyes.wrong == []


CERTBOT = """#!/bin/bash
set -e
printf '%s\\n' "$*" >>/srv/certbot.said
mkdir -p /var/lib/smartdrive-acme/.well-known/acme-challenge
echo token.thumbprint >/var/lib/smartdrive-acme/.well-known/acme-challenge/token
[ "$(curl -fsS http://drive.test/.well-known/acme-challenge/token)" = token.thumbprint ]
rm /var/lib/smartdrive-acme/.well-known/acme-challenge/token
RENEWED_LINEAGE=/etc/letsencrypt/live/drive.test
mkdir -p $RENEWED_LINEAGE
cp /srv/signed/certificate.pem $RENEWED_LINEAGE/fullchain.pem
cp /srv/signed/key.pem $RENEWED_LINEAGE/privkey.pem
export RENEWED_LINEAGE
/opt/smartdrive/current/deploy/renewed.sh
"""
"""Asks nginx for the challenge as an authority would, and ends as certbot does: with the hook it is given."""


def test_a_certificate_is_signed_and_renewed_and_nobody_notices(server: Server) -> None:
    program = server.here.root / "usr/bin/certbot"
    program.write_text(CERTBOT, "ascii")
    program.chmod(0o755)
    signed = server.sign()
    assert server.install(server.first).returncode == 0
    done = server.type(blocks()[0].replace("--certificate certificate.pem --key key.pem", "--email ops@drive.test"))
    assert done.returncode == 0, done.stderr
    said = (server.here.root / "srv/certbot.said").read_text("ascii")
    assert said == (
        "certonly --non-interactive --agree-tos --email ops@drive.test --webroot --webroot-path "
        f"/var/lib/smartdrive-acme --domain {NAME} --deploy-hook /opt/smartdrive/current/deploy/renewed.sh\n"
    )
    until(lambda: server.shown() == signed)
    renewed = server.sign()
    found = set[int]()
    with asking(server, found):
        server.here.ok("certbot", "-q", "renew")
        until(lambda: server.shown() == renewed)
    assert found == {200}
    assert server.here.ok("stat", "-c", "%U %G %a", "/etc/smartdrive/tls/key.pem") == "root smartdrive 640\n"
