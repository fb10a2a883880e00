"""Every name, default and rule of configuration; the only module that reads the environment."""

import os
import re
import secrets
from collections.abc import Mapping
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from smartdrive.folders import locked, opened

PREFIX = "SMARTDRIVE_"
WEAK_SECRETS = frozenset({"secret", "changeme", "change-me", "password", "dev", "test"})
MIN_SECRET_BYTES = 32
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
NO_LIMIT = 10**18
"""Bytes that nobody fills: the room of an account whose quota is `none`."""
_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?")
_REGION = re.compile(r"[a-z0-9-]+")
_RATE = re.compile(r"^[1-9]\d{0,5}/(second|minute|hour|day)$")


class SettingsError(Exception):
    """The configuration cannot be used; `problems` holds one sentence for each thing that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def parse_size(text: object) -> object:
    """Turn `10GB`, `1.5 MB`, `500M`, `1000` or `none` into bytes; decimal units, as everywhere in the product."""
    if not isinstance(text, str):
        return text
    if text.strip().lower() == "none":
        return NO_LIMIT
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)B?\s*", text, re.IGNORECASE | re.ASCII)
    if not match:
        raise ValueError("write a size such as 10GB, 500MB or 1000, or none for no limit")
    return int(Decimal(match[1]) * _UNITS[match[2].upper()])


def _rate(text: object) -> object:
    if not isinstance(text, str) or not _RATE.match(text):
        raise ValueError("write a rate such as 30/hour or 10/minute")
    return text


def _networks(text: object) -> object:
    if not isinstance(text, str):
        return text
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def _no_slash(text: object) -> object:
    return text.rstrip("/") if isinstance(text, str) else text


Size = Annotated[int, BeforeValidator(parse_size), Field(ge=0, le=NO_LIMIT)]
Rate = Annotated[str, BeforeValidator(_rate)]
Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_networks)]
Url = Annotated[str, BeforeValidator(_no_slash)]


class Settings(BaseSettings):
    """The whole configuration, checked once at start; `docs/configuration.md` has a row for each name."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True)

    engine: Literal["embedded", "aws"] = Field("embedded", description="Where things are kept")
    data: Path = Field(Path("data"), description="Folder of the embedded drive: table, bytes, secret")
    secret: SecretStr = Field(SecretStr(""), description="What all keys are derived from, at least 32 bytes")
    secret_previous: SecretStr = Field(SecretStr(""), description="The secret before, accepted while it is rotated")
    public_url: Url = Field("http://127.0.0.1:8000", description="The address people use; links are built from it")
    quota: Size = Field(10 * 10**9, description="Room of each new account")
    registration: Literal["open", "closed"] = Field("open", description="Whether strangers may make accounts")
    trash_days: int = Field(30, ge=1, le=3650, description="Days until the trash is emptied of a thing")
    versions_keep: int = Field(30, ge=1, le=500, description="How many of a file's newest versions are kept")
    version_days: int = Field(30, ge=1, le=3650, description="Days for which all of a file's versions are kept")
    undo_days: int = Field(30, ge=1, le=3650, description="Days for which a change can be undone")
    activity_days: int = Field(365, ge=30, le=3650, description="Days for which it is kept who did what")
    password_min: int = Field(10, ge=8, le=128, description="Fewest characters of a password")
    limit_register: Rate = Field("30/hour", description="New accounts per network")
    limit_login: Rate = Field("10/minute", description="Wrong sign-ins per account and per network")
    trusted_proxies: Networks = Field((), description="Networks whose X-Forwarded-* headers are believed")
    behind_nginx: bool = Field(False, description="Whether the shipped nginx.conf stands in front")
    zips: int = Field(8, ge=1, le=64, description="Zips that one process of the web server sends at once")
    worker: Literal["inside", "apart"] = Field("inside", description="Who does background work")
    metrics_port: int = Field(0, ge=0, le=65535, description="Where a worker apart shows what it counts; 0: nowhere")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level that is logged")
    table: str = Field("smartdrive", description="DynamoDB table (engine aws)")
    bucket: str = Field("", description="S3 bucket (engine aws)")
    region: str = Field("us-east-1", description="AWS region (engine aws)")
    dynamodb_url: Url = Field("", description="Another DynamoDB endpoint than the region's")
    s3_url: Url = Field("", description="Another S3 endpoint than the region's")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        problems = [*_address_problems(self.public_url), *self._aws_problems(), *self._secret_problems()]
        if problems:
            raise ValueError("\n".join(problems))
        return self

    @property
    def production(self) -> bool:
        """Strangers can reach it: engine aws, or an https address."""
        return self.engine == "aws" or self.https

    @property
    def https(self) -> bool:
        """People come by https, so cookies are Secure."""
        return self.public_url.startswith("https://")

    @property
    def cookie_prefix(self) -> str:
        """What the names of our cookies begin with, wherever browsers honour it: no other host can set them."""
        return "__Host-" if self.https else ""

    @property
    def body_folder(self) -> Path | None:
        """Where nginx leaves upload bodies: on the file system of the objects, so that they can be renamed."""
        return self.data / "bodies" if self.behind_nginx else None

    def _aws_problems(self) -> list[str]:
        if self.engine != "aws":
            return []
        problems = [] if self.bucket else ["SMARTDRIVE_BUCKET: engine aws needs the name of a bucket"]
        for name, url in (("DYNAMODB_URL", self.dynamodb_url), ("S3_URL", self.s3_url)):
            if url and not _is_web_address(url):
                problems.append(f"SMARTDRIVE_{name}: write scheme and host, such as https://storage.example")
        if not _REGION.fullmatch(self.region):
            problems.append("SMARTDRIVE_REGION: write the name of a region, such as us-east-1")
        if "." in self.bucket:
            problems.append("SMARTDRIVE_BUCKET: take a name without dots, or its certificate will not match")
        if "public_url" not in self.model_fields_set:
            problems.append("SMARTDRIVE_PUBLIC_URL: engine aws needs the address people use")
        return problems

    def _secret_problems(self) -> list[str]:
        secret = self.secret.get_secret_value()
        if not secret:
            return ["SMARTDRIVE_SECRET: set it to at least 32 random bytes"]
        short = len(secret.encode()) < MIN_SECRET_BYTES or secret.lower() in WEAK_SECRETS or len(set(secret)) < 8
        return ["SMARTDRIVE_SECRET: too weak, take at least 32 random bytes"] if short else []


