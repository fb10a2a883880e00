"""Smart Drive behind the shipped nginx.conf, driven through its public API as a program would."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from benchmarks.filling import fill
from benchmarks.shipped import Shipped
from benchmarks.wire import Line, Piece

SIGNED_AT_ONCE = 64
PERSON = {"email": "bench@example.org", "password": "a quiet paper desk", "name": "Bench"}


class SmartDrive:
    """Web server, worker and nginx together count as the server."""

    name = "Smart Drive"
    in_parts = True

    def __init__(self, folder: Path) -> None:
        self._stack = Shipped(folder, settings={"QUOTA": "1TB"})
        self.port = self._stack.places.port

    def start(self) -> None:
        self._stack.start()

    def stop(self) -> None:
        self._stack.stop()

    def pids(self) -> Sequence[int]:
        return self._stack.programs.pids()

    def sign_in(self) -> Mapping[str, str]:
        """The account is made at the first call."""
        entry = {name: PERSON[name] for name in ("email", "password")}
        with Line(self.port) as line:
            line.ask("POST", "/api/auth/register", body=PERSON).wanted(201, 409)
            answer = line.ask("POST", "/api/auth/login", body=entry).wanted(200).json()
        return {"Authorization": f"Bearer {answer['access_token']}"}

    def make_folder(self, line: Line, name: str) -> str:
        made = line.ask("POST", "/api/folders", body={"parent": "root", "name": name}).wanted(201)
        return str(made.json()["folder"]["id"])

    def upload(self, lines: Sequence[Line], folder: str, *, name: str, path: Path) -> None:
        """In parts of the size the server wants, as many at a time as there are connections."""
        wanted = _wanted(folder, name, size=path.stat().st_size)
        begun = lines[0].ask("POST", "/api/uploads", body=wanted).wanted(201).json()
        pieces = _pieces(path, begun["part_size"])
        for at in range(0, len(pieces), SIGNED_AT_ONCE):
            some = dict(islice(pieces.items(), at, at + SIGNED_AT_ONCE))
            asked = {"parts": list(some)}
            urls = lines[0].ask("POST", f"/api/uploads/{begun['id']}/sign", body=asked).wanted(200).json()["urls"]
            _put_all(lines, [(urls[str(number)], piece) for number, piece in some.items()])
        lines[0].ask("POST", f"/api/uploads/{begun['id']}/complete").wanted(200, 201)

    def upload_many(self, line: Line, folder: str, *, files: Mapping[str, bytes], together: int) -> None:
        """Begun and completed so many at once, or one by one; each body is one PUT."""
        rest = iter(files.items())
        while some := dict(islice(rest, together)):
            begun = self._begin(line, [_wanted(folder, name, size=len(body)) for name, body in some.items()])
            for body, answer in zip(some.values(), begun, strict=True):
                _put(line, answer, body=body)
            self._complete(line, [answer["id"] for answer in begun])

    def _begin(self, line: Line, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len(items) == 1:
            return [line.ask("POST", "/api/uploads", body=items[0]).wanted(201).json()]
        results: list[dict[str, Any]] = (
            line.ask("POST", "/api/uploads/batch", body={"items": items}).wanted(200).json()["results"]
        )
        return results

    def _complete(self, line: Line, ids: list[str]) -> None:
        if len(ids) == 1:
            line.ask("POST", f"/api/uploads/{ids[0]}/complete").wanted(201)
            return
        done = line.ask("POST", "/api/uploads/complete", body={"ids": ids}).wanted(200).json()["results"]
        if any(answer["status"] != 201 for answer in done):
            raise AssertionError(done)

    def download_address(self, line: Line, folder: str, *, name: str) -> str:
        found = {item["name"]: item["id"] for item in _items(line, folder)}
        return f"/api/files/{found[name]}/download"

    def handed_over(self, line: Line, address: str) -> str:
        return line.ask("GET", address).wanted(302).headers["location"]

    def list_address(self, folder: str) -> str:
        return f"/api/folders/{folder}?limit=200"

    def page_address(self, folder: str) -> str:
        return f"/files/{folder}"

    def zip_address(self, folder: str) -> str:
        return f"/api/folders/{folder}/zip"

    def find(self, line: Line, words: Sequence[str]) -> int:
        found = line.ask("GET", f"/api/search?limit=50&q={quote(' '.join(words))}").wanted(200).json()["items"]
        return len(found)

    def list_whole(self, line: Line, folder: str) -> int:
        return len(_items(line, folder))

    def make_longest(self, line: Line, name: str, *, count: int) -> str:
        """Written into the table as copies of one file: a list reads names only, and uploading all takes minutes."""
        folder = self.make_folder(line, name)
        self.upload_many(line, folder, files={"a.txt": b"a"}, together=1)
        fill(self._stack.places, folder, count=count - 1)
        return folder


def _wanted(folder: str, name: str, *, size: int) -> dict[str, Any]:
    return {"name": name, "size": size, "parent": folder, "conflict": "ask"}


def _pieces(path: Path, part_size: int) -> dict[int, Piece]:
    """By their numbers; an empty file is one empty piece."""
    size = path.stat().st_size
    starts = range(0, max(size, 1), part_size)
    return {n: Piece(path, at, min(part_size, size - at)) for n, at in enumerate(starts, start=1)}


def _put_all(lines: Sequence[Line], parts: Sequence[tuple[Mapping[str, Any], Piece]]) -> None:
    def send(share: int) -> None:
        for signed, piece in parts[share :: len(lines)]:
            _put(lines[share], signed, body=piece)

    with ThreadPoolExecutor(len(lines)) as pool:
        list(pool.map(send, range(len(lines))))


def _put(line: Line, signed: Mapping[str, Any], *, body: bytes | Piece) -> None:
    """A signed address carries its own right, so no credentials go along."""
    line.ask("PUT", urlsplit(signed["url"]).path, body=body, headers=signed["headers"]).wanted(200)


def _items(line: Line, folder: str) -> list[Any]:
    """All pages."""
    found, after = [], ""
    while True:
        page = line.ask("GET", f"/api/folders/{folder}?limit=200{after}").wanted(200).json()
        found += page["items"]
        if not page["next"]:
            return found
        after = f"&after={page['next']}"
