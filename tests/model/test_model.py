"""Random walks: a drive on either engine does what a small model in memory says, whatever comes after what.

The walks are the same each time; DRIVE_MODEL_SEED=7 takes others, and a failure prints the steps that led to it.
"""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.acting import QUOTA
from tests.model.changes import ORDER
from tests.model.walk import Walk
from tests.web.both import ENGINES, real_site
from tests.web.site import Site, make_site

SEED = int(os.environ.get("DRIVE_MODEL_SEED", "101"))
STEPS = 100
WALKS = 5
LEAST = 1000
EACH = 20
MOST = 20
RULES = {
    "mkdir", "upload", "replace", "rename", "move", "copy", "trash", "restore", "purge", "empty",
    "restore_version", "delete_version", "bulk", "undo",
}  # fmt: skip
UNDONE = {f"undone {way}" for way in ORDER if way != "stays"}
"""What undoing takes back: each a few times."""
FEW = 5


@pytest.fixture(params=ENGINES)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    if request.param == "embedded":
        yield make_site(tmp_path / "data", quota=QUOTA)
    else:
        yield from real_site(tmp_path / "data", quota=QUOTA)


@dataclass
class Acts:
    """How often each act took effect, and how often it was rightly refused."""

    site: Site
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def enough(self) -> bool:
        often = all(self.done[rule] >= EACH for rule in RULES) and all(self.done[way] >= FEW for way in UNDONE)
        return often and self.done["folders made again"] >= FEW and sum(self.done[rule] for rule in RULES) >= LEAST


def walk(acts: Acts, *, seed: int, walks: int = WALKS, shrink: bool = True) -> None:
    """Some walks, from a seed."""
    machine = hypothesis.seed(seed)(type("Walk", (Walk,), vars(acts)))
    how = settings(
        max_examples=walks,
        stateful_step_count=STEPS,
        phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=shrink,
        database=None,
        deadline=None,
    )
    run_state_machine_as_test(machine, settings=how)


@pytest.mark.timeout(1200)
def test_a_drive_does_what_the_model_says(site: Site) -> None:
    acts = Acts(site)
    for seed in range(SEED, SEED + MOST):
        walk(acts, seed=seed)
        print(f"seed {seed}: done {dict(acts.done)}, refused {dict(acts.refused)}")
        if acts.enough():
            break
    assert acts.enough(), acts.done
    assert acts.done["fsck"] >= LEAST / STEPS
