"""The script that each instance runs when it starts for the first time, read from the template and run in parts.

`python -m tests.aws.first_boot` runs the whole of it in a bare Debian.
"""

import io
import re
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import boto3
import pytest
from dotenv import dotenv_values

from smartdrive.domain.keychain import Keychain, keychain
from smartdrive.settings import PREFIX, Settings
from tests.aws.documents import TEXT, calls
from tests.aws.template import GIVEN, ROOT, Stack, first_boot, stack
from tests.deploy.authority import Authority, short_key

REGION = "eu-central-1"
VARIANTS = ("balanced", "single")


@pytest.fixture(params=VARIANTS)
def made(request: pytest.FixtureRequest) -> Stack:
    return stack(Variant=request.param)


def settings(made: Stack) -> dict[str, str]:
    (block,) = re.findall(r"<<'SETTINGS'\n(.*?)\nSETTINGS\n", first_boot(made), re.DOTALL)
    return dict(line.split("=", 1) for line in block.splitlines())


def test_the_first_boot_is_a_script_that_bash_understands(made: Stack) -> None:
    script = first_boot(made)
    assert len(script.encode()) < 16_384
    done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    for code in re.findall(r"<<'PYTHON'.*?\n(.*?)\nPYTHON\n", script, re.DOTALL):
        compile(code, "first boot", "exec")
    assert script.index("sha256sum --check") < script.index("tar -xzf") < script.index("bash deploy/install.sh")


