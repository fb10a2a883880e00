"""What people do, act by act, on a drive prepared for it: what stands before a `yield` is not part of the act."""

import secrets
from collections.abc import Iterator, Sequence

from tests.web.bulk_acts import BULK_ACTS
from tests.web.journal_acts import JOURNAL_ACTS
from tests.web.list_acts import SHORT_LISTS
from tests.web.place_acts import PLACE_ACTS
from tests.web.stage import LARGE, Act, Stage
from tests.web.version_acts import VERSION_ACTS

PASSWORD = "eve likes 4 long walks"


def register(stage: Stage) -> Iterator[None]:
    body = {"email": f"{secrets.token_hex(8)}@example.com", "password": PASSWORD}
    yield
    assert stage.site.stranger().post("/api/auth/register", body).status_code == 201


def log_in(stage: Stage) -> Iterator[None]:
    body = {"email": stage.alice.user.email, "password": stage.alice.password}
    yield
    assert stage.site.stranger().post("/api/auth/login", body).status_code == 200


def signed_in(stage: Stage) -> Iterator[None]:
    yield
    stage.ok("GET", "/api/me")


def usage(stage: Stage) -> Iterator[None]:
    yield
    stage.ok("GET", "/api/me/usage")


def make_folder(stage: Stage) -> Iterator[None]:
    yield
    stage.folder()


def download(stage: Stage) -> Iterator[None]:
    file = stage.file()
    yield
    stage.ok("GET", f"/api/files/{file}/download")


def zip_address(stage: Stage) -> Iterator[None]:
    files = [stage.file() for _ in range(3)]
    yield
    stage.ok("POST", "/api/zips", {"ids": files})


def zip_folder(stage: Stage) -> Iterator[None]:
    outer, here = stage.folder(), stage.here
    stage.here = outer
    for _ in range(3):
        stage.file()
    stage.here = here
    yield
    stage.fetch(f"/api/folders/{outer}/zip")


def begin_small(stage: Stage) -> Iterator[None]:
    body = stage.wanted()
    yield
    stage.ok("POST", "/api/uploads", body)


def complete_small(stage: Stage) -> Iterator[None]:
    begun = stage.begin(1)[0]
    stage.send(begun)
    yield
    stage.ok("POST", f"/api/uploads/{begun['id']}/complete")


def begin_large(stage: Stage) -> Iterator[None]:
    body = stage.wanted(LARGE)
    yield
    stage.ok("POST", "/api/uploads", body)


def sign_parts(stage: Stage) -> Iterator[None]:
    begun = stage.ok("POST", "/api/uploads", stage.wanted(LARGE))
    yield
    stage.ok("POST", f"/api/uploads/{begun['id']}/sign", {"parts": [1, 2, 3]})


def complete_large(stage: Stage) -> Iterator[None]:
    begun = stage.ok("POST", "/api/uploads", stage.wanted(LARGE))
    stage.send_parts(begun)
    yield
    stage.ok("POST", f"/api/uploads/{begun['id']}/complete")


def begin_hundred(stage: Stage) -> Iterator[None]:
    items = [stage.wanted() for _ in range(100)]
    yield
    answer = stage.ok("POST", "/api/uploads/batch", {"items": items})
    assert {each["status"] for each in answer["results"]} == {201}


def complete_hundred(stage: Stage) -> Iterator[None]:
    begun = stage.begin(100)
    for each in begun:
        stage.send(each)
    ids = [each["id"] for each in begun]
    yield
    answer = stage.ok("POST", "/api/uploads/complete", {"ids": ids})
    assert {each["status"] for each in answer["results"]} == {201}


def rename_file(stage: Stage) -> Iterator[None]:
    file = stage.file()
    yield
    stage.ok("PATCH", f"/api/files/{file}", {"name": next(stage.names)})


def move_file(stage: Stage) -> Iterator[None]:
    file = stage.file()
    yield
    stage.ok("PATCH", f"/api/files/{file}", {"parent": stage.there})


def rename_folder(stage: Stage) -> Iterator[None]:
    folder = stage.folder()
    yield
    stage.ok("PATCH", f"/api/folders/{folder}", {"name": next(stage.names)})


def move_folder(stage: Stage) -> Iterator[None]:
    folder = stage.folder()
    yield
    stage.ok("PATCH", f"/api/folders/{folder}", {"parent": stage.there})


def trash(stage: Stage) -> Iterator[None]:
    file = stage.file()
    yield
    stage.ok("DELETE", f"/api/files/{file}")


