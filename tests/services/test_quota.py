"""What counts as used, and that it stays exact whatever happens at once."""  # SECURITY 46

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from smartdrive.domain.errors import DriveError
from smartdrive.domain.models import User
from smartdrive.services.wanted import Wanted
from tests.services.drive import Drive, make_drive


def test_versions_and_trash_count(drive: Drive, alice: User) -> None:
    file = drive.store(alice, "a.txt", data=b"12345")
    drive.store(alice, "a.txt", data=b"1234567", conflict="replace")
    assert drive.used(alice) == 12
    drive.services.trash.put(alice, file.id)
    assert drive.used(alice) == 12
    drive.services.trash.purge(alice, file.id)
    drive.services.upkeep.purge_round()
    assert drive.used(alice) == 0


def test_uploads_and_new_quotas_at_once_leave_the_room_exact(tmp_path: Path) -> None:
    drive = make_drive(tmp_path / "data", quota=10_000)
    alice, start = drive.person("alice"), Barrier(6)

    def act(number: int) -> int:
        start.wait()
        stored = 0
        for turn in range(6):
            if number == 0:
                drive.services.accounts.allow(alice, 800 + 100 * ((number + turn) % 5))
                continue
            wanted = Wanted(f"{number}-{turn}", 90)
            try:
                drive.services.uploads.store(alice, wanted, stream=io.BytesIO(bytes(90)))
            except DriveError:
                continue
            stored += 90
        return stored

    with ThreadPoolExecutor(6) as pool:
        stored = sum(pool.map(act, range(6)))
    assert drive.used(alice) == stored
    assert drive.services.accounts.allow(alice, 5000).quota == 5000
    assert drive.used(alice) == stored
    assert drive.services.fsck.run(between=0).clean
