"""Bytes up and down: large files, small ones, and the memory that takes."""

import random
import statistics
from functools import partial

from benchmarks.bench import BATCH, Bench, Figures, expect, timed
from benchmarks.inputs import MIB, ZIPPED, ZIPPED_SIZE, pictures
from benchmarks.usage import measured, watched
from benchmarks.wire import Line

IN_FLIGHT = 4
RANGES = 200


def upload_big(bench: Bench) -> Figures:
    """W1: one large file over one connection; then with as many parts in flight as a browser sends."""
    with bench.line() as line:
        folder = bench.side.make_folder(line, "large")
        alone = bench.repeated(lambda n: _upload(bench, [line], folder=folder, name=f"alone-{n}.bin"))
        bench.download = bench.side.download_address(line, folder, name="alone-0.bin")
        if not bench.side.in_parts:
            return alone | {"up in flight": alone["up"], "up in flight CPU s": alone["up CPU s"]}
        others = [bench.line() for _ in range(IN_FLIGHT - 1)]
        lines = [line, *others]
        together = bench.repeated(lambda n: _upload(bench, lines, folder=folder, name=f"together-{n}.bin"))
    for other in others:
        other.close()
    return alone | {"up in flight": together["up"], "up in flight CPU s": together["up CPU s"]}


def _upload(bench: Bench, lines: list[Line], *, folder: str, name: str) -> Figures:
    with measured(bench.side.pids()) as spent:
        bench.side.upload(lines, folder, name=name, path=bench.inputs.big)
    speed = bench.inputs.big_size / 1e6 / spent.wall
    return {"up": speed, "up CPU s": spent.cpu, "sums CPU s": spent.settled - spent.cpu}


def upload_small(bench: Bench) -> Figures:
    """W2: 1,000 files of 10 KiB over 8 connections, begun and completed by the hundred; then one by one."""
    batches = bench.repeated(lambda number: _upload_small(bench, f"batch-{number}", together=BATCH))
    if not bench.side.in_parts:
        return batches | {"single": batches["batch"], "single CPU s": batches["batch CPU s"]}
    singles = bench.repeated(lambda number: _upload_small(bench, f"single-{number}", together=1))
    return batches | {"single": singles["batch"], "single CPU s": singles["batch CPU s"]}


def _upload_small(bench: Bench, name: str, *, together: int) -> Figures:
    files = bench.inputs.small
    with bench.line() as line:
        folder = bench.side.make_folder(line, name)
    with measured(bench.side.pids()) as spent:
        bench.send(folder, files, together=together)
    with bench.line() as line:
        expect(bench.side.list_whole(line, folder), len(files))
    return {"batch": len(files) / spent.wall, "batch CPU s": spent.settled}


def download_big(bench: Bench) -> Figures:
    """W3: the large file, asked for anew each time; then ranges of 1 MiB at its address, as a player asks."""
    with bench.line() as line:
        whole = bench.repeated(lambda _: _download(bench, line))
        address = bench.side.handed_over(line, bench.download)
        starts = random.Random(7).sample(range(bench.inputs.big_size - MIB), RANGES)
        times = [timed(partial(line.take, address, span=(at, at + MIB - 1))) for at in starts]
    return {**whole, "range p50": statistics.median(times)}


def _download(bench: Bench, line: Line) -> Figures:
    with measured(bench.side.pids()) as spent:
        expect(line.take(bench.side.handed_over(line, bench.download)), bench.inputs.big_size)
    return {"down": bench.inputs.big_size / 1e6 / spent.wall, "down CPU s": spent.cpu}


def grow(bench: Bench) -> Figures:
    """W10: memory of all processes together while twice the large file goes up and down, after a first transfer."""
    with bench.line() as line:
        folder = bench.side.make_folder(line, "huge")
        others = [bench.line() for _ in range(IN_FLIGHT - 1)]
        bench.side.upload([line, *others], folder, name="first.bin", path=bench.inputs.big)
        with watched(bench.side.pids()) as growth:
            bench.side.upload([line, *others], folder, name="huge.bin", path=bench.inputs.huge)
            huge = bench.side.handed_over(line, bench.side.download_address(line, folder, name="huge.bin"))
            expect(line.take(huge), 2 * bench.inputs.big_size)
    for other in others:
        other.close()
    return {"growth": growth.bytes / 1e6}


def fetch_zip(bench: Bench) -> Figures:
    """W6: a folder of 1,000 files, 200 MB, as one zip; and what memory of all processes that takes at most."""
    if not bench.side.zip_address("/"):
        return {}
    address = bench.side.zip_address(bench.seeded("pictures", pictures()))
    with bench.line() as line:
        line.take(address)
        with watched(bench.side.pids()) as growth:
            line.take(address)
        return {**bench.repeated(lambda _: _fetch_zip(bench, line, address=address)), "zip growth": growth.bytes / 1e6}


def _fetch_zip(bench: Bench, line: Line, *, address: str) -> Figures:
    with measured(bench.side.pids()) as spent:
        size = line.take(address)
    if size < ZIPPED * ZIPPED_SIZE:
        raise AssertionError(f"a zip of {size} bytes lacks something")
    return {"zip": ZIPPED * ZIPPED_SIZE / 1e6 / spent.wall, "zip CPU s": spent.cpu}
