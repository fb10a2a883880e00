"""Group commit on SQLite: one sync for many, each with its own answer, over threads and processes."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from smartdrive.ports.table import Absent, Change, Contended, Key, Present, Put, Refused
from smartdrive.storage.sqlite import SqliteTable

HERE = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "drive.db"


@pytest.fixture
def table(path: Path) -> Iterator[SqliteTable]:
    made = SqliteTable(path, clock=lambda: datetime.now(UTC))
    yield made
    made.close()


def held(path: Path) -> sqlite3.Connection:
    """Another process's write, under way."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other


def run_all(acts: Sequence[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def commits(path: Path) -> int:
    """How often the log was synced with a commit: the last frame of each carries the size of the file."""
    log = path.with_name(path.name + "-wal").read_bytes()
    page = int.from_bytes(log[8:12], "big")
    frames = range(32, len(log), 24 + page)
    return sum(int.from_bytes(log[at + 4 : at + 8], "big") > 0 for at in frames)


def test_writes_that_wait_share_one_commit_and_keep_their_own_answers(path: Path, table: SqliteTable) -> None:
    table.write(Put({"pk": "p", "sk": "stands"}))
    before = commits(path)
    ends: dict[int, object] = {}

    together = threading.Barrier(17)

    def act(n: int) -> None:
        together.wait()
        try:
            if n % 4 == 0:
                table.write(Put({"pk": "p", "sk": "stands"}, when=(Absent(),)))
            elif n % 4 == 1:
                table.write(Put({"pk": "p", "sk": f"half{n}"}), Put({"pk": "p", "sk": "no"}, when=(Present(),)))
            elif n % 4 == 2:
                ends[n] = table.write(Change(Key("p", "counter"), add={"n": 1}))["n"]
            else:
                ends[n] = table.write(Put({"pk": "p", "sk": f"item{n:02}"}))
        except Refused as error:
            ends[n] = error.failed

    other = held(path)
    threads = [threading.Thread(target=act, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    together.wait()
    time.sleep(1)  # all of them wait for the file
    other.execute("ROLLBACK")
    other.close()
    for thread in threads:
        thread.join()

    assert [ends[n] for n in range(0, 16, 4)] == [(0,)] * 4
    assert [ends[n] for n in range(1, 16, 4)] == [(1,)] * 4
    assert sorted(str(ends[n]) for n in range(2, 16, 4)) == ["1", "2", "3", "4"]
    items = [item["sk"] for item in table.query("p").items]
    assert items == ["counter", "item03", "item07", "item11", "item15", "stands"]
    # The first to come may lead alone; all who came meanwhile go together.
    assert commits(path) - before <= 2


def test_a_mistake_of_one_spoils_nobody_elses_write(path: Path, table: SqliteTable) -> None:
    table.write(Put({"pk": "p", "sk": "text", "n": "no number"}))
    ends: dict[int, str] = {}

    together = threading.Barrier(9)

    def act(n: int) -> None:
        together.wait()
        try:
            table.write(Change(Key("p", "text" if n % 2 else f"{n}"), add={"n": 1}))
            ends[n] = "done"
        except ValueError:
            ends[n] = "mistake"

    other = held(path)
    threads = [threading.Thread(target=act, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    together.wait()
    time.sleep(1)
    other.execute("ROLLBACK")
    other.close()
    for thread in threads:
        thread.join()
    assert ends == {n: "mistake" if n % 2 else "done" for n in range(8)}
    assert [item["sk"] for item in table.query("p").items] == ["0", "2", "4", "6", "text"]


def test_16_threads_lose_nothing(table: SqliteTable) -> None:
    def act(n: int) -> Callable[[], None]:
        def run() -> None:
            for k in range(40):
                table.write(Put({"pk": f"t{n}", "sk": f"{k:03}"}), Change(Key("all", "count"), add={"n": 1}))
                assert table.get(Key(f"t{n}", f"{k:03}")) is not None

        return run

    run_all([act(n) for n in range(16)])
    assert table.get(Key("all", "count")) == {"pk": "all", "sk": "count", "n": 640}
    assert [len(table.query(f"t{n}").items) for n in range(16)] == [40] * 16


TAKER = """
import sys, threading
from datetime import UTC, datetime
from pathlib import Path
from smartdrive.ports.table import *
from smartdrive.storage.sqlite import SqliteTable

table = SqliteTable(Path(sys.argv[1]), clock=lambda: datetime.now(UTC))
taken = []
def take():
    for _ in range(40):
        try:
            table.write(Change(Key("u", "free"), add={"free": -1}, when=(AtLeast("free", 1),)))
            taken.append(1)
        except Refused:
            pass
threads = [threading.Thread(target=take) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
table.close()
print(len(taken))
"""


def child(program: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True)


def test_two_processes_share_a_limit_exactly(path: Path, table: SqliteTable) -> None:
    table.write(Put({"pk": "u", "sk": "free", "free": 500}))
    children = [child(TAKER, path) for _ in range(2)]
    taken = [int(one.communicate(timeout=60)[0]) for one in children]
    assert sum(taken) == 500
    assert table.get(Key("u", "free")) == {"pk": "u", "sk": "free", "free": 0}


OPENER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from smartdrive.ports.table import *
from smartdrive.storage.sqlite import SqliteTable

sys.stdin.readline()
table = SqliteTable(Path(sys.argv[1]), clock=lambda: datetime.now(UTC))
table.write(Put({"pk": "p", "sk": sys.argv[2]}))
table.close()
"""


def test_processes_may_make_the_file_at_the_same_moment(path: Path) -> None:
    command = [sys.executable, "-c", OPENER, str(path)]
    children = [subprocess.Popen([*command, f"{n}"], cwd=HERE, stdin=subprocess.PIPE, text=True) for n in range(6)]
    for one in children:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in children:
        one.communicate(timeout=60)
    assert [one.returncode for one in children] == [0] * 6
    table = SqliteTable(path, clock=lambda: datetime.now(UTC))
    assert len(table.query("p").items) == 6
    table.close()


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from smartdrive.ports.table import *
from smartdrive.storage.sqlite import SqliteTable

table = SqliteTable(Path(sys.argv[1]), clock=lambda: datetime.now(UTC))
n = 0
while True:
    table.write(Put({"pk": "a", "sk": f"{n:06}", "l1": f"{n}"}), Put({"pk": "b", "sk": f"{n:06}"}))
    print(n, flush=True)
    n += 1
"""


@pytest.mark.parametrize("after", [1, 50, 400])
def test_what_was_answered_survives_a_kill(path: Path, after: int) -> None:
    one = child(WRITER, path)
    assert one.stdout is not None
    lines = iter(one.stdout)
    last = max(int(next(lines)) for _ in range(after))
    one.kill()
    last = max([last, *map(int, lines)])
    one.wait()
    one.stdout.close()
    table = SqliteTable(path, clock=lambda: datetime.now(UTC))
    kept = {str(item["pk"]) + str(item["sk"]) for item in table.walk()}
    table.close()
    assert kept >= {f"{pk}{n:06}" for pk in "ab" for n in range(last + 1)}
    assert len(kept) % 2 == 0


def test_a_file_held_too_long_is_contended(path: Path, table: SqliteTable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartdrive.storage.sqlite_layout.PATIENCE", 0.2)
    table.write(Put({"pk": "p", "sk": "a"}))
    other = held(path)
    started = time.monotonic()
    with pytest.raises(Contended):
        table.write(Put({"pk": "p", "sk": "b"}))
    assert 0.15 < time.monotonic() - started < 4
    assert table.get(Key("p", "a")) is not None
    other.execute("ROLLBACK")
    other.close()
    table.write(Put({"pk": "p", "sk": "b"}))