def _address_problems(url: str) -> list[str]:
    parts = urlsplit(url) if _is_web_address(url) else None
    if parts is None or parts.path or parts.query or parts.fragment:
        return ["SMARTDRIVE_PUBLIC_URL: write scheme and host only, such as https://drive.example"]
    return []


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(_HOST.fullmatch(parts.netloc)) and parts.port != 0
    except ValueError:
        return False


def data_folder() -> Path:
    """The folder that the environment or `.env` names; can be asked before there is a secret in it."""
    return _Where().data


def secret_file(data: Path) -> Path:
    """Where an embedded drive keeps its own secret."""
    return data / "secret"


def ensure_folder(data: Path) -> None:
    """Make the data folder, and what is missing above it, where a power cut cannot take it; only this user may look."""
    new = [folder for folder in (data, *data.parents) if not folder.exists()]
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in reversed(new):
        with opened(folder.parent) as handle:
            os.fsync(handle)


def ensure_secret(data: Path) -> None:
    """Make the data folder and, on first start, its secret; only this user may read them.

    The secret comes to stand by one rename, under the folder's lock: whole, once, and never instead of another.
    """
    ensure_folder(data)
    with locked(data) as folder:
        if secret_file(data).exists():
            return
        draft = secret_file(data).with_suffix(".new")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(secret_file(data))
        os.fsync(folder)


def unknown_names(environment: Mapping[str, str], known: set[str]) -> list[str]:
    """Names with our prefix that mean nothing: a typing error there would otherwise pass in silence."""
    return sorted(name for name in environment if name.upper().startswith(PREFIX) and name.upper() not in known)


def setting_names() -> dict[str, str]:
    """Each environment name and the field it sets."""
    return {PREFIX + name.upper(): name for name in Settings.model_fields}


def load(**given: Any) -> Settings:  # noqa: ANN401 - each setting has a type of its own
    """Read the environment and `.env`; raises SettingsError with every problem at once."""
    problems = [f"{name}: there is no such setting" for name in _unknown()]
    if "secret" not in given and (kept := _kept_secret(given)):
        given["secret"] = kept
    try:
        settings = Settings(**given)
    except ValidationError as error:
        raise SettingsError(problems + _sentences(error) + _problems_beside(error, given)) from None
    problems += _debug_problems(settings)
    if problems:
        raise SettingsError(problems)
    return settings


def child_environment(**more: str) -> dict[str, str]:
    """The environment a child process is started with: ours, and what its parent decided."""
    return {**os.environ, **more}


def _problems_beside(error: ValidationError, given: Mapping[str, Any]) -> list[str]:
    """What is wrong with the whole, which nobody has looked at while single fields cannot be read."""
    unread = {str(problem["loc"][0]) for problem in error.errors(include_url=False) if problem["loc"]}
    if not unread:
        return []
    try:
        Settings(**{**given, **{name: Settings.model_fields[name].default for name in unread}})
    except ValidationError as rest:
        return _sentences(rest)
    return []


def _debug_problems(settings: Settings) -> list[str]:
    """Flask's debugger runs any code for whoever reaches it."""
    debug = os.environ.get("FLASK_DEBUG", "").lower() not in ("", "0", "false", "no")
    sentence = "FLASK_DEBUG: strangers can reach this drive, so debugging must be off"
    return [sentence] if debug and settings.production else []


def _unknown() -> list[str]:
    return unknown_names({**_dotenv(), **os.environ}, set(setting_names()))


def _dotenv() -> dict[str, str]:
    """What `.env` sets, read as pydantic-settings reads it."""
    return {name: value or "" for name, value in dotenv_values(".env").items()}


class _Where(BaseSettings):
    """What must be known before the secret is: the settings proper refuse to stand without one."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore")
    engine: str = "embedded"
    data: Path = Path("data")
    secret: str = ""


def _kept_secret(given: Mapping[str, Any]) -> SecretStr | None:
    """The embedded drive's own secret, when no setting names one: every command then runs on DATA alone."""
    where = _Where(**{name: given[name] for name in ("engine", "data") if name in given})
    if where.secret or where.engine != "embedded" or not secret_file(where.data).is_file():
        return None
    return SecretStr(secret_file(where.data).read_text("ascii").strip())


def _sentences(error: ValidationError) -> list[str]:
    found: list[str] = []
    for problem in error.errors(include_url=False, include_input=False):
        text = problem["msg"].removeprefix("Value error, ")
        where = ".".join(str(part) for part in problem["loc"][:1])
        found += text.split("\n") if not where else [f"{PREFIX}{where.upper()}: {text}"]
    return found
