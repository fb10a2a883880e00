"""Many at once, over all web processes: never over quota, never two of one name."""

import unicodedata
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.live import PASSWORD, Answer, Client, Live, running

MB = 10**6


def at_once(count: int, act: object) -> list[Answer]:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(act, range(count)))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def tight(tmp_path_factory: pytest.TempPathFactory) -> object:
    """A drive whose accounts have room for five files of the race."""
    with running(tmp_path_factory.mktemp("tight") / "data", quota="50MB", limit_register="1000/hour") as live:
        yield live


def test_parallel_uploads_never_exceed_the_quota(tight: Live) -> None:
    alice = tight.client.register("alice")  # SECURITY 46
    data = b"x" * (10 * MB)

    def upload(number: int) -> Answer:
        mine = Client(alice.base, alice.token)
        begun = mine.call("POST", "/api/uploads", {"name": f"{number}.bin", "size": len(data), "parent": "root"})
        if begun.status != 201:
            return begun
        mine.put_parts(begun.json["id"], begun.json["part_size"], data)
        return mine.call("POST", f"/api/uploads/{begun.json['id']}/complete")

    answers = Counter(answer.status for answer in at_once(20, upload))
    assert answers == {201: 5, 507: 15}
    assert alice.used() == 50 * MB
    assert len(alice.items()) == 5
    first = alice.items()[0]["id"]
    alice.ok("DELETE", f"/api/files/{first}")
    assert alice.used() == 50 * MB, "the trash counts"


def test_parallel_registrations_of_one_address_make_one_account(live: Live) -> None:
    spellings = ["race@example.com", "RACE@Example.com", "  Race@EXAMPLE.COM "]  # SECURITY 6

    def register(number: int) -> Answer:
        body = {"email": spellings[number % 3], "password": PASSWORD, "name": "Race"}
        return live.client.call("POST", "/api/auth/register", body)

    assert Counter(answer.status for answer in at_once(20, register)) == {201: 1, 409: 19}


def test_parallel_twins_make_one_folder(live: Live) -> None:
    twin = live.client.register("twins")  # SECURITY 29
    names = ["Été", unicodedata.normalize("NFD", "Été"), "ÉTÉ", "été"]

    def create(number: int) -> Answer:
        return twin.call("POST", "/api/folders", {"parent": "root", "name": names[number % 4]})

    assert Counter(answer.status for answer in at_once(20, create)) == {201: 1, 409: 19}
    assert len(twin.items()) == 1


def test_parallel_renames_moves_and_deletes_have_one_order(live: Live) -> None:
    user, used = live.client.register("orders"), 0  # SECURITY 46, 47
    for turn in range(5):
        file = user.upload(f"file {turn}", b"x")
        folder = user.ok("POST", "/api/folders", {"parent": "root", "name": f"folder {turn}"})["folder"]

        def act(number: int, file: dict[str, str] = file, folder: dict[str, str] = folder) -> Answer:
            path = f"/api/files/{file['id']}"
            if number % 5 == 0:
                return user.call("PATCH", path, {"name": f"renamed {file['name']} {number}"})
            if number % 5 == 1:
                return user.call("PATCH", path, {"parent": folder["id"]})
            if number % 5 == 2:
                return user.call("POST", path + "/copy", {"parent": folder["id"]})
            if number % 5 == 3:
                body = {"action": "copy", "ids": [file["id"]], "target": folder["id"], "conflict": "keep_both"}
                return user.call("POST", "/api/bulk", body)
            return user.call("DELETE", path)

        answers = at_once(20, act)
        assert {answer.status for answer in answers} <= {200, 201, 204, 404, 409}
        assert sum(answer.status == 204 for answer in answers) == 1
        by_many = [answer.json["results"][0]["status"] for answer in answers[3::5]]
        assert set(by_many) <= {201, 404, 409}
        copies = sum(answer.status == 201 for answer in answers) + by_many.count(201)
        assert len(user.items(folder["id"])) == copies
        assert not [item for item in user.items() if item["kind"] == "file"]
        used += 1 + copies
        assert user.used() == used


def test_parallel_acts_upon_versions_have_one_order(live: Live) -> None:
    """Restores, replacements and deletions of one file's versions, and the file's own way into the trash and back."""
    user = live.client.register("versions")  # SECURITY 47
    file = user.upload("plan.txt", b"0")["id"]
    path = f"/api/files/{file}/versions"
    for turn in range(4):
        replace = lambda n: user.send("POST", "/api/files?filename=plan.txt", data=b"x" * (n + 1))  # noqa: E731
        assert [replace(n).status for n in range(3)] == [200, 200, 200]
        old = [each["id"] for each in user.ok("GET", path)["items"] if not each["current"]]

        def act(
            number: int, old: list[str] = old, replace: Callable[[int], Answer] = replace, turn: int = turn
        ) -> Answer:
            acts = [
                lambda: user.call("POST", f"{path}/{old[number % 2]}/restore"),
                lambda: user.call("DELETE", f"{path}/{old[number % 2]}"),
                lambda: user.call("PATCH", f"{path}/{old[number % 2]}", {"name": f"name {number}"}),
                lambda: replace(number) if turn % 2 else user.call("DELETE", f"/api/files/{file}"),
            ]
            return acts[number % len(acts)]()

        answers = at_once(16, act)
        assert {answer.status for answer in answers} <= {200, 204, 404, 409}, answers
        if turn % 2 == 0:
            user.ok("POST", f"/api/trash/{file}/restore")
        found = user.ok("GET", f"{path}?limit=200")["items"]
        assert user.used() == sum(each["size"] for each in found)
        assert [each["current"] for each in found] == [True] + [False] * (len(found) - 1)
        assert found[0]["id"] == user.ok("GET", f"/api/files/{file}")["file"]["version"]
        deleted = [n for n, answer in enumerate(answers) if n % 4 == 1 and answer.status == 204]
        assert not {old[n % 2] for n in deleted} & {each["id"] for each in found}


def test_moves_that_race_never_make_a_cycle(live: Live) -> None:
    user = live.client.register("cycles")  # SECURITY 48
    make = lambda name: user.ok("POST", "/api/folders", {"parent": "root", "name": name})["folder"]["id"]  # noqa: E731
    for turn in range(25):
        one, two = make(f"one {turn}"), make(f"two {turn}")
        pairs = [(one, two), (two, one)]
        answers = at_once(
            2, lambda n, pairs=pairs: user.call("PATCH", f"/api/folders/{pairs[n][0]}", {"parent": pairs[n][1]})
        )
        assert sorted(answer.status for answer in answers) in ([200, 409], [200, 404])
        trails = [user.ok("GET", f"/api/folders/{each}")["trail"] for each in (one, two)]
        assert sorted(len(trail) for trail in trails) == [2, 3]


def test_completing_one_upload_twenty_times_makes_one_file(live: Live) -> None:
    user = live.client.register("twice")
    begun = user.ok("POST", "/api/uploads", {"name": "a", "size": 5, "parent": "root"})
    user.put_parts(begun["id"], begun["part_size"], b"hello")
    answers = at_once(20, lambda _: user.call("POST", f"/api/uploads/{begun['id']}/complete"))
    assert Counter(answer.status for answer in answers) == {201: 1, 200: 19}
    assert len({answer.json["file"]["id"] for answer in answers}) == 1
    assert user.used() == 5


def test_the_folder_of_the_tests_is_real(live: Live) -> None:
    assert (Path(live.data) / "drive.db").is_file()
