"""Folders and files that fill a drive for trials: the same names and bytes every time, as varied as people's own."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

FAN = 6
"""Folders in a folder."""
SHARE_OF_LARGE = 10
"""The first folder holds one of so many files, so that there is a long one to look at."""
FILES_A_FOLDER = 11
"""How many files a folder has where the number of folders is not said."""
_BEGAN = datetime(2019, 1, 1, 8, tzinfo=UTC)
_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_EMPTY_ZIP = b"PK\x05\x06" + bytes(18)
_FIRST = (
    "Report", "Lease", "Invoice", "Minutes", "Letter", "Budget", "Recipe", "Rechnung", "Übersicht", "Facture",
    "Résumé", "Příloha", "Žádost", "Informe", "Año", "Relatório", "Ação", "Скан", "会議", "写真", "報告書", "계획",
)  # fmt: skip
_SECOND = (
    "garden", "roof", "school", "Zürich", "Łódź", "Málaga", "São Paulo", "København", "Ærø", "kitchen", "summer",
    "naïve draft", "東京", "春", "서울", "Ελλάδα", "harbour", "archive", "final", "signed", "copy", "notes", "plan",
)  # fmt: skip
_FOLDERS = ("Clients", "Projets", "Fotos", "Steuern", "Archiv", "Données", "写真", "Ünterlagen", "Letters", "Música")
_BYTES = {
    "txt": b"", "md": b"# ", "csv": b"day,what,amount\n2024-02-29,", "log": b"ok ", "pdf": b"%PDF-1.4\n%", "png": _PNG,
    "gif": _GIF, "docx": _EMPTY_ZIP, "xlsx": _EMPTY_ZIP, "zip": _EMPTY_ZIP, "odt": _EMPTY_ZIP, "mp3": b"ID3\x04\0\0",
}  # fmt: skip
_SAID = frozenset({"txt", "md", "csv", "log", "pdf"})
"""Kinds whose bytes end in the first word of the file's name."""


@dataclass(frozen=True, slots=True)
class SampleFolder:
    """One folder: the position of the folder it stands in (None: the top), and how many files it has."""

    name: str
    above: int | None
    files: int


@dataclass(frozen=True, slots=True)
class SampleFile:
    """One small file."""

    name: str
    data: bytes
    modified: datetime


def sample_folders(files: int, folders: int) -> Iterator[SampleFolder]:
    """So many folders, each after the one it stands in, with so many files among them."""
    large = files if folders == 1 else files // SHARE_OF_LARGE
    each, over = divmod(files - large, max(folders - 1, 1))
    for at in range(folders):
        name = f"{_FOLDERS[at % len(_FOLDERS)]} {at:05d}"
        yield SampleFolder(name, (at - 1) // FAN if at else None, (each + (at <= over)) if at else large)


def sample_files(folder: int, count: int) -> Iterator[SampleFile]:
    """The files of the folder at this position. All of them have its number in their names."""
    kinds = list(_BYTES)
    for number in range(count):
        turn = folder * 31 + number * 7
        moment = _BEGAN + timedelta(minutes=(turn * 1013) % 3_600_000)
        first = _FIRST[turn % len(_FIRST)]
        words = f"{first} {_SECOND[(turn // 3) % len(_SECOND)]}"
        kind = kinds[(turn // 2) % len(kinds)]
        name = f"{words} {moment:%Y-%m-%d} {folder:05d}-{number:05d}.{kind}"
        yield SampleFile(name, _BYTES[kind] + (f"{first}\n".encode() if kind in _SAID else b""), moment)
