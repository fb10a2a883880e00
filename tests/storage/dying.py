"""Run as a program: do one act on a disk store again and again, each time killed (-9) one executed line later.

`dying.py ACT ROOT`: attempt n works in ROOT/n and dies at the n-th line of the disk engine. What was acknowledged is
appended to ROOT/n/acks. Ends with the first attempt that lives to its end, and prints how many died.
"""

import io
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from smartdrive.ports.objects import Grant, Plan, Stored
from smartdrive.storage.disk import Disk

KEY = "o" + "a" * 26
PART = 600_000
BODY = bytes(range(256)) * 4000


def opened(folder: Path) -> Disk:
    return Disk(folder / "data", key=b"k" * 32, base_url="http://x", clock=lambda: datetime.now(UTC))


def listed(disk: Disk) -> list[Stored]:
    """Everything that the orphan sweep would see."""
    return [*disk.keys()]


def the_plan(*, size: int = len(BODY), part_size: int = PART) -> Plan:
    return Plan(KEY, size, part_size)


def send(disk: Disk, plan: Plan, number: int) -> None:
    offset = (number - 1) * plan.part_size
    body = BODY[offset : offset + plan.length(number)]
    disk.accept(Grant("PUT", plan.key, part=number, offset=offset, length=len(body)), io.BytesIO(body))


def upload_in_parts(disk: Disk, ack: Callable[[str], None]) -> None:
    plan = disk.plan_put(KEY, size=len(BODY), part_size=PART)
    disk.set_aside(plan)
    for number in (2, 1, 1):
        send(disk, plan, number)
        ack(f"part {number}")
    disk.finish_put(plan)
    ack("finished")


def upload_at_once(disk: Disk, ack: Callable[[str], None]) -> None:
    plan = disk.plan_put(KEY, size=len(BODY), part_size=len(BODY))
    send(disk, plan, 1)
    ack("part 1")
    disk.finish_put(plan)
    ack("finished")


def put(disk: Disk, ack: Callable[[str], None]) -> None:
    disk.put(KEY, io.BytesIO(BODY), size=len(BODY))
    ack("finished")


ACTS = {"parts": upload_in_parts, "once": upload_at_once, "put": put}


def kill_at_line(line: int) -> Callable[..., Callable[..., object] | None]:
    """A trace function that kills this process at the n-th line run in the disk engine."""
    left = line

    def trace(frame: FrameType, event: str, _: object) -> Callable[..., object] | None:
        nonlocal left
        if "/storage/disk" not in frame.f_code.co_filename:
            return None
        if event == "line":
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    return trace


def live(act: str, folder: Path, line: int) -> None:
    acks = os.open(folder / "acks", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    sys.settrace(kill_at_line(line))
    ACTS[act](opened(folder), lambda word: os.write(acks, f"{word}\n".encode()) and None)


def main(act: str, root: Path) -> int:
    died = 0
    while True:
        folder = root / str(died + 1)
        folder.mkdir()
        child = os.fork()
        if child == 0:
            live(act, folder, died + 1)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            print(died)
            return status
        died += 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
