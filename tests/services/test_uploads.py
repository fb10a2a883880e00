"""Uploads: room, parts, conflicts, resuming, and each step repeated or killed."""

import io
from datetime import timedelta

import pytest

from smartdrive.domain.clock import now
from smartdrive.domain.errors import BadInput, DriveError, Exists, Incomplete, NotFound, OverQuota, TooLarge
from smartdrive.domain.models import Conflict, User
from smartdrive.ports.objects import Grant
from smartdrive.services.beginning import Begun
from smartdrive.services.locks import Turn
from smartdrive.services.settling import Finished
from smartdrive.services.wanted import MIB, Wanted, part_size
from tests.services.drive import Drive, make_drive


def begin(drive: Drive, user: User, wanted: Wanted) -> str:
    upload = drive.services.uploads.begin(user, wanted).upload
    assert upload is not None
    return upload.id


def send(drive: Drive, user: User, upload_id: str, data: bytes) -> None:
    """As the browser does it, through the signed door."""
    upload = drive.services.uploads.state(user, upload_id).upload
    assert upload is not None
    drive.objects.put(upload.key, io.BytesIO(data), size=len(data))


@pytest.mark.parametrize(
    ("size", "part"),
    [
        (0, 1),
        (1, 1),
        (16 * MIB - 1, 16 * MIB - 1),
        (16 * MIB, 16 * MIB),
        (10**10, 16 * MIB),
        (150 * 10**9, 16 * MIB),
        (5 * 10**12, 530 * MIB),
    ],
)
def test_parts_are_few_and_large(size: int, part: int) -> None:
    assert part_size(Wanted("x", size)) == part
    assert -(-size // part) <= 9000


def test_files_of_one_hour_lie_in_one_folder_of_the_disk(drive: Drive, alice: User) -> None:
    shelves = set()
    for hour in range(3):
        begun = drive.services.uploads.begin_many(alice, [Wanted(f"{hour} {n}.txt", 5) for n in range(8)])
        drive.clock.forward(minutes=10)
        begun.append(drive.services.uploads.begin(alice, Wanted(f"{hour}.txt", 5)))
        keys = {each.upload.key for each in begun if isinstance(each, Begun) and each.upload}
        assert len(keys) == 9
        assert len({key[:3] for key in keys}) == 1
        shelves |= {key[:3] for key in keys}
        drive.clock.forward(minutes=50)
    assert len(shelves) == 3


def test_a_file_shows_only_when_it_is_finished(drive: Drive, alice: User) -> None:
    upload_id = begin(drive, alice, Wanted("a.txt", 5))
    assert drive.names(alice) == []
    assert drive.used(alice) == 5
    with pytest.raises(Incomplete) as refusal:
        drive.services.uploads.finish(alice, upload_id)
    assert refusal.value.more == {"missing": [1]}
    send(drive, alice, upload_id, b"hello")
    done = drive.services.uploads.finish(alice, upload_id)
    assert done.created
    assert drive.names(alice) == ["a.txt"]
    assert drive.used(alice) == 5


def test_finishing_twice_gives_the_same_file(drive: Drive, alice: User) -> None:
    upload_id = begin(drive, alice, Wanted("a.txt", 5))
    send(drive, alice, upload_id, b"hello")
    first = drive.services.uploads.finish(alice, upload_id)
    again = drive.services.uploads.finish(alice, upload_id)
    assert (first.file.id, first.created, again.created) == (again.file.id, True, False)
    assert drive.names(alice) == ["a.txt"]
    assert drive.services.uploads.state(alice, upload_id).file == again.file


def test_an_id_that_comes_twice_makes_one_file(drive: Drive, alice: User) -> None:
    first, second = (begin(drive, alice, Wanted(name, 5)) for name in "ab")
    for each in (first, second):
        send(drive, alice, each, b"hello")
    answers = drive.services.uploads.finish_many(alice, [first, second, first])
    assert all(isinstance(each, Finished) for each in answers)
    assert [each.created for each in answers if isinstance(each, Finished)] == [True, True, False]
    assert drive.names(alice) == ["a", "b"]


def test_a_body_that_takes_weeks_is_not_swept_under_its_sender(drive: Drive, alice: User) -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            drive.clock.forward(days=4)
            drive.services.upkeep.sweep.expired(Turn(drive.clock))
            return super().read(1 if size else 0)

    done = drive.services.uploads.store(alice, Wanted("slow", 5), stream=Slow(b"hello"))
    assert drive.read(done.file) == b"hello"
    assert drive.used(alice) == 5


def test_the_same_key_gives_the_same_upload(drive: Drive, alice: User, carol: User) -> None:
    wanted = Wanted("a.txt", 5, key="tab 1, file 7")
    first = begin(drive, alice, wanted)
    assert begin(drive, alice, wanted) == first
    assert drive.used(alice) == 5
    assert begin(drive, carol, wanted) != first
    with pytest.raises(BadInput):
        drive.services.uploads.begin(alice, Wanted("a.txt", 6, key="tab 1, file 7"))
    send(drive, alice, first, b"hello")
    file = drive.services.uploads.finish(alice, first).file
    assert drive.services.uploads.begin(alice, wanted).file == file
    drive.services.trash.put(alice, file.id)
    assert begin(drive, alice, wanted) == first
    assert drive.used(alice) == 10


def test_quota_is_taken_at_begin_and_never_exceeded(tmp_path_factory: pytest.TempPathFactory) -> None:
    drive = make_drive(tmp_path_factory.mktemp("small"), quota=10)
    alice = drive.person("alice")
    first = begin(drive, alice, Wanted("a", 6))
    with pytest.raises(OverQuota):
        drive.services.uploads.begin(alice, Wanted("b", 5))
    assert drive.used(alice) == 6
    begin(drive, alice, Wanted("empty", 0))
    drive.services.uploads.cancel(alice, first)
    assert drive.used(alice) == 0
    begin(drive, alice, Wanted("b", 10))
    begin(drive, alice, Wanted("another empty one", 0))
    mixed = drive.services.uploads.begin_many(alice, [Wanted("c", 0), Wanted("d", 1)])
    assert isinstance(mixed[0], Begun)
    assert isinstance(mixed[1], OverQuota)


@pytest.mark.parametrize("size", [-1, 5 * 10**12 + 1])
def test_impossible_sizes_are_refused(drive: Drive, alice: User, size: int) -> None:
    with pytest.raises((BadInput, TooLarge)):  # SECURITY 41
        drive.services.uploads.begin(alice, Wanted("a", size))


def test_all_four_choices_when_a_name_is_taken(drive: Drive, alice: User) -> None:
    old = drive.store(alice, "a.txt", data=b"old")
    with pytest.raises(Exists) as refusal:
        drive.store(alice, "A.TXT", data=b"new")
    assert refusal.value.more["existing"].id == old.id  # type: ignore[attr-defined]
    assert drive.store(alice, "A.txt", data=b"new!", conflict="skip").id == old.id
    assert drive.used(alice) == 3
    both = drive.store(alice, "A.txt", data=b"new!", conflict="keep_both")
    assert both.name == "A (1).txt"
    new = drive.store(alice, "A.txt", data=b"new!", conflict="replace")
    assert (new.id, new.name) == (old.id, "a.txt")
    assert drive.read(drive.services.tree.file(alice, old.id)) == b"new!"
    assert drive.used(alice) == 3 + 4 + 4, "the old version is kept and counted"


@pytest.mark.parametrize("choice", ["replace", "keep_both", "skip"])
def test_a_name_taken_meanwhile_is_settled_without_new_bytes(drive: Drive, alice: User, choice: Conflict) -> None:
    upload_id = begin(drive, alice, Wanted("a.txt", 3))
    send(drive, alice, upload_id, b"new")
    drive.store(alice, "a.txt", data=b"o")
    for _ in range(2):
        with pytest.raises(Exists):
            drive.services.uploads.finish(alice, upload_id)
    drive.services.uploads.finish(alice, upload_id, conflict=choice)
    expected = {"replace": (["a.txt"], 4), "keep_both": (["a (1).txt", "a.txt"], 4), "skip": (["a.txt"], 1)}
    assert (sorted(drive.names(alice)), drive.used(alice)) == expected[choice]


def test_a_folder_is_never_replaced_by_a_file(drive: Drive, alice: User) -> None:
    drive.folder(alice, "a")
    for choice in ("replace", "skip", "ask"):
        with pytest.raises(Exists):
            drive.store(alice, "a", conflict=choice)  # type: ignore[arg-type]
    assert drive.used(alice) == 0


def test_many_small_files_in_one_go(drive: Drive, alice: User) -> None:
    drive.store(alice, "file 3")
    wanted = [Wanted(f"file {number}", 2, path="in/here" if number % 2 else "") for number in range(100)]
    begun = drive.services.uploads.begin_many(alice, [*wanted[:98], Wanted("a/b", 1), Wanted("x", -1)])
    assert [type(each) for each in begun[98:]] == [BadInput, BadInput]
    assert sum(isinstance(each, Begun) for each in begun) == 98
    ids = [each.upload.id for each in begun if isinstance(each, Begun) and each.upload]
    for upload_id in ids[:-1]:
        send(drive, alice, upload_id, b"ab")
    answers = drive.services.uploads.finish_many(alice, [*ids, "unknown", "a" * 26])
    assert all(isinstance(each, Finished) and each.created for each in answers[:97])
    assert [type(each) for each in answers[97:]] == [Incomplete, NotFound, NotFound]
    again = drive.services.uploads.finish_many(alice, ids[:5])
    assert [each.file.id for each in again if isinstance(each, Finished)] == [
        each.file.id for each in answers[:5] if isinstance(each, Finished)
    ]
    assert len(drive.names(alice)) == 1 + 1 + 49


def test_twins_in_one_batch_are_settled_by_their_choice(drive: Drive, alice: User) -> None:
    for choice in ("ask", "keep_both", "replace"):
        wanted = [Wanted(f"{choice}.txt", 2, conflict=choice) for _ in range(3)]  # type: ignore[arg-type]
        begun = drive.services.uploads.begin_many(alice, wanted)
        ids = [each.upload.id for each in begun if isinstance(each, Begun) and each.upload]
        for upload_id in ids:
            send(drive, alice, upload_id, b"ab")
        answers = drive.services.uploads.finish_many(alice, ids)
        assert isinstance(answers[0], Finished)
        refused = [each for each in answers if isinstance(each, DriveError)]
        assert len(refused) == (2 if choice == "ask" else 0)
    expected = ["ask.txt", "keep_both (1).txt", "keep_both (2).txt", "keep_both.txt", "replace.txt"]
    assert sorted(drive.names(alice)) == expected


def test_a_short_body_leaves_nothing(drive: Drive, alice: User) -> None:
    with pytest.raises(BadInput):  # SECURITY 38
        drive.services.uploads.store(alice, Wanted("a", 10), stream=io.BytesIO(b"short"))
    assert drive.names(alice) == []
    assert drive.used(alice) == 0
    assert list(drive.objects.keys()) == []


def test_a_strangers_upload_is_like_an_unknown_one(drive: Drive, alice: User, carol: User) -> None:
    upload_id = begin(drive, alice, Wanted("a", 5))  # SECURITY 16
    for each in (upload_id, "a" * 26, "", "\ud800", "../x"):
        for act in (
            lambda each=each: drive.services.uploads.state(carol, each),
            lambda each=each: drive.services.uploads.finish(carol, each),
            lambda each=each: drive.services.uploads.cancel(carol, each),
            lambda each=each: drive.services.uploads.sign(carol, each, numbers=[1]),
        ):
            with pytest.raises(NotFound):
                act()  # type: ignore[no-untyped-call]
    assert drive.services.uploads.page(carol).items == []
    assert [each.id for each in drive.services.uploads.page(alice).items] == [upload_id]


def test_parts_out_of_range_are_not_signed(drive: Drive, alice: User) -> None:
    upload_id = begin(drive, alice, Wanted("a", 40 * MIB))
    assert sorted(drive.services.uploads.sign(alice, upload_id, numbers=[1, 2, 3])) == [1, 2, 3]
    for wrong in (0, 4, -1, 10**9):
        with pytest.raises(BadInput):
            drive.services.uploads.sign(alice, upload_id, numbers=[wrong])


def test_signing_puts_off_the_sweep(drive: Drive, alice: User) -> None:
    upload_id = begin(drive, alice, Wanted("a", 5))
    before = drive.services.uploads.state(alice, upload_id).upload
    drive.clock.forward(days=3)
    drive.services.uploads.sign(alice, upload_id, numbers=[1])
    after = drive.services.uploads.state(alice, upload_id).upload
    assert before
    assert after
    assert (after.touched - before.touched).days == 3


def test_a_folder_trashed_meanwhile_takes_no_file(drive: Drive, alice: User) -> None:
    folder = drive.folder(alice, "gone soon")
    upload_id = begin(drive, alice, Wanted("a", 5, parent=folder.id))
    send(drive, alice, upload_id, b"hello")
    drive.services.trash.put(alice, folder.id)
    with pytest.raises(NotFound):
        drive.services.uploads.finish(alice, upload_id)
    drive.services.trash.restore(alice, folder.id)
    drive.services.uploads.finish(alice, upload_id)
    assert drive.names(alice, folder.id) == ["a"]


def test_an_open_upload_was_touched_when_its_last_part_came(drive: Drive, alice: User) -> None:
    drive.clock.moment = now() - timedelta(days=1)
    sending, waiting = (begin(drive, alice, Wanted(name, 17 * MIB)) for name in "ab")
    upload = drive.services.uploads.state(alice, sending).upload
    assert upload
    assert drive.services.door
    grant = Grant("PUT", upload.key, part=2, offset=16 * MIB, length=MIB)
    drive.services.door.accept(grant, io.BytesIO(bytes(MIB)))
    touched = {upload.id: upload.touched for upload in drive.services.uploads.page(alice).items}
    assert now() - touched[sending] < timedelta(minutes=2)
    assert now() - touched[waiting] > timedelta(hours=23)
