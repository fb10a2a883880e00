"""Configuration: read once, refused with one sentence for each thing that is wrong."""

import os
import stat
from pathlib import Path

import pytest

from smartdrive.settings import (
    SettingsError,
    child_environment,
    ensure_secret,
    load,
    parse_size,
    secret_file,
    setting_names,
)

GOOD = "a secret of the tests, long enough: 0123456789"
WEAK = ["", "short", "changeme", "password", "x" * 31, "x" * 64, "abcabc" * 10]
AWS = {"ENGINE": "aws", "BUCKET": "my-bucket", "PUBLIC_URL": "https://drive.example", "SECRET": GOOD}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting comes from outside, and no .env lies about."""
    for name in os.environ:
        if name.upper().startswith("SMARTDRIVE_") or name == "FLASK_DEBUG":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def configure(monkeypatch: pytest.MonkeyPatch, **names: str) -> None:
    for name, value in names.items():
        monkeypatch.setenv(f"SMARTDRIVE_{name}", value)


def problems() -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load()
    return caught.value.problems


def test_every_name_that_stays_is_there() -> None:
    names = "ENGINE DATA SECRET SECRET_PREVIOUS PUBLIC_URL QUOTA REGISTRATION TRASH_DAYS LIMIT_REGISTER LIMIT_LOGIN"
    names += " TRUSTED_PROXIES TABLE BUCKET REGION DYNAMODB_URL S3_URL"
    assert {f"SMARTDRIVE_{name}" for name in names.split()} <= set(setting_names())


def test_what_is_used_when_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, SECRET=GOOD)
    settings = load()
    assert (settings.engine, settings.quota, settings.trash_days) == ("embedded", 10 * 10**9, 30)
    assert (settings.limit_register, settings.limit_login) == ("30/hour", "10/minute")
    assert (settings.registration, settings.trusted_proxies, settings.password_min) == ("open", (), 10)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("10GB", 10**10),
        ("1.5 MB", 1_500_000),
        ("1000", 1000),
        ("0", 0),
        ("2tb", 2 * 10**12),
        ("10G", 10**10),
        ("5 k", 5000),
        ("None", 10**18),
    ],
)
def test_sizes_are_decimal(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QUOTA", "lots"),
        ("QUOTA", "-5"),
        ("QUOTA", "10GiB"),
        ("QUOTA", "9" * 400),
        ("QUOTA", "7 k b"),
        ("ENGINE", "mongo"),
        ("REGISTRATION", "maybe"),
        ("TRASH_DAYS", "0"),
        ("TRASH_DAYS", "soon"),
        ("LIMIT_LOGIN", "often"),
        ("LIMIT_LOGIN", "0/minute"),
        ("LIMIT_REGISTER", "30 per hour"),
        ("TRUSTED_PROXIES", "10.0.0.0/33"),
        ("TRUSTED_PROXIES", "everyone"),
        ("PUBLIC_URL", "drive.example"),
        ("PUBLIC_URL", "https://drive.example/path"),
        ("PUBLIC_URL", "ftp://drive.example"),
        ("PASSWORD_MIN", "7"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    configure(monkeypatch, SECRET=GOOD, **{name: value})
    found = problems()
    assert len(found) == 1
    assert found[0].startswith(f"SMARTDRIVE_{name}: ")


def test_all_problems_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, QUOTA="lots", ENGINE="mongo", QOUTA="1GB", SECRET=GOOD)
    assert {problem.split(":")[0] for problem in problems()} == {
        "SMARTDRIVE_QUOTA",
        "SMARTDRIVE_ENGINE",
        "SMARTDRIVE_QOUTA",
    }


def test_what_is_wrong_with_the_whole_is_told_beside_what_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, TRASH_DAYS="0", ENGINE="aws", PUBLIC_URL="ftp://drive.example", S3_URL="storage", SECRET="")
    assert [problem.split(":")[0].removeprefix("SMARTDRIVE_") for problem in problems()] == [
        "TRASH_DAYS",
        "PUBLIC_URL",
        "BUCKET",
        "S3_URL",
        "SECRET",
    ]


@pytest.mark.parametrize(
    "url", ["drive.example", "http://", "http://[::1", "http://a b", "http://u:p@a", "http://a:99999"]
)
def test_no_address_that_only_looks_like_one(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    configure(monkeypatch, SECRET=GOOD, PUBLIC_URL=url)
    assert len(problems()) == 1
    engine = {"ENGINE": "aws", "BUCKET": "b", "PUBLIC_URL": "https://drive.example"}
    configure(monkeypatch, SECRET=GOOD, S3_URL=url, DYNAMODB_URL=url, REGION="", **engine)
    assert len(problems()) == 3


def test_a_name_that_means_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, SECRET=GOOD, PUBLIK_URL="https://drive.example")
    assert problems() == ["SMARTDRIVE_PUBLIK_URL: there is no such setting"]


def test_a_dotenv_file_is_read_and_foreign_lines_of_it_pass(tmp_path: Path) -> None:
    lines = ["# ours", "SMARTDRIVE_QUOTA=5GB", f"export SMARTDRIVE_SECRET={GOOD!r}", "", "OTHER=1"]
    (tmp_path / ".env").write_text("\n".join(lines), "utf-8")
    assert load().quota == 5 * 10**9
    (tmp_path / ".env").write_text("\n".join([*lines, "SMARTDRIVE_QOTA=1"]), "utf-8")
    assert problems() == ["SMARTDRIVE_QOTA: there is no such setting"]


class TestProduction:
    @pytest.mark.parametrize("secret", WEAK)
    def test_a_weak_secret_is_refused(self, monkeypatch: pytest.MonkeyPatch, secret: str) -> None:  # SECURITY 15
        configure(monkeypatch, **{**AWS, "SECRET": secret})
        assert [problem.split(":")[0] for problem in problems()] == ["SMARTDRIVE_SECRET"]

    @pytest.mark.parametrize("name", ["BUCKET", "PUBLIC_URL", "SECRET"])
    def test_what_must_be_said(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:  # SECURITY 15
        configure(monkeypatch, **AWS)
        assert load().production
        monkeypatch.delenv(f"SMARTDRIVE_{name}")
        assert [problem.split(":")[0] for problem in problems()] == [f"SMARTDRIVE_{name}"]

    @pytest.mark.parametrize("names", [AWS, {"SECRET": GOOD, "PUBLIC_URL": "https://drive.example"}])
    def test_debugging_is_refused(self, monkeypatch: pytest.MonkeyPatch, names: dict[str, str]) -> None:  # SECURITY 15
        configure(monkeypatch, **names)
        monkeypatch.setenv("FLASK_DEBUG", "1")
        assert [problem.split(":")[0] for problem in problems()] == ["FLASK_DEBUG"]
        monkeypatch.setenv("FLASK_DEBUG", "0")
        assert load().production

    def test_at_home_debugging_is_fine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        configure(monkeypatch, SECRET=GOOD)
        monkeypatch.setenv("FLASK_DEBUG", "1")
        assert not load().production

    def test_a_secret_is_never_printed(self, monkeypatch: pytest.MonkeyPatch) -> None:  # SECURITY 55
        configure(monkeypatch, SECRET=GOOD, SECRET_PREVIOUS=GOOD + "1")
        assert GOOD not in repr(load()) + str(load())


class TestSecretOfTheFolder:
    def test_it_is_made_once_and_only_its_owner_reads_it(self, tmp_path: Path) -> None:
        data = tmp_path / "deep" / "data"
        ensure_secret(data)
        made = secret_file(data).read_text("ascii")
        assert len(bytes.fromhex(made.strip())) == 32
        assert stat.S_IMODE(secret_file(data).stat().st_mode) == 0o600
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
        ensure_secret(data)
        assert secret_file(data).read_text("ascii") == made

    def test_commands_run_on_the_folder_alone(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        ensure_secret(tmp_path / "data")
        configure(monkeypatch, DATA=str(tmp_path / "data"))
        assert load().secret.get_secret_value() == secret_file(tmp_path / "data").read_text("ascii").strip()
        configure(monkeypatch, SECRET=GOOD)
        assert load().secret.get_secret_value() == GOOD

    def test_a_folder_without_one_says_so(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        configure(monkeypatch, DATA=str(tmp_path / "none"))
        assert problems() == ["SMARTDRIVE_SECRET: set it to at least 32 random bytes"]


def test_settings_do_not_change(monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, SECRET=GOOD)
    with pytest.raises(ValueError, match="frozen"):
        load().quota = 5  # type: ignore[misc]


def test_children_get_our_environment_and_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAIN", "1")
    given = child_environment(SMARTDRIVE_DATA="/d")
    assert (given["PLAIN"], given["SMARTDRIVE_DATA"]) == ("1", "/d")
    assert "SMARTDRIVE_DATA" not in os.environ


def test_nothing_else_reads_the_environment() -> None:
    package = Path(__file__).parents[2] / "smartdrive"
    readers = [path.name for path in package.rglob("*.py") if "os.environ" in path.read_text("utf-8")]
    assert readers == ["settings.py"]
