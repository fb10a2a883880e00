"""Many at once: what must be exact is exact, and a lost answer counts nothing twice."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence

from smartdrive.ports.table import (
    Absent,
    AtLeast,
    Change,
    Contended,
    Equals,
    Key,
    Put,
    Refused,
    Table,
)
from tests.contract.tables import everything

THREADS = 20


def at_once(acts: Sequence[Callable[[], object]]) -> list[str]:
    """Start all acts together; tell how each ended."""
    ends = ["never"] * len(acts)
    gate = threading.Barrier(len(acts))

    def run(place: int) -> None:
        gate.wait()
        try:
            acts[place]()
        except (Refused, Contended) as error:
            ends[place] = type(error).__name__
        else:
            ends[place] = "done"

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def left(table: Table, pk: str) -> object:
    item = table.get(Key(pk, "owner"))
    assert item is not None
    return item["free"]


def test_what_is_left_is_never_oversold(table: Table, pk: str) -> None:
    table.write(Put({"pk": pk, "sk": "owner", "free": 50}))
    take = Change(Key(pk, "owner"), add={"free": -10}, when=(AtLeast("free", 10),))
    ends = Counter(at_once([lambda: table.write(take)] * THREADS))
    assert ends["never"] == 0
    assert left(table, pk) == 50 - 10 * ends["done"]
    assert ends["done"] == 5 or ends["Contended"]


def test_what_is_left_is_exact_in_one_write_with_others(table: Table, pk: str) -> None:
    table.write(Put({"pk": pk, "sk": "owner", "free": 50}))
    take = Change(Key(pk, "owner"), add={"free": -10}, when=(AtLeast("free", 10),))
    ends = at_once(
        [lambda n=n: table.write(Put({"pk": pk, "sk": f"file{n:02}"}, when=(Absent(),)), take) for n in range(THREADS)]
    )
    files = {item["sk"] for item in everything(table, pk, begins="file")}
    assert files == {f"file{n:02}" for n, end in enumerate(ends) if end == "done"}
    assert left(table, pk) == 50 - 10 * len(files)
    assert len(files) == 5 or "Contended" in ends


def test_a_name_is_claimed_once(table: Table, pk: str) -> None:
    ends = at_once(
        [lambda n=n: table.write(Put({"pk": pk, "sk": "claim", "by": n}, when=(Absent(),))) for n in range(THREADS)]
    )
    assert ends.count("done") == 1
    claim = table.get(Key(pk, "claim"))
    assert claim is not None
    assert claim["by"] == ends.index("done")


def test_a_counter_counts_every_call(table: Table, pk: str) -> None:
    told: list[object] = []
    count = Change(Key(pk, "hits"), add={"n": 1})
    ends = at_once([lambda: told.append(table.write(count)["n"])] * THREADS)
    done = ends.count("done")
    assert sorted(told) == list(range(1, done + 1))
    assert done == THREADS or "Contended" in ends


def test_a_version_moves_on_once(table: Table, pk: str) -> None:
    table.write(Put({"pk": pk, "sk": "tree", "version": 7}))
    moves = [
        lambda n=n: table.write(
            Change(Key(pk, "tree"), add={"version": 1}, when=(Equals("version", 7),)),
            Put({"pk": pk, "sk": f"moved{n}"}),
        )
        for n in range(THREADS)
    ]
    ends = at_once(moves)
    assert ends.count("done") == 1
    assert [item["sk"] for item in everything(table, pk, begins="moved")] == [f"moved{ends.index('done')}"]
