"""Zips of the names of the corpus, unpacked by the programs people have: exactly these names, exactly these bytes."""

import io
import json
import subprocess
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from smartdrive.domain.errors import BadInput
from smartdrive.domain.names import check_name, fold
from smartdrive.domain.zip_names import safe_name
from tests.web.both import site
from tests.web.site import Person, Site
from tests.web.test_zips import folder, store

__all__ = ["site"]
NAMES = json.loads((Path(__file__).parents[1] / "corpus" / "names" / "filenames.json").read_text("utf-8"))
BYTES = b"bytes of "
UTF8 = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
Unpack = Callable[[Path, Path], None]


def kept() -> list[str]:
    """Names of the corpus that the drive keeps, each once."""
    found: dict[str, str] = {}
    for entry in NAMES:
        try:
            name = check_name(entry["name"])
        except (BadInput, UnicodeEncodeError):
            continue
        found.setdefault(fold(name), name)
    return list(found.values())


def run(*command: str | Path, into: Path) -> None:
    done = subprocess.run(command, cwd=into, env=UTF8, capture_output=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr


def by_python(zipped: Path, into: Path) -> None:
    with zipfile.ZipFile(zipped) as found:
        found.extractall(into)


def by_unzip(zipped: Path, into: Path) -> None:
    run("unzip", "-q", zipped, into=into)


def by_7z(zipped: Path, into: Path) -> None:
    run("7z", "x", "-bd", zipped, into=into)


def by_bsdtar(zipped: Path, into: Path) -> None:
    run("bsdtar", "-xf", zipped, into=into)


def by_bsdtar_as_it_comes(zipped: Path, into: Path) -> None:
    """From its start to its end, without the directory."""
    with zipped.open("rb") as file:
        done = subprocess.run(["bsdtar", "-xf", "-"], cwd=into, env=UTF8, stdin=file, capture_output=True, timeout=100)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def zipped(alice: Person, site: Site, tmp_path: Path) -> Path:
    """All kept names as files of a folder, and the odd half of them as folders with a file, as one zip."""
    made = folder(alice.api, "Corpus")
    node = site.services.tree.folder(alice.user, made)
    for number, name in enumerate(kept()):
        if number % 2:
            inner = site.services.folders.create(alice.user, node.id, name=name)
            store_in(site, alice, "inside.txt", parent=inner.id)
        else:
            store_in(site, alice, name, parent=node.id)
    path = tmp_path / "corpus.zip"
    path.write_bytes(alice.api.get(f"/api/folders/{made}/zip").data)
    return path


def store_in(site: Site, alice: Person, name: str, *, parent: str) -> None:
    """Past the address, which cannot carry every name."""
    from smartdrive.services.wanted import Wanted

    data = BYTES + name.encode()
    site.services.uploads.store(alice.user, Wanted(name, len(data), parent=parent), stream=io.BytesIO(data))


def found_in(folder: Path) -> dict[str, bytes | None]:
    """Names and bytes, None for a folder."""
    return {
        unicodedata.normalize("NFC", str(path.relative_to(folder))): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


@pytest.mark.parametrize("unpack", [by_python, by_unzip, by_7z, by_bsdtar, by_bsdtar_as_it_comes])
def test_everybody_unpacks_exactly_the_listed_names(zipped: Path, tmp_path: Path, unpack: Unpack) -> None:
    into = tmp_path / "unpacked"
    into.mkdir()
    unpack(zipped, into)
    with zipfile.ZipFile(zipped) as listed:
        expected = {
            info.filename.rstrip("/"): None if info.is_dir() else listed.read(info) for info in listed.infolist()
        }
    assert found_in(into) == expected


def test_the_listed_names_are_those_of_the_drive_made_safe(zipped: Path) -> None:
    """Exactly these; no two of the corpus become one by it."""
    with zipfile.ZipFile(zipped) as listed:
        found = {name: listed.read(name) for name in listed.namelist() if not name.endswith("/")}
    names = kept()
    assert len(names) > 50
    expected = {f"Corpus/{safe_name(name)}": BYTES + name.encode() for name in names[::2]}
    expected |= {f"Corpus/{safe_name(name)}/inside.txt": BYTES + b"inside.txt" for name in names[1::2]}
    assert found == expected


@pytest.mark.parametrize("unpack", [by_python, by_unzip, by_7z, by_bsdtar])
def test_files_whose_checksums_come_after_them(alice: Person, tmp_path: Path, unpack: Unpack) -> None:
    made = folder(alice.api, "Fresh")
    store(alice.api, "Fresh/large.bin", b"x" * 700_000)
    store(alice.api, "Fresh/small.txt", b"small")
    answer = alice.api.get(f"/api/folders/{made}/zip")
    assert "ETag" not in answer.headers
    path, into = tmp_path / "fresh.zip", tmp_path / "unpacked"
    path.write_bytes(answer.data)
    into.mkdir()
    unpack(path, into)
    assert found_in(into) == {"Fresh": None, "Fresh/large.bin": b"x" * 700_000, "Fresh/small.txt": b"small"}


def test_an_empty_top_folder_is_a_zip_too(alice: Person, tmp_path: Path) -> None:
    path = tmp_path / "empty.zip"
    path.write_bytes(alice.api.get("/api/folders/root/zip").data)
    for unpack in (by_unzip, by_7z, by_bsdtar):
        into = tmp_path / unpack.__name__
        into.mkdir()
        unpack(path, into)
        assert found_in(into) == {"My files": None}
