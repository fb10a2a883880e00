"""`flask user …`: what the operator does from the command line, with SMARTDRIVE_DATA as its only setting."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from smartdrive.settings import ensure_secret
from tests.web.site import Site, make_site

ROOT = Path(__file__).parents[2]
GOOD = "elf kites go up"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_site(tmp_path / "data", registration="closed")


@pytest.fixture
def run(site: Site) -> FlaskCliRunner:
    return site.app.test_cli_runner()


def add(run: FlaskCliRunner, email: str = "ada@example.com", *more: str, password: str = GOOD) -> tuple[int, str]:
    done = run.invoke(args=["user", "add", email, *more], input=password + "\n")
    return done.exit_code, done.output


def quota(run: FlaskCliRunner, *size: str) -> tuple[int, str]:
    done = run.invoke(args=["user", "quota", "ada@example.com", *size])
    return done.exit_code, done.output


def test_adding_also_while_registration_is_closed(site: Site, run: FlaskCliRunner) -> None:
    assert add(run, "ada@example.com", "--name", "Ada") == (0, "ada@example.com has an account now (operator).\n")
    assert add(run, "bob@example.com") == (0, "bob@example.com has an account now (member).\n")
    assert site.program("ada@example.com", GOOD).get("/api/me").json["user"]["name"] == "Ada"


@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [
        ("no address", GOOD, "Enter an e-mail address such as ada@example.com."),
        ("ada@example.com", "short", "Use at least 10 characters."),
        ("ada@example.com", "", "nothing but spaces"),
    ],
)
def test_what_is_wrong_is_a_sentence(run: FlaskCliRunner, email: str, password: str, sentence: str) -> None:
    code, output = add(run, email, password=password)
    assert (code, sentence in output, "Traceback" in output) == (1, True, False)


def test_a_taken_address(run: FlaskCliRunner) -> None:
    add(run)
    assert add(run, "ADA@example.com") == (1, "Error: There is an account with this e-mail address already.\n")


def test_listing(run: FlaskCliRunner) -> None:
    for email in ("zoe@example.com", "ada@example.com"):
        add(run, email, "--name", email[:3].title())
    run.invoke(args=["user", "disable", "ada@example.com"])
    rows = [line.split("\t") for line in run.invoke(args=["user", "list"]).output.splitlines()]
    assert [row[:3] + row[4:] for row in rows] == [
        ["ada@example.com", "member", "disabled", "0 bytes", "10 GB", "Ada"],
        ["zoe@example.com", "operator", "active", "0 bytes", "10 GB", "Zoe"],
    ]


def test_what_somebody_may_use(site: Site, run: FlaskCliRunner) -> None:
    add(run)
    program = site.program("ada@example.com", GOOD)
    assert program.post("/api/files?filename=a.bin", data=bytes(1500)).status_code == 201
    assert quota(run) == (0, "ada@example.com uses 1.5 KB of 10 GB.\n")
    assert quota(run, "2k") == (0, "ada@example.com uses 1.5 KB of 2 KB.\n")
    assert program.post("/api/files?filename=b.bin", data=bytes(501)).json["code"] == "over_quota"
    assert program.post("/api/files?filename=b.bin", data=bytes(500)).status_code == 201
    more = "That is more than is allowed: nothing more can be uploaded until enough has gone.\n"
    assert quota(run, "1KB") == (0, f"ada@example.com uses 2 KB of 1 KB.\n{more}")
    assert program.get("/api/me/usage").json == {"used": 2000, "quota": 1000}
    assert program.post("/api/files?filename=c.bin", data=b"x").json["code"] == "over_quota"
    assert quota(run, "none") == (0, "ada@example.com uses 2 KB of no limit.\n")
    assert program.get("/api/me/usage").json == {"used": 2000, "quota": None}
    assert program.post("/api/files?filename=c.bin", data=b"x").status_code == 201
    assert quota(run, "1.5 GB")[1].endswith("of 1.5 GB.\n")
    assert site.services.fsck.run(between=0).clean


@pytest.mark.parametrize("size", ["much", "-1", "10 apples", "9" * 400])
def test_no_size(run: FlaskCliRunner, size: str) -> None:
    add(run)
    code, said = quota(run, "--", size)
    assert (code, "write a size such as 500MB or 10G, or none for no limit" in said) == (2, True)


def test_one_account_and_its_room(run: FlaskCliRunner) -> None:
    add(run, "ada@example.com", "--name", "Ada")
    quota(run, "5MB")
    done = run.invoke(args=["user", "show", "ADA@example.com"])
    facts = dict(line.split(maxsplit=1) for line in done.output.splitlines())
    since = facts.pop("since")
    assert facts == {
        "address": "ada@example.com",
        "name": "Ada",
        "role": "operator",
        "state": "active",
        "used": "0 bytes",
        "quota": "5 MB",
        "free": "5 MB",
    }
    assert since.endswith("Z")
    assert run.invoke(args=["user", "show", "bob@example.com"]).exit_code == 1


def test_a_new_password_ends_all_sessions(site: Site, run: FlaskCliRunner) -> None:  # SECURITY 10
    add(run)
    program = site.program("ada@example.com", GOOD)
    done = run.invoke(args=["user", "password", "ada@example.com"], input="another one, longer\n")
    assert done.output == "ada@example.com has a new password; all sessions and access tokens have ended.\n"
    assert done.exit_code == 0
    assert program.get("/api/me").status_code == 401
    assert site.program("ada@example.com", "another one, longer").token


def test_disabling_and_enabling(site: Site, run: FlaskCliRunner) -> None:  # SECURITY 10
    add(run)
    program = site.program("ada@example.com", GOOD)
    assert run.invoke(args=["user", "disable", "Ada@Example.com"]).exit_code == 0
    assert program.get("/api/me").status_code == 401
    assert run.invoke(args=["user", "enable", "ada@example.com"]).exit_code == 0
    assert program.get("/api/me").status_code == 401
    assert site.program("ada@example.com", GOOD).token
    again = run.invoke(args=["user", "enable", "ada@example.com"])
    assert (again.exit_code, again.output) == (1, "Error: ada@example.com is not disabled.\n")


def test_deleting_asks_first(site: Site, run: FlaskCliRunner) -> None:
    add(run)
    assert run.invoke(args=["user", "delete", "ada@example.com"], input="n\n").exit_code == 1
    assert site.program("ada@example.com", GOOD).token
    done = run.invoke(args=["user", "delete", "ada@example.com", "--yes"])
    assert (done.exit_code, done.output) == (0, "ada@example.com is being deleted.\n")
    answer = site.stranger().post("/api/auth/login", {"email": "ada@example.com", "password": GOOD})
    assert answer.status_code == 401


@pytest.mark.parametrize("act", ["password", "disable", "enable", "delete"])
def test_nobody_by_that_address(run: FlaskCliRunner, act: str) -> None:
    done = run.invoke(args=["user", act, "nobody@example.com"], input="y\n")
    assert done.exit_code == 1
    assert "There is no account with the address nobody@example.com." in done.output


def test_the_data_folder_is_setting_enough(tmp_path: Path) -> None:
    ensure_secret(tmp_path / "alone")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SMARTDRIVE_")}
    command = [sys.executable, "-m", "flask", "--app", str(ROOT / "wsgi.py"), "user", "add", "ada@example.com"]
    environment = {**clean, "SMARTDRIVE_DATA": str(tmp_path / "alone"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, input=GOOD + "\n", env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=300
    )
    assert (done.returncode, done.stdout) == (0, "ada@example.com has an account now (operator).\n"), done.stderr
