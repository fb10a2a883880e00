"""The schema number: laid out once, upgraded once by many, resumed after a kill, refused when too new."""

import multiprocessing
import random
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from smartdrive.domain.clock import new_id, now
from smartdrive.ports.table import Change, Key, Put, StoreTooNew, Table, Unavailable
from smartdrive.records.schema import read_schema
from smartdrive.services.locks import Locks
from smartdrive.services.schema import Layout, Step, Upgrade
from smartdrive.storage.sqlite import SqliteTable
from tests.services.kept.kept_drive import DyingTable

ROWS = 60
PROCESSES = 8
KILLS = 6
LIFE = timedelta(seconds=0.2)


def counting(attribute: str, count: int = ROWS, pause: float = 0.02) -> Upgrade:
    """An upgrade that does harm when any of its steps takes effect twice or never."""

    def run(table: Table, position: str) -> Iterator[Step]:
        for number in range(int(position or 0), count):
            time.sleep(pause)
            yield [Change(Key(f"ROW#{number}", "ROW"), add={attribute: 1})], str(number + 1)

    return run


UPGRADES = {2: counting("second"), 3: counting("third")}


def layout(table: Table, upgrades: dict[int, Upgrade]) -> Layout:
    return Layout(table, Locks(table, now, new_id, LIFE), now, upgrades)


@pytest.fixture
def table(tmp_path: Path) -> Iterator[SqliteTable]:
    found = SqliteTable(tmp_path / "drive.db", clock=now)
    yield found
    found.close()


def rows(table: Table) -> list[tuple[object, object]]:
    found = [table.get(Key(f"ROW#{number}", "ROW")) or {} for number in range(ROWS)]
    return [(row.get("second"), row.get("third")) for row in found]


def old_store(table: Table) -> None:
    layout(table, {}).prepare()
    table.write(*(Put({"pk": f"ROW#{number}", "sk": "ROW"}) for number in range(ROWS)))


def start(path: str) -> None:
    table = SqliteTable(Path(path), clock=now)
    layout(table, UPGRADES).prepare()
    table.close()


def test_a_new_store_gets_the_newest_number_and_runs_no_upgrade(table: SqliteTable) -> None:
    layout(table, UPGRADES).prepare()
    schema = read_schema(table)
    assert schema is not None
    assert schema.number == 3
    assert rows(table) == [(None, None)] * ROWS


def test_an_older_program_refuses_with_a_sentence(table: SqliteTable) -> None:
    layout(table, UPGRADES).prepare()
    with pytest.raises(StoreTooNew, match=r"newer version of Smart Drive \(schema 3; this one knows 2\)"):
        layout(table, {2: counting("second")}).prepare()


def test_upgrades_run_in_order_and_only_once(table: SqliteTable) -> None:
    old_store(table)
    layout(table, UPGRADES).prepare()
    layout(table, UPGRADES).prepare()
    assert rows(table) == [(1, 1)] * ROWS


@pytest.mark.parametrize("after", [False, True])
def test_an_upgrade_cut_at_any_write_takes_effect_once(tmp_path: Path, after: bool) -> None:
    """SECURITY 53: for every n, the n-th write is the last of its process."""
    n, died = 0, True
    while died:
        n += 1
        table = SqliteTable(tmp_path / f"{n}.db", clock=now)
        old_store(table)
        dying = DyingTable(table, n, after=after)
        with suppress(Unavailable):
            layout(dying, {2: counting("second", 4, pause=0)}).prepare()
        died = dying.died
        layout(table, {2: counting("second", 4, pause=0)}).prepare()
        assert [row[0] for row in rows(table)][:4] == [1] * 4
        table.close()
    assert n > 5


@pytest.mark.timeout(110)
def test_eight_programs_that_start_at_once_and_are_killed_upgrade_once(tmp_path: Path) -> None:
    """SECURITY 53: eight at once, killed at random moments again and again until one gets through."""
    path = tmp_path / "drive.db"
    table = SqliteTable(path, clock=now)
    old_store(table)
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance, spawn = random.Random(seed), multiprocessing.get_context("spawn")
    running = [spawn.Process(target=start, args=(str(path),)) for _ in range(PROCESSES)]
    for process in running:
        process.start()
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.1, 0.3))
        victim = chance.randrange(PROCESSES)
        running[victim].kill()
        running[victim].join()
        running[victim] = spawn.Process(target=start, args=(str(path),))
        running[victim].start()
    for process in running:
        process.join(60)
    assert [process.exitcode for process in running] == [0] * PROCESSES
    assert rows(table) == [(1, 1)] * ROWS
    table.close()
