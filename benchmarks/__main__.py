"""`make bench`: measure Smart Drive and nginx side by side, print the table, write docs/performance.md."""

import argparse
import getpass
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import inputs, report
from benchmarks.bench import Bench, Figures
from benchmarks.drive import SmartDrive
from benchmarks.shipped import PROJECT
from benchmarks.sides import Copyparty, Nginx, Side, copyparty_python
from benchmarks.usage import cpu_index, wait_until_idle
from benchmarks.workloads import WORKLOADS

PAGE = PROJECT / "docs" / "performance.md"
IN_MEMORY = Path("/dev/shm")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=sorted(WORKLOADS), help="these workloads; writes no page")
    parser.add_argument("--big-mib", type=int, default=1024, help="size of the large file")
    parser.add_argument("--small-files", type=int, default=1000, help="how many small files")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def sides(folder: Path) -> list[Side]:
    """nginx first: the others are measured against it."""
    found: list[Side] = [Nginx(folder / "nginx", user=getpass.getuser()), SmartDrive(folder / "drive")]
    if python := copyparty_python():
        found.append(Copyparty(folder / "copyparty", python=python))
    return found


def measure(benches: list[Bench], names: list[str]) -> dict[str, dict[str, Figures]]:
    """Workload by workload over all sides, so that a busy minute of the machine meets them alike."""
    results: dict[str, dict[str, Figures]] = {}
    for name in names:
        results[name] = {}
        for bench in benches:
            began = time.monotonic()
            bench.headers = bench.side.sign_in()
            results[name][bench.side.name] = found = WORKLOADS[name](bench)
            wait_until_idle(bench.side.pids())
            told = ", ".join(f"{figure} {report.number(value)}" for figure, value in found.items())
            print(f"{name} {bench.side.name}, {time.monotonic() - began:.0f} s: {told}", file=sys.stderr, flush=True)
    return results


def bench_all(chosen: argparse.Namespace, names: list[str]) -> tuple[report.Results, dict[str, str]]:
    """The figures, and how large what was sent is."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="smartdrive-bench-")))
        memory = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=IN_MEMORY)))
        made = inputs.make(memory, big_mib=chosen.big_mib, small_files=chosen.small_files)
        benches = []
        for side in sides(folder):
            stack.callback(side.stop)
            side.start()
            benches.append(Bench(side, made, chosen.rounds))
        return measure(benches, names), made.sizes


def commit() -> str:
    """Of the code that was measured; says so when files differ from it."""

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=PROJECT, capture_output=True, text=True, check=True).stdout.strip()

    changed = git("status", "--porcelain", "--", "smartdrive", "nginx.conf", "deploy", "requirements.txt")
    return git("rev-parse", "--short=12", "HEAD") + (" with changes" if changed else "")


def processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        platform.machine(),
    )


def missing() -> list[str]:
    return [name for name in ("nginx", "wrk") if not shutil.which(name)]


def main() -> int:
    chosen = arguments()
    if lacking := missing():
        print(f"Missing here: {', '.join(lacking)}. Install Debian's nginx-light and wrk.", file=sys.stderr)
        return 1
    names = chosen.only or list(WORKLOADS)
    before = cpu_index()
    results, sizes = bench_all(chosen, names)
    run = report.Run(
        commit=commit(),
        date=datetime.now(UTC),
        cores=os.cpu_count() or 1,
        processor=processor(),
        python=f"{platform.python_version()}, {platform.python_compiler()}",
        before=before,
        after=cpu_index(),
        rounds=chosen.rounds,
        sizes=sizes,
    )
    print(report.table(results, sizes=sizes))
    if not chosen.only:
        PAGE.write_text(report.document(run, results), "utf-8")
        print(f"written to {PAGE.relative_to(PROJECT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
