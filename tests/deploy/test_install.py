"""deploy/install.sh into a folder: a release in, again, a newer one, back, a broken one, and what it refuses."""

import hashlib
import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.shipped import PROJECT, free_port
from smartdrive.settings import PREFIX
from tests.deploy.secure import NAME, make_certificate

pytestmark = pytest.mark.deploy
ENTRY = {"email": "ada@example.org", "password": "seven paper boats"}
RUINS_THE_TABLE = """
from smartdrive.settings import data_folder
(data_folder() / "drive.db").write_bytes(b"")
sys.exit(2)
"""
QUIET = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
AUTHOR = ["-c", "user.name=A test", "-c", "user.email=a@example.org"]


@dataclass(frozen=True)
class Release:
    archive: Path
    digest: str

    @property
    def version(self) -> str:
        return self.archive.name.removeprefix("smartdrive-").removesuffix(".tar.gz")


class Source:
    """This working tree as a repository of its own, from which releases are made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        names = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, check=True, capture_output=True).stdout
        packed = subprocess.run(
            ["tar", "-c", "--null", "--files-from=-"], cwd=PROJECT, input=names, check=True, capture_output=True
        ).stdout
        subprocess.run(["tar", "-x"], cwd=folder, input=packed, check=True)
        self.git("init", "-q")

    def git(self, *words: str) -> None:
        subprocess.run(["git", *AUTHOR, *words], cwd=self.folder, env=os.environ | QUIET, check=True)

    def release(self, **changed: str) -> Release:
        """With more text at the end of some files."""
        for name, text in changed.items():
            path = self.folder / name.replace("__", ".")
            path.write_text(path.read_text("utf-8") + text, "utf-8")
        self.git("add", "--all", "--force")
        self.git("commit", "-q", "--allow-empty", "-m", "A release")
        made = subprocess.run(
            ["tools/release.sh"], cwd=self.folder, env=os.environ | QUIET, check=True, capture_output=True, text=True
        )
        digest, name = made.stdout.split()
        return Release(self.folder / "artefacts" / name, digest)


@dataclass
class Machine:
    """A folder as a root. With `started` there is something that starts units."""

    root: Path
    tls: Path
    https: int
    http: int

    @property
    def environment(self) -> dict[str, str]:
        ours = {name: text for name, text in os.environ.items() if not name.startswith(PREFIX)}
        return ours | {
            "PATH": f"{self.root.parent / 'bin'}:{ours['PATH']}",
            "PYTHONPATH": str(PROJECT),
            "INSTALL_ROOT": str(self.root),
            "HTTPS_PORT": str(self.https),
            "HTTP_PORT": str(self.http),
        }

    def install(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        command = ["bash", PROJECT / "deploy" / "install.sh", "--root", self.root, *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=600)

    def put(self, release: Release) -> subprocess.CompletedProcess[str]:
        own = ["--certificate", self.tls / "certificate.pem", "--key", self.tls / "key.pem"]
        words = ["--release", release.archive, "--sha256", release.digest, "--domain", NAME]
        self.prepare(release)
        return self.install(*words, *own)

    def prepare(self, release: Release) -> None:
        """This test's own packages instead of installed ones: an environment that is there is left alone."""
        digest = hashlib.sha256((PROJECT / "requirements.txt").read_bytes()).hexdigest()[:16]
        place = self.root / "opt/smartdrive/environments" / digest
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.is_symlink():
            place.symlink_to(sys.prefix)

    def ask(self, method: str, path: str, wanted: object = None) -> tuple[int, object]:
        """Over https, the certificate checked, under the name that people use."""
        line = socket.create_connection(("127.0.0.1", self.https), timeout=120)
        connection = http.client.HTTPConnection(NAME)
        context = ssl.create_default_context(cafile=str(self.tls / "authority.pem"))
        connection.sock = context.wrap_socket(line, server_hostname=NAME)
        try:
            body = json.dumps(wanted).encode() if wanted else None
            connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def version(self) -> str:
        return (self.root / "opt/smartdrive/current").readlink().name

    def everything(self) -> dict[str, tuple[float, int, str]]:
        """What is installed, as it lies there: changed when, mode, and where a link leads."""
        found = {}
        for top in ("opt", "etc", "usr"):
            for path in (self.root / top).rglob("*"):
                stat = path.lstat()
                leads = str(path.readlink()) if path.is_symlink() else ""
                found[str(path)] = (stat.st_mtime, stat.st_mode, leads)
        return found


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    return Source(tmp_path_factory.mktemp("source") / "repository")


