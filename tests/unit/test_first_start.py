"""The data folder and its secret on first start: there as a whole and for good, or not at all. SECURITY 45."""

import os
import secrets
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from smartdrive.settings import Settings, ensure_secret, secret_file
from smartdrive.wiring import build

SECRET = "a secret of the tests, long enough: 0123456789"
STEPS = [(secrets, "token_hex"), (os, "open"), (os, "fsync"), (os, "replace"), (os, "mkdir")]


@contextmanager
def killed_at(number: int) -> Iterator[list[str]]:
    """Note each step, and end the program before the one of this number."""
    noted: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        for module, name in STEPS:
            real = getattr(module, name)

            def step(*given: object, _name: str = name, _real: Callable[..., object] = real, **more: object) -> object:
                noted.append(_name)
                if len(noted) == number:
                    raise KeyboardInterrupt
                return _real(*given, **more)

            patch.setattr(module, name, step)
        yield noted


def whole(data: Path) -> str:
    """The secret, which is one."""
    text = secret_file(data).read_text("ascii")
    assert len(bytes.fromhex(text.strip())) == 32
    assert stat.S_IMODE(secret_file(data).stat().st_mode) == 0o600
    return text


def test_a_first_start_that_is_killed_anywhere_is_made_up_for_by_the_next(tmp_path: Path) -> None:
    for number in range(1, 100):
        data = tmp_path / str(number) / "data"
        with killed_at(number) as noted:
            try:
                ensure_secret(data)
            except KeyboardInterrupt:
                assert not secret_file(data).exists() or whole(data)
        before = whole(data) if secret_file(data).exists() else ""
        ensure_secret(data)
        assert whole(data).startswith(before)
        assert [each.name for each in data.iterdir()] == ["secret"]
        if len(noted) < number:
            break
    assert 5 < number < 99


def test_many_that_start_at_once_have_one_secret(tmp_path: Path) -> None:
    def start(_: int) -> str:
        ensure_secret(tmp_path / "deep" / "data")
        return whole(tmp_path / "deep" / "data")

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(32)))) == 1


def test_a_secret_that_is_there_is_left_alone(tmp_path: Path) -> None:
    secret_file(tmp_path).write_text("", "ascii")
    ensure_secret(tmp_path)
    assert secret_file(tmp_path).read_text("ascii") == ""


@pytest.mark.parametrize(
    "start", [ensure_secret, lambda data: build(Settings(_env_file=None, data=data, secret=SECRET))]
)
def test_each_new_name_on_the_way_to_the_data_is_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: Callable[[Path], object]
) -> None:
    synced: list[str] = []
    real = os.fsync

    def noted(handle: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        real(handle)

    monkeypatch.setattr(os, "fsync", noted)
    start(tmp_path / "deep" / "er" / "data")
    wanted = [tmp_path, tmp_path / "deep", tmp_path / "deep" / "er", tmp_path / "deep" / "er" / "data"]
    assert {str(each.resolve()) for each in wanted} <= set(synced)