def restore(stage: Stage) -> Iterator[None]:
    file = stage.file()
    stage.ok("DELETE", f"/api/files/{file}")
    yield
    stage.ok("POST", f"/api/trash/{file}/restore")


def purge(stage: Stage) -> Iterator[None]:
    file = stage.file()
    stage.ok("DELETE", f"/api/files/{file}")
    yield
    stage.ok("DELETE", f"/api/trash/{file}")


def make_link(stage: Stage) -> Iterator[None]:
    file = stage.file()
    yield
    stage.link(file)


def open_link(stage: Stage, more: str = "", status: int = 200) -> Iterator[None]:
    path = stage.link(stage.file()).removeprefix(stage.site.services.settings.public_url)
    yield
    assert stage.site.stranger().get(path + more).status_code == status


def download_link(stage: Stage) -> Iterator[None]:
    return open_link(stage, "/download", 302)


def end_link(stage: Stage) -> Iterator[None]:
    link = stage.ok("POST", "/api/shares", {"item": stage.file()})["share"]["id"]
    yield
    stage.ok("DELETE", f"/api/shares/{link}")


def search_three(stage: Stage) -> Iterator[None]:
    word = "x" + secrets.token_hex(8).translate(str.maketrans("0123456789", "ghijklmnop"))
    items = [stage.wanted() | {"name": f"{word} {number}.txt"} for number in range(3)]
    for begun in stage.ok("POST", "/api/uploads/batch", {"items": items})["results"]:
        stage.send(begun)
        stage.ok("POST", f"/api/uploads/{begun['id']}/complete")
    yield
    assert len(stage.ok("GET", f"/api/search?q=txt+{word[:12]}")["items"]) == 3


def search_in_vain(stage: Stage) -> Iterator[None]:
    yield
    assert stage.ok("GET", "/api/search?q=nowhere")["items"] == []


def idle_worker(stage: Stage) -> Iterator[None]:
    work_off(stage)
    yield
    assert not stage.site.services.upkeep.checksum_round()
    assert not stage.site.services.upkeep.purge_round()
    assert not stage.site.services.upkeep.copy_round()


def sum_worker(stage: Stage) -> Iterator[None]:
    work_off(stage)
    stage.file_of_first_shard(b"x" * 300_000)
    yield
    assert stage.site.services.upkeep.checksum_round()


def purge_worker(stage: Stage) -> Iterator[None]:
    file = stage.file_of_first_shard(b"x")
    work_off(stage)
    stage.ok("DELETE", f"/api/files/{file}")
    stage.ok("DELETE", f"/api/trash/{file}")
    yield
    assert stage.site.services.upkeep.purge_round()


def work_off(stage: Stage) -> None:
    """Do all that the worker owes."""
    upkeep = stage.site.services.upkeep
    while upkeep.checksum_round() or upkeep.purge_round():
        pass


ACTS: Sequence[tuple[str, Act]] = (
    ("register", register),
    ("log in", log_in),
    ("any request of somebody signed in", signed_in),
    ("usage", usage),
    ("make a folder", make_folder),
    ("download", download),
    ("zip of a folder of three files", zip_folder),
    ("address of a zip of three files", zip_address),
    ("begin a small file", begin_small),
    ("complete it", complete_small),
    ("begin a file in parts", begin_large),
    ("sign three parts", sign_parts),
    ("complete it, three parts", complete_large),
    ("rename a file", rename_file),
    ("move a file", move_file),
    ("rename a folder", rename_folder),
    ("move a folder", move_folder),
    *BULK_ACTS,
    ("put a file in the trash", trash),
    ("restore it", restore),
    ("delete it for good", purge),
    *VERSION_ACTS,
    *PLACE_ACTS,
    ("search that finds three files", search_three),
    ("search that finds nothing", search_in_vain),
    *JOURNAL_ACTS,
    ("make a link", make_link),
    ("open a link's page", open_link),
    ("download by a link", download_link),
    ("end a link", end_link),
    ("worker: look, nothing due", idle_worker),
    ("worker: checksums of a file over 256 KB", sum_worker),
    ("worker: take down a file", purge_worker),
)
BATCHES: Sequence[tuple[str, Act]] = (
    ("begin 100 small files", begin_hundred),
    ("complete 100 small files", complete_hundred),
)
GROWING: Sequence[tuple[str, Act]] = (
    *((name, act) for name, act in ACTS if not name.startswith(("register", "log in", "worker"))),
    *SHORT_LISTS,
)
"""Acts in a folder, which must cost the same however much is in it and in the drive."""