@pytest.fixture(scope="module")
def first(source: Source) -> Release:
    return source.release()


@pytest.fixture
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    folder = tmp_path_factory.mktemp("i")
    make_certificate(folder / "tls")
    (folder / "root").mkdir()
    return Machine(folder / "root", folder / "tls", free_port(), free_port())


@pytest.fixture
def started(machine: Machine) -> Iterator[Machine]:
    (machine.root / "run/systemd/system").mkdir(parents=True)
    program = machine.root.parent / "bin" / "systemctl"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -I {PROJECT}/tests/deploy/systemctl.py "$@"\n')
    program.chmod(0o755)
    yield machine
    both = ["smartdrive-nginx.service", "smartdrive-web.service"]
    subprocess.run([program, "stop", *both], env=machine.environment, check=True)


def test_the_same_commit_gives_the_same_archive(source: Source, first: Release) -> None:
    before = first.archive.read_bytes()
    first.archive.unlink()
    env = os.environ | QUIET | {"TZ": "Pacific/Chatham"}
    commit = first.version.rsplit("-g", 1)[1]
    subprocess.run(["tools/release.sh", commit], cwd=source.folder, env=env, check=True, capture_output=True)
    assert first.archive.read_bytes() == before
    assert hashlib.sha256(before).hexdigest() == first.digest
    assert first.archive.with_suffix(".gz.sha256").read_text() == f"{first.digest}  {first.archive.name}\n"


@pytest.mark.timeout(900)
def test_a_release_in_again_a_newer_one_back_and_a_broken_one(source: Source, first: Release, started: Machine) -> None:
    done = started.put(first)
    assert done.returncode == 0, done.stderr
    assert started.ask("POST", "/api/auth/register", ENTRY)[0] == 201
    before, pid = started.everything(), (started.root / "run/smartdrive-web.service.pid").read_text()

    again = started.put(first)
    assert (again.returncode, again.stdout) == (
        0,
        f"Smart Drive {first.version} is there already: nothing was changed.\n",
    )
    assert started.everything() == before
    assert (started.root / "run/smartdrive-web.service.pid").read_text() == pid

    newer = source.release(CHANGELOG__md="\nNewer.\n")
    done = started.put(newer)
    assert (done.returncode, started.version()) == (0, newer.version), done.stderr
    assert started.ask("POST", "/api/auth/login", ENTRY)[0] == 200

    done = started.install("--rollback")
    assert (done.returncode, started.version()) == (0, first.version), done.stderr
    assert started.ask("POST", "/api/auth/login", ENTRY)[0] == 200

    broken = source.release(wsgi__py=RUINS_THE_TABLE)
    done = started.put(broken)
    assert done.returncode == 1
    assert f"{broken.version} does not come up, so {first.version} serves again" in done.stderr
    assert started.version() == first.version
    assert started.ask("POST", "/api/auth/login", ENTRY)[0] == 200
    assert not (started.root / "var/lib/smartdrive/before-upgrade").exists()


def test_another_digest_leaves_nothing_behind(first: Release, machine: Machine) -> None:
    done = machine.put(Release(first.archive, "0" * 64))
    assert done.returncode == 1
    assert "nothing was done" in done.stderr
    assert [path.name for path in (machine.root / "opt/smartdrive/releases").iterdir()] == []
    assert not (machine.root / "opt/smartdrive/current").exists()
    assert not (machine.root / "etc/smartdrive/smartdrive.env").exists()