def test_the_first_boot_says_what_the_installer_takes(made: Stack, tmp_path: Path) -> None:
    """Word for word, but for an archive that is not there: the installer gets as far as to look for it."""
    release = tmp_path / "release.tar.gz"
    subprocess.run(["tar", "-czf", release, "--transform=s,^,smartdrive-1/,", "deploy"], cwd=ROOT, check=True)
    script = first_boot(made).replace(GIVEN["ReleaseUrl"], "nothing.tar.gz")
    lines = [line.strip() for line in script.splitlines()]
    (unpacked,) = (line for line in lines if line.startswith("tar -xzf "))
    (said,) = (line for line in lines if line.startswith("release=("))
    (installed,) = (line for line in lines if line.startswith("bash deploy/install.sh "))
    (signed,) = (line.removeprefix("until ").split(";")[0] for line in lines if line.startswith("until bash deploy"))
    ways = [f"{how}; {installed}" for how in lines if how.startswith("how=(")]
    Authority().issue(tmp_path, short_key())
    (tmp_path / "certificate.pem").rename(tmp_path / "fullchain.pem")
    (tmp_path / "key.pem").rename(tmp_path / "privkey.pem")
    for way in (*ways, signed):
        words = f"set -e; tls=.; {unpacked}; {said}; {way} --root {tmp_path}"
        done = subprocess.run(["bash", "-c", words], cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert done.stderr.endswith("nothing.tar.gz is not there\n"), done.stderr
    assert len(ways) == 2


def test_the_settings_of_the_first_boot_are_ones_that_the_drive_takes(made: Stack) -> None:
    words = settings(made)
    assert "SMARTDRIVE_SECRET" not in words
    found = Settings(
        _env_file=None,
        secret="0123456789abcdef" * 4,
        **{name.removeprefix(PREFIX).lower(): value for name, value in words.items()},
    )
    assert {name.removeprefix(PREFIX).lower() for name in words} <= set(Settings.model_fields)
    assert (found.engine, found.bucket, found.table, found.region) == ("aws", "Bucket", "Table", REGION)
    assert found.public_url == made.outputs["Url"] == "https://drive.example.org"


def test_the_stack_hears_of_an_instance_once_the_load_balancer_believes_it() -> None:
    made = stack()
    script, looks = first_boot(made), made.one("ElasticLoadBalancingV2::TargetGroup")
    believed = looks["HealthyThresholdCount"] * looks["HealthCheckIntervalSeconds"] + looks["HealthCheckTimeoutSeconds"]
    (waits,) = re.findall(r"127\.0\.0\.1/status\n.*?^ *sleep (\d+)\n +tell SUCCESS$", script, re.DOTALL | re.MULTILINE)
    assert int(waits) >= believed


def test_a_single_instance_asks_for_a_certificate_once_the_name_leads_to_it() -> None:
    """By the drive's own address: one that is empty, or fits any other, would not do."""
    script = first_boot(stack(Variant="single"))
    (waits,) = re.findall(r"^until (\[.*); do sleep", script, re.MULTILINE)
    for me, name, right in (
        ("", "203.0.113.7 STREAM", False),
        ("198.51.100.9", "203.0.113.7 STREAM", False),
        ("203.0.113.7", "203.0.113.70 STREAM", False),
        ("203.0.113.7", "203.0.113.7 STREAM", True),
    ):
        played = (
            f"about_me() {{ echo '{me}'; }}; getent() {{ echo '{name}'; }}; {waits.replace('Address', '203.0.113.7')}"
        )
        assert (subprocess.run(["bash", "-c", played], timeout=60).returncode == 0) is right
    assert script.index("tell SUCCESS\n\n") < script.index("until [ ") < script.index("--email")


def program(script: str, *, after: str) -> str:
    """The Python that follows these words of the script."""
    found = re.search(re.escape(after) + r".*?<<'PYTHON'\n(.*?)\nPYTHON\n", script, re.DOTALL)
    assert found
    return found[1]


def told(secret: str, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """The settings that an instance gets which boots now, as the drive reads its file."""
    script = first_boot(stack(ExistingBucket="old", ExistingTable="old", ExistingSecret=secret))
    exec(program(script, after="The secret of now signs."), {})
    found = dotenv_values(stream=io.StringIO(capsys.readouterr().out))
    return {name: value or "" for name, value in found.items()}


def kept_at(keeper: Any, secret: str) -> dict[str, str]:
    """Versions of a secret by their stages."""
    versions = keeper.list_secret_version_ids(SecretId=secret, IncludeDeprecated=True)["Versions"]
    return {stage: each["VersionId"] for each in versions for stage in each.get("VersionStages", [])}


@pytest.mark.usefixtures("cloud")
def test_a_secret_is_rotated_while_instances_of_two_kinds_run(capsys: pytest.CaptureFixture[str]) -> None:
    """By the document's commands: whatever one signs, those of the step before and after accept."""
    first, second = "first secret " * 4, "second secret " * 4
    keeper = boto3.client("secretsmanager")
    secret = keeper.create_secret(Name="drive", SecretString=first)["ARN"]
    steps = [told(secret, capsys)]
    words = {"SECRET": secret, "$(openssl rand -hex 32)": second}
    about = TEXT[TEXT.index("## A new secret") :]
    for number, (_, method, _) in enumerate(calls(about, {})):
        versions = {stage.removeprefix("AWS"): each for stage, each in kept_at(keeper, secret).items()}
        getattr(keeper, method)(**calls(about, words | versions)[number][2])
        if not method.startswith("list"):
            steps.append(told(secret, capsys))
    assert [step.get("SMARTDRIVE_SECRET_PREVIOUS") for step in steps] == [None, second.strip(), first.strip(), None]
    chains = [keys_of(step) for step in steps]
    for one, next_one in pairwise(chains):
        assert one.find(next_one.current.id)
        assert next_one.find(one.current.id)
    assert not chains[-1].find(chains[0].current.id)


def keys_of(step: dict[str, str]) -> Keychain:
    return keychain(step["SMARTDRIVE_SECRET"], step.get("SMARTDRIVE_SECRET_PREVIOUS", ""))


@pytest.mark.usefixtures("cloud")
def test_a_secret_of_any_characters_reaches_the_drive_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    keeper = boto3.client("secretsmanager")
    secret = keeper.create_secret(Name="drive", SecretString="first")["ARN"]
    for value in ("it's #1 \\ \"quoted\" \\' $HOME", "# none", "a=b c", "'whole'"):
        keeper.put_secret_value(SecretId=secret, SecretString=value + "\n")
        assert told(secret, capsys)["SMARTDRIVE_SECRET"] == value
    for value in ("two\nlines", "${HOME}"):
        keeper.put_secret_value(SecretId=secret, SecretString=value)
        with pytest.raises(SystemExit, match="AWSCURRENT must be one line"):
            told(secret, capsys)


@pytest.mark.usefixtures("cloud")
def test_a_certificate_goes_from_one_instance_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = boto3.client("secretsmanager")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    keeper.create_secret(Name="CertificateKept")
    script = first_boot(stack(Variant="single"))
    (keep,) = re.findall(r"<<'KEEP'\n(.*?)\nKEEP\n", script, re.DOTALL)
    fetch = program(script, after="The certificate of the instance before")
    here, there = tmp_path / "here", tmp_path / "there"
    exec(fetch.replace('"/etc"', repr(str(there))), {})
    assert not there.exists()
    live, archive = (here / f"letsencrypt/{each}/drive.example.org" for each in ("live", "archive"))
    live.mkdir(parents=True)
    archive.mkdir(parents=True)
    (archive / "privkey1.pem").write_text("a key", "ascii")
    (archive / "privkey1.pem").chmod(0o600)
    (live / "privkey.pem").symlink_to("../../archive/drive.example.org/privkey1.pem")
    exec(keep.replace('"/etc/letsencrypt"', repr(str(here / "letsencrypt"))), {})
    exec(fetch.replace('"/etc"', repr(str(there))), {})
    came = there / "letsencrypt/live/drive.example.org/privkey.pem"
    assert came.is_symlink()
    assert (came.read_text("ascii"), came.stat().st_mode & 0o777) == ("a key", 0o600)
