"""A person who uses the drive while it is being killed, and remembers what was promised to them.

An act that got no answer may have happened or not (I10): it is begun again, or looked at, and must turn out to be one
of both. What was answered must hold.
"""

import hashlib
import http.client
import random
import threading
import urllib.error
from collections.abc import Callable
from dataclasses import dataclass

from tests.crash.going_back import go_back, thin
from tests.crash.many import restore_many, trash_many
from tests.live import Answer, Client

LOST = (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError)
LARGE = 17 * 1024 * 1024


@dataclass
class Known:
    """A file that was acknowledged."""

    id: str
    name: str
    sha256: str
    size: int
    trashed: bool = False


class Unsettled(Exception):
    """No answer came, or one that says to try again."""


class Actor:
    """One account, used by one thread at a time."""

    def __init__(self, client: Client, chance: random.Random) -> None:
        self.client, self.chance = client, chance
        self.files: dict[str, Known] = {}
        self.gone: set[str] = set()
        self.pending: Callable[[], None] | None = None
        self.acts = 0

    def use(self, stop: threading.Event) -> None:
        """Do things until told to stop or until no answer comes."""
        while not stop.is_set() and self.pending is None:
            self.try_it(self.choose())

    def choose(self) -> Callable[[], None]:
        live = [file for file in self.files.values() if not file.trashed]
        trashed = [file for file in self.files.values() if file.trashed]
        acts: list[Callable[[], None]] = [lambda: self.upload(self.content())] * 3
        acts.append(lambda: self.upload_many(self.chance.randrange(2, 12)))
        if self.chance.random() < 0.03:
            acts.append(lambda: self.upload(self.chance.randbytes(1000) * (LARGE // 1000)))
        if live:
            acts += [lambda: self.trash(self.chance.choice(live))] * 2
            acts.append(lambda: self.replace(self.chance.choice(live), self.content()))
            acts += [lambda: go_back(self, self.chance.choice(live)), lambda: thin(self, self.chance.choice(live))]
            acts.append(lambda: trash_many(self, self.some_of(live)))
        if trashed:
            acts += [lambda: self.restore(self.chance.choice(trashed))]
            acts.append(lambda: restore_many(self, self.some_of(trashed)))
            acts += [lambda: self.purge(self.chance.choice(trashed))] * 2
        if len(self.files) > 25:
            return self.empty if trashed and len(trashed) > 8 else lambda: self.trash(self.chance.choice(live))
        if self.chance.random() < 0.15:
            acts.append(self.folder)
        return self.chance.choice(acts)

    def some_of(self, files: list[Known]) -> list[Known]:
        return self.chance.sample(files, self.chance.randrange(1, len(files) + 1))

    def try_it(self, act: Callable[[], None]) -> None:
        try:
            act()
            self.acts += 1
        except Unsettled:
            assert self.pending is not None

    def settle(self) -> None:
        """Find out, or bring about, what became of the act without an answer."""
        if pending := self.pending:
            self.pending = None
            pending()
            assert self.pending is None, "a drive that runs must answer"

    def call(self, method: str, path: str, body: object = None, *, again: Callable[[], None]) -> Answer:
        """A request whose answer may never come: then `again` settles the act."""
        self.pending = again
        try:
            answer = self.client.call(method, path, body)
        except LOST as error:
            raise Unsettled from error
        if answer.status == 503:
            raise Unsettled
        self.pending = None
        return answer

    def content(self) -> bytes:
        return self.chance.randbytes(self.chance.choice([0, 1, 100, 5_000, 200_000]))

    # Acts

    def upload(self, content: bytes, *, key: str = "", name: str = "", replace: Known | None = None) -> None:
        key, name = key or f"k{self.chance.getrandbits(64):x}", name or f"f{self.chance.getrandbits(64):x}"

        def again() -> None:
            self.upload(content, key=key, name=name, replace=replace)

        wanted = {"name": name, "size": len(content), "parent": "root", "key": key}
        wanted |= {"conflict": "replace"} if replace else {}
        begun = self.call("POST", "/api/uploads", wanted, again=again)
        assert begun.status in (200, 201), (begun.status, begun.body)
        found = begun.json
        if "file" not in found:
            self.send_parts(found, content, again=again)
            done = self.call("POST", f"/api/uploads/{found['id']}/complete", {}, again=again)
            assert done.status in (200, 201), (done.status, done.body)
            found = done.json
        self.learn(found["file"], content)

    def replace(self, file: Known, content: bytes) -> None:
        self.upload(content, name=file.name, replace=file)

    def send_parts(self, begun: dict, content: bytes, *, again: Callable[[], None]) -> None:
        size = begun["part_size"]
        numbers = [n for n in range(1, max(1, -(-len(content) // size)) + 1) if n not in begun["done"]]
        if not numbers:
            return
        signed = self.call("POST", f"/api/uploads/{begun['id']}/sign", {"parts": numbers}, again=again)
        assert signed.status == 200, (signed.status, signed.body)
        for number in numbers:
            part, address = content[(number - 1) * size : number * size], signed.json["urls"][str(number)]
            self.put(address, part, again=again)

    def put(self, address: dict, part: bytes, *, again: Callable[[], None]) -> None:
        self.pending = again
        try:
            answer = self.client.send("PUT", address["url"], data=part, headers=address["headers"])
        except LOST as error:
            raise Unsettled from error
        if answer.status == 503:
            raise Unsettled
        assert answer.status == 200, (answer.status, answer.body)
        self.pending = None

    def upload_many(self, count: int) -> None:
        many = {f"m{self.chance.getrandbits(64):x}": self.chance.randbytes(300) for _ in range(count)}
        self.batch(many, parent="root")

    def batch(self, many: dict[str, bytes], *, parent: str, learn: bool = True) -> None:
        """As the uploader does small files: one begin, a PUT each, one complete."""

        def again() -> None:
            self.batch(many, parent=parent, learn=learn)

        items = [{"name": name, "size": len(data), "parent": parent, "key": name} for name, data in many.items()]
        begun = self.call("POST", "/api/uploads/batch", {"items": items}, again=again)
        assert begun.status == 200, (begun.status, begun.body)
        files: dict[str, dict] = {}
        ids = []
        for name, result in zip(many, begun.json["results"], strict=True):
            assert result["status"] in (200, 201), result
            if "file" in result:
                files[name] = result["file"]
            else:
                ids.append((name, result["id"]))
                if not result["done"]:
                    self.put(result, many[name], again=again)
        if ids:
            done = self.call("POST", "/api/uploads/complete", {"ids": [each for _, each in ids]}, again=again)
            assert done.status == 200, (done.status, done.body)
            for (name, _), result in zip(ids, done.json["results"], strict=True):
                assert result["status"] in (200, 201), result
                files[name] = result["file"]
        if learn:
            for name, file in files.items():
                self.learn(file, many[name])

    def trash(self, file: Known) -> None:
        def look() -> None:
            answer = self.call("GET", f"/api/files/{file.id}", again=look)
            assert answer.status in (200, 404)
            file.trashed = answer.status == 404

        answer = self.call("DELETE", f"/api/files/{file.id}", again=look)
        assert answer.status == 204, (answer.status, answer.body)
        file.trashed = True

    def restore(self, file: Known) -> None:
        def look() -> None:
            answer = self.call("GET", f"/api/files/{file.id}", again=look)
            if answer.status == 200:
                file.trashed, file.name = False, answer.json["file"]["name"]
            else:
                assert file.id in self.listed(look)

        answer = self.call("POST", f"/api/trash/{file.id}/restore", {}, again=look)
        assert answer.status == 200, (answer.status, answer.body)
        look()

    def purge(self, file: Known) -> None:
        def look() -> None:
            if file.id not in self.listed(look):
                self.forget(file)

        answer = self.call("DELETE", f"/api/trash/{file.id}", again=look)
        assert answer.status == 204, (answer.status, answer.body)
        self.forget(file)

    def empty(self) -> None:
        def look() -> None:
            if not self.listed(look):
                forget_all()

        def forget_all() -> None:
            for file in [each for each in self.files.values() if each.trashed]:
                self.forget(file)

        answer = self.call("DELETE", "/api/trash", again=look)
        assert answer.status == 204, (answer.status, answer.body)
        forget_all()

    def folder(self) -> None:
        """A folder with folders and files in it that is filled, trashed and deleted for good; nothing of it stays."""
        name, state = f"d{self.chance.getrandbits(64):x}", {"step": 0, "id": "", "inner": ""}
        many = {f"x{self.chance.getrandbits(64):x}": self.chance.randbytes(300) for _ in range(12)}

        def go() -> None:
            if state["step"] == 0:
                state["id"] = self.made("root", name, again=go)
                state["inner"] = self.made(str(state["id"]), "inner", again=go)
                state["step"] = 1
            if state["step"] == 1:
                self.inside(many, str(state["inner"]), go)
                state["step"] = 2
            if state["step"] == 2:
                answer = self.call("DELETE", f"/api/folders/{state['id']}", again=go)
                assert answer.status in (204, 404), (answer.status, answer.body)
                state["step"] = 3
            answer = self.call("DELETE", f"/api/trash/{state['id']}", again=go)
            assert answer.status in (204, 404), (answer.status, answer.body)
            self.gone.add(str(state["id"]))

        go()

    def inside(self, many: dict[str, bytes], folder: str, go: Callable[[], None]) -> None:
        try:
            self.batch(many, parent=folder, learn=False)
        except Unsettled:
            self.pending = go
            raise

    def made(self, parent: str, name: str, *, again: Callable[[], None]) -> str:
        answer = self.call("POST", "/api/folders", {"parent": parent, "name": name}, again=again)
        if answer.status == 409:
            return str(answer.json["existing"]["id"])
        assert answer.status == 201, (answer.status, answer.body)
        return str(answer.json["folder"]["id"])

    def listed(self, again: Callable[[], None]) -> set[str]:
        """Ids in the trash."""
        found, after = set[str](), ""
        while True:
            answer = self.call("GET", f"/api/trash?limit=200{after}", again=again)
            assert answer.status == 200, (answer.status, answer.body)
            found |= {item["id"] for item in answer.json["items"]}
            if not answer.json["next"]:
                return found
            after = f"&after={answer.json['next']}"

    def learn(self, item: dict, content: bytes) -> None:
        assert item["size"] == len(content)
        sha256 = hashlib.sha256(content).hexdigest()
        self.files[item["id"]] = Known(item["id"], item["name"], sha256, len(content))

    def forget(self, file: Known) -> None:
        self.files.pop(file.id, None)
        self.gone.add(file.id)
