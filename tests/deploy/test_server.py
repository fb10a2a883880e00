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
from tests.deploy.authority import NAME, short_key
from tests.deploy.certbot import HOOK, LINEAGE, SAID, Certbot
from tests.deploy.island import NoIslandHere
from tests.deploy.releases import Release, Source
from tests.deploy.serving import URL, Server, asking, blocks, made
from tests.deploy.visiting import Visitor, asked_by_http, chromium_beside

pytestmark = [pytest.mark.deploy, pytest.mark.timeout(1200)]
ENTRY = {"email": "ada@example.org", "password": "seven paper boats"}
BY_CERTBOT = "--email ops@drive.test"
RUINS_THE_TABLE = """
from smartdrive.settings import data_folder
(data_folder() / "drive.db").write_bytes(b"")
sys.exit(2)
"""
DIES_ONCE_WHEN_IT_SERVES = """
import os, signal
from smartdrive.settings import data_folder
serves = app.wsgi_app
def dying(environ, start_response):
    dead = data_folder() / "dead"
    if environ["PATH_INFO"] == "/status/ready" and not dead.exists():
        dead.touch()
        os.kill(os.getppid(), signal.SIGQUIT)
        raise OSError("dead")
    return serves(environ, start_response)
app.wsgi_app = dying
"""
A_NEWER_SCHEMA = {
    "smartdrive/services/upgrades.py": "\nUPGRADES[max(UPGRADES) + 1] = lambda table, position: iter(())\n"
}
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
    said = f"Smart Drive {server.first.version} is there already: nothing was changed."
    assert (again.returncode, again.stdout.splitlines()[-1]) == (0, said)
    assert server.everything() == before


def test_a_newer_release_back_and_a_broken_one(server: Server, source: Source) -> None:
    assert server.install(server.first).returncode == 0
    before = server.files()
    assert server.ask("POST", "/api/auth/register", ENTRY)[0] == 201
    unit, more = "deploy/systemd/smartdrive-fsck.timer", "deploy/systemd/smartdrive-more.timer"
    (source.folder / more).write_text((source.folder / unit).read_text("utf-8"), "utf-8")
    newer = source.release(**{unit: "# newer\n", "deploy/nginx/http-redirect.conf": "# newer\n"})
    (source.folder / more).unlink()
    done = server.install(newer)
    assert (done.returncode, server.version()) == (0, newer.version), done.stderr
    changed = " ".join(set(server.files()) - set(before))
    assert "smartdrive-fsck.timer" in changed
    assert "smartdrive-more.timer" in changed
    assert "http-redirect.conf" in changed
    assert server.ask("POST", "/api/auth/login", ENTRY)[0] == 200

    done = server.type(blocks()[1])
    assert (done.returncode, server.version()) == (0, server.first.version), done.stderr
    assert server.files() == before
    assert server.ask("POST", "/api/auth/login", ENTRY)[0] == 200

    broken = source.release(wsgi__py=RUINS_THE_TABLE, **{unit: "# broken\n"})
    done = server.install(broken, more="--set SMARTDRIVE_ONLY_THIS_ONE_KNOWS=it")
    assert done.returncode == 1
    assert f"{broken.version} does not come up, so {server.first.version} serves again" in done.stderr
    assert (server.version(), server.files()) == (server.first.version, before)
    assert server.ask("POST", "/api/auth/login", ENTRY)[0] == 200
    assert not (server.here.root / "var/lib/smartdrive/before-upgrade").exists()


def test_a_release_that_comes_up_with_a_newer_table_and_dies_goes_on(server: Server, source: Source) -> None:
    """Somebody may have been served by it, and the one before cannot read the table."""
    assert server.install(server.first).returncode == 0
    newer = source.release(wsgi__py=DIES_ONCE_WHEN_IT_SERVES, **A_NEWER_SCHEMA)
    done = server.install(newer)
    assert done.returncode == 1
    assert f"so {newer.version} stays" in done.stderr
    until(server.answers)
    assert server.version() == newer.version
    data = "/var/lib/smartdrive"
    server.here.ok("systemctl", "stop", "smartdrive-web")
    server.here.ok("bash", "-c", f"rm {data}/drive.db* && cp -p {data}/before-upgrade/drive.db* {data}")
    done = server.install(server.first)
    assert done.returncode == 0, done.stderr
    assert not (server.here.root / "opt/smartdrive/before").exists()


def test_settings_that_cannot_be_used_are_taken_back(server: Server) -> None:
    assert server.install(server.first).returncode == 0
    before = server.files()
    done = server.install(server.first, more="--set SMARTDRIVE_QUOTA=nonsense")
    assert done.returncode == 1
    assert "all is as it was, and serves again" in done.stderr
    assert server.files() == before
    assert server.answers()
    assert not (server.here.root / "opt/smartdrive/before").exists()


