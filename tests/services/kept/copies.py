"""What tests of copies have in common: a folder to copy, the job that copies it, and what came of it."""

from dataclasses import replace

from smartdrive.domain.models import Node, User
from smartdrive.services.copying import CopyWish
from smartdrive.services.landing import Settled
from tests.services.kept.kept_drive import KeptDrive


def grow(drive: KeptDrive, alice: User, files: int = 25) -> Node:
    """A folder with more files than fit into a write, two of which share bytes, and folders below it."""
    top = drive.folder(alice, "top")
    first = drive.upload(alice, "0.bin", b"x", parent=top.id)
    drive.copy(alice, first.id, parent=top.id)
    for at in range(1, files):
        drive.upload(alice, f"{at}.bin", b"x" * (at + 1), parent=top.id)
    inner = drive.folder(alice, "inner", parent=top.id)
    drive.folder(alice, "empty", parent=inner.id)
    drive.upload(alice, "deep.txt", b"deep", parent=inner.id)
    return top


def tree_of(drive: KeptDrive, user: User, folder_id: str) -> dict[str, object]:
    """Names and bytes below a folder."""
    page = drive.folders.page(user, folder_id, sort="name", limit=200).page
    assert page.next is None
    return {
        each.name: tree_of(drive, user, each.id)
        if each.kind == "folder"
        else drive.read(drive.tree.file(user, each.id))
        for each in page.items
    }


def begin(drive: KeptDrive, user: User, folder: Node, *, parent: str = "root") -> Settled:
    """A copy that the request leaves to the worker at once."""
    copying = replace(drive.services.copying, at_once=0)
    return copying.one(user, folder.id, kind="folder", wish=CopyWish(parent, "keep_both"))


def work(drive: KeptDrive) -> None:
    for _ in range(50):
        if not drive.upkeep.copy_round():
            return
    raise AssertionError("copies never end")


def assert_sound(drive: KeptDrive) -> None:
    report = replace(drive.services.fsck, wait=lambda _: None).run(deep=True)
    assert report.clean, report.findings