def test_without_systemd_it_says_the_lines_that_start_it(first: Release, machine: Machine) -> None:
    done = machine.put(first)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()[-2:]
    assert lines[0].startswith("/opt/smartdrive/current/.venv/bin/python ")
    assert lines[1] == '/usr/sbin/nginx -c /opt/smartdrive/current/nginx.conf -g "daemon off;"'
    for name, mode in [("smartdrive.env", 0o640), ("tls/key.pem", 0o640), ("nginx/listen.conf", 0o644)]:
        assert (machine.root / "etc/smartdrive" / name).stat().st_mode & 0o777 == mode
    assert machine.put(first).stdout.endswith("nothing was changed.\n")


def test_settings_are_kept_and_given_ones_replace_them(first: Release, machine: Machine) -> None:
    settings = machine.root / "etc/smartdrive/smartdrive.env"
    settings.parent.mkdir(parents=True)
    settings.write_text("# mine\nSMARTDRIVE_QUOTA=1TB\nSMARTDRIVE_ZIPS=4\n")
    machine.prepare(first)
    words = ["--release", first.archive, "--sha256", first.digest, "--domain", NAME, "--behind", "10.0.0.0/16,fd00::/8"]
    done = machine.install(*words, "--set", "SMARTDRIVE_ZIPS=16", "--engine", "aws", "--set", "SMARTDRIVE_BUCKET=b")
    assert done.returncode == 0, done.stderr
    lines = settings.read_text().splitlines()
    assert lines[:2] == ["# mine", "SMARTDRIVE_QUOTA=1TB"]
    assert {"SMARTDRIVE_ZIPS=16", "SMARTDRIVE_ENGINE=aws", "SMARTDRIVE_BUCKET=b"} <= set(lines)
    assert f"SMARTDRIVE_PUBLIC_URL=https://{NAME}" in lines
    assert "SMARTDRIVE_ZIPS=4" not in lines
    assert not [line for line in lines if line.startswith("SMARTDRIVE_SECRET=")], "on AWS it is given"
    proxies = (machine.root / "etc/smartdrive/nginx/http-proxies.conf").read_text()
    assert proxies.count("10.0.0.0/16") == proxies.count("fd00::/8") == 2
    assert "192.0.2.0" not in proxies
    assert "443" not in (machine.root / "etc/smartdrive/nginx/listen.conf").read_text()
    assert not (machine.root / "etc/smartdrive/nginx/http-redirect.conf").exists()


def test_the_commands_of_the_document_install_a_release(first: Release, machine: Machine) -> None:
    """As they stand there, from a folder with the published files; only the root is another one."""
    text = (PROJECT / "docs" / "deploy-server.md").read_text("utf-8")
    block = text.split("```sh\n")[1].split("```")[0]
    assert block.count(" --domain drive.test") == 1
    machine.prepare(first)
    shutil.copy(first.archive, machine.tls / "smartdrive.tar.gz")
    (machine.tls / "smartdrive.tar.gz.sha256").write_text(f"{first.digest}  smartdrive.tar.gz\n")
    commands = block.replace(" --domain", f" --root {machine.root} --domain")
    done = subprocess.run(
        ["bash", "-e", "-c", commands], cwd=machine.tls, env=machine.environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert machine.version() == first.version


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "--release is missing"),
        (["--release", "x"], "--sha256 is missing"),
        (["--release", "x", "--sha256", "0" * 64, "--domain", "a;b"], "--domain is missing"),
        (["--release", "x", "--sha256", "0" * 64, "--domain", "a"], "take one of"),
        (["--release", "x", "--sha256", "0" * 64, "--domain", "a", "--email", "b", "--behind", "::/0"], "take one of"),
        (["--release", "x", "--sha256", "0" * 64, "--domain", "a", "--behind", "10.0.0.0/8; x"], "--behind takes"),
        (["--release", "x", "--sha256", "0" * 64, "--domain", "a", "--email", "b", "--set", "A=b"], "--set takes"),
        (["--rollback"], "there is no release before this one"),
        (["--nothing", "x"], "there is no option --nothing"),
        (["--release"], "--release needs a value"),
    ],
)
def test_what_cannot_be_meant_is_said_before_anything_is_done(
    machine: Machine, words: list[str], sentence: str
) -> None:
    done = machine.install(*words)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert list(machine.root.iterdir()) == []
