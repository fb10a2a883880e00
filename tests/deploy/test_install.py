"""deploy/install.sh into a folder that is a root to be: what it puts there, keeps there, and refuses."""

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.shipped import PROJECT
from smartdrive.settings import PREFIX
from tests.deploy.authority import NAME, Authority, short_key
from tests.deploy.releases import QUIET, Release, Source, environment

pytestmark = pytest.mark.deploy


@dataclass
class Machine:
    """A folder as a root, and a certificate to install there."""

    root: Path
    tls: Path

    def install(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        command = ["bash", PROJECT / "deploy" / "install.sh", "--root", self.root, *words]
        env = {name: text for name, text in os.environ.items() if not name.startswith(PREFIX)}
        env["PATH"] = f"{Path(sys.executable).parent}:{env['PATH']}"
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=600)

    def put(self, release: Release) -> subprocess.CompletedProcess[str]:
        own = ["--certificate", self.tls / "certificate.pem", "--key", self.tls / "key.pem"]
        words = ["--release", release.archive, "--sha256", release.digest, "--domain", NAME]
        self.prepare(release)
        return self.install(*words, *own)

    def prepare(self, release: Release) -> None:
        """This test's own packages instead of installed ones: an environment that is there is left alone."""
        place = self.root / "opt/smartdrive/environments" / environment()
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.is_symlink():
            place.symlink_to(sys.prefix)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    Authority().issue(folder, short_key())
    return folder


@pytest.fixture
def machine(tmp_path: Path, tls: Path) -> Machine:
    (tmp_path / "root").mkdir()
    return Machine(tmp_path / "root", tls)


def test_the_same_commit_gives_the_same_archive(source: Source, first: Release) -> None:
    before = first.archive.read_bytes()
    first.archive.unlink()
    env = os.environ | QUIET | {"TZ": "Pacific/Chatham"}
    commit = first.version.rsplit("-g", 1)[1]
    subprocess.run(["tools/release.sh", commit], cwd=source.folder, env=env, check=True, capture_output=True)
    assert first.archive.read_bytes() == before
    assert hashlib.sha256(before).hexdigest() == first.digest
    assert first.archive.with_suffix(".gz.sha256").read_text() == f"{first.digest}  {first.archive.name}\n"


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
    done = machine.install(*words[:-1], "10.9.0.0/16")
    assert done.stdout.splitlines()[0].endswith(" Changed: /etc/smartdrive/nginx/http-proxies.conf"), done.stdout


def test_packages_for_a_python_that_is_gone_are_not_taken_and_not_kept(first: Release, machine: Machine) -> None:
    assert machine.put(first).returncode == 0
    environments = machine.root / "opt/smartdrive/environments"
    gone = environments / environment().replace("-python3.", "-python2.")
    (gone / "lib").mkdir(parents=True)
    link = machine.root / "opt/smartdrive/releases" / first.version / ".venv"
    link.unlink()
    link.symlink_to(f"../../environments/{gone.name}")
    done = machine.put(first)
    assert done.returncode == 0, done.stderr
    assert f"Changed: environment {environment()} -environment {gone.name}\n" in done.stdout
    assert link.resolve() == Path(sys.prefix).resolve()
    assert [path.name for path in environments.iterdir()] == [environment()]


def test_a_run_that_fails_leaves_what_was_set_as_it_was(first: Release, machine: Machine) -> None:
    settings = machine.root / "etc/smartdrive/smartdrive.env"
    settings.parent.mkdir(parents=True)
    settings.write_text("SMARTDRIVE_QUOTA=1TB\n")
    (machine.root / "etc/systemd/system/smartdrive-web.service/in-the-way").mkdir(parents=True)
    done = machine.put(first)
    assert done.returncode != 0
    assert settings.read_text() == "SMARTDRIVE_QUOTA=1TB\n"
    assert not list((machine.root / "etc/smartdrive/tls").iterdir())
    assert not (machine.root / "opt/smartdrive/current").exists()
    (machine.root / "etc/systemd/system/smartdrive-web.service/in-the-way").rmdir()
    (machine.root / "etc/systemd/system/smartdrive-web.service").rmdir()
    assert machine.put(first).returncode == 0
    assert "SMARTDRIVE_QUOTA=1TB" in settings.read_text().splitlines()


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