def test_what_nginx_would_not_take_stops_nobody(server: Server, source: Source) -> None:
    assert server.install(server.first).returncode == 0
    before, web = server.everything(), server.web()
    server.authority.issue(server.here.root / "srv/other", short_key())
    done = server.install(server.first, "--certificate certificate.pem --key other/key.pem")
    assert done.returncode == 1
    assert "do not belong together" in done.stderr
    assert server.everything() == before

    before = server.files()
    done = server.install(source.release(nginx__conf="nonsense;\n"), more="--set SMARTDRIVE_QUOTA=1TB")
    assert done.returncode == 1
    assert "nginx does not take that: nothing was changed" in done.stderr
    assert (server.version(), server.files(), server.web()) == (server.first.version, before, web)
    assert server.answers()


def test_what_was_cut_off_is_finished_by_the_next_run(server: Server) -> None:
    assert server.install(server.first).returncode == 0
    cut = """{ %s --set SMARTDRIVE_QUOTA=1TB & }
        until [ -e /opt/smartdrive/before ]; do sleep 0.01; done
        kill -9 $!"""
    assert server.type(cut % blocks()[0].rstrip()).returncode == 0
    done = server.install(server.first)
    assert done.returncode == 0, done.stderr
    assert "Changed: what was begun before" in done.stdout
    assert server.answers()
    server.here.ok("systemctl", "stop", "smartdrive-nginx")
    assert server.install(server.first).stdout.splitlines()[-1].endswith("Changed: services")
    until(server.answers)


def test_another_nginx_is_not_driven_out(server: Server) -> None:
    """Not even one that only waits for the next boot."""
    wanted = server.here.root / "etc/systemd/system/multi-user.target.wants/nginx.service"
    wanted.symlink_to("/lib/systemd/system/nginx.service")
    done = server.install(server.first)
    wanted.unlink()
    assert done.returncode == 1
    assert "nginx serves something else here" in done.stderr


def test_the_other_commands_of_the_document_do_what_they_say(server: Server) -> None:
    found = set[int]()
    with asking(server, found):
        told = server.here.ok("bash", "-e", "-c", blocks()[2])
    assert "All is well." in told.splitlines()
    assert found == {200}, "a reload is not noticed"
    server.here.ok("systemctl", "start", "smartdrive-fsck")


def test_logs_are_put_away_and_go_on_in_a_new_file(server: Server) -> None:
    logs = server.here.root / "var/log/smartdrive"
    log = logs / "nginx.log"
    until(lambda: server.answers() and log.exists() and log.stat().st_size)  # an empty one is not put away
    server.here.ok("logrotate", "--force", "/etc/logrotate.d/smartdrive")
    assert list(logs.glob("nginx.log.*"))
    until(lambda: server.answers() and log.exists() and log.stat().st_size)


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


def test_a_certificate_is_signed_and_renewed_and_nobody_notices(server: Server) -> None:
    certbot = Certbot(server)
    signed = server.sign()
    assert server.install(server.first).returncode == 0
    web, found = server.web(), set[int]()
    with asking(server, found):
        done = server.install(server.first, BY_CERTBOT)
        assert done.returncode == 0, done.stderr
        until(lambda: server.shown() == signed)
        renewed = server.sign()
        server.here.ok("certbot", "-q", "renew")
        until(lambda: server.shown() == renewed)
    assert certbot.said() == [SAID % "--keep-until-expiring", "-q renew"]
    assert found == {200}
    assert server.web() == web, "only nginx has to know"
    assert server.here.ok("stat", "-c", "%U %G %a", "/etc/smartdrive/tls/key.pem") == "root smartdrive 640\n"


def test_what_certbot_has_is_taken_over(server: Server) -> None:
    certbot = Certbot(server)
    signed = server.sign()
    assert server.install(server.first, BY_CERTBOT).returncode == 0
    server.here.ok("bash", "-c", "rm /etc/smartdrive/tls/*.pem")
    assert server.install(server.first, BY_CERTBOT).returncode == 0
    server.here.ok("cmp", f"{LINEAGE}/fullchain.pem", "/etc/smartdrive/tls/certificate.pem")
    until(lambda: server.shown() == signed)
    certbot.known("authenticator = standalone\n")
    assert server.install(server.first, BY_CERTBOT).returncode == 0
    assert certbot.said() == [
        SAID % each for each in ("--keep-until-expiring", "--keep-until-expiring", "--force-renewal")
    ]


def test_certbot_leaves_alone_what_is_not_its_own(server: Server) -> None:
    Certbot(server)
    server.sign()
    assert server.install(server.first, BY_CERTBOT).returncode == 0
    before = server.files()
    server.sign()
    server.here.ok("cp", "-rT", "/srv/signed", "/etc/letsencrypt/live/mail.test")
    server.here.ok("env", "RENEWED_LINEAGE=/etc/letsencrypt/live/mail.test", HOOK)
    server.here.ok("rm", "-r", "/etc/letsencrypt/live/mail.test")
    assert server.files() == before, "another name's"
    assert server.install(server.first).returncode == 0
    before = server.files()
    server.here.ok("env", f"RENEWED_LINEAGE={LINEAGE}", HOOK)
    assert server.files() == before, "the operator's own"
