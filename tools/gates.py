"""Measure what pages must reach: `make gates` starts a drive, lets Lighthouse look at it, and writes docs/gates.md.

Lighthouse judges as on a mid-range phone on a slow line (its mobile default); each page counts with its worst of
several runs. Every run has a Chromium of its own, which ends with it whatever becomes of Lighthouse.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.chromium import FLAGS, WITH_ALL
from tests.browser.loading import Cost, Stage, cost_of, furnish
from tests.live import ROOT, running

NOTE = ROOT / "docs" / "gates.md"
LIGHTHOUSE = ROOT / "tools" / "lighthouse" / "node_modules" / "lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LEAST, RUNS, SECONDS = 95, 3, 120
ATTEMPTS, AT_REST = 4, 1000
"""Below this index Lighthouse itself warns that the processor is too slow for its figures to mean much."""
NOT_LISTED = {"Link": ["is-crawlable"]}
"""Pages that search engines must not list are not asked whether they can."""
HEAD = """# Gates of the pages

Written by `make gates`. Lighthouse {version}, as on a phone with a slow processor on a slow line (its mobile default);
each figure is the lowest of {runs} runs, out of 100, and none may be under {least}. "Files" is a folder of 200. A link
asks search engines to leave its page out, and so skips the one audit for the opposite (`is-crawlable`).

- **Commit** {commit}, {date}
- **Machine** {cores} cores; Lighthouse's own index of its speed: {index}. A run on a busy machine (under {at_rest})
  is taken again, up to {attempts} times

| page | performance | accessibility | best practices | SEO |
| --- | --: | --: | --: | --: |
{scores}

First visits with nothing cached, on the same machine at its full speed; `tests/browser/test_first_load.py` holds the
limits in every test run. Bytes are as they come over the wire, headers included; "at work" is the load event, for
lists the moment their script has taken over; "blocked" sums what long tasks take beyond 50 ms each.

| page | bytes (≤ 120,000) | of them scripts (≤ 40,000) | at work, ms (≤ 1,000) | blocked, ms (≤ 100) | shift (≤ 0.02) |
| --- | --: | --: | --: | --: | --: |
{costs}
"""


@dataclass(frozen=True)
class Verdict:
    """One run of Lighthouse: scores out of 100 by category, and how fast it found the machine."""

    scores: Mapping[str, int]
    index: float
    version: str


@contextmanager
def chromium(playwright: Playwright, *more: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=WITH_ALL, args=[*FLAGS, *more])
    try:
        yield browser
    finally:
        browser.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def judge(url: str, port: int, *, skip: list[str]) -> Verdict:
    """One look at a page with the Chromium at that port, which keeps its cookies."""
    command = ["node", str(LIGHTHOUSE / "cli" / "index.js"), url, f"--port={port}", "--output=json", "--quiet"]
    command += [f"--only-categories={','.join(CATEGORIES)}", f"--skip-audits={','.join(skip)}"]
    command.append("--disable-storage-reset")
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=True)
    report = json.loads(ran.stdout)
    tell(report)
    scores = {name: round(report["categories"][name]["score"] * 100) for name in CATEGORIES}
    return Verdict(scores, report["environment"]["benchmarkIndex"], report["lighthouseVersion"])


def tell(report: dict[str, Any]) -> None:
    """What it found wanting, for whoever is to mend it."""
    weighed = {each["id"] for part in report["categories"].values() for each in part["auditRefs"] if each["weight"]}
    for name, audit in report["audits"].items():
        if name in weighed and audit["score"] is not None and audit["score"] < 1:
            print(
                f"  {name}: {audit['score']:.2f} {audit.get('displayValue', '')}",
                *audit.get("details", {}).get("items", [])[:3],
            )


def one_look(playwright: Playwright, stage: Stage, name: str) -> Verdict:
    """What Lighthouse says of a page in a Chromium of its own; again when the machine was busy with something else."""
    attempt = 0
    while True:
        attempt += 1
        port = free_port()
        with chromium(playwright, f"--remote-debugging-port={port}") as browser:
            browser.new_browser_cdp_session().send("Storage.setCookies", {"cookies": stage.cookies_for(name)})
            found = judge(stage.pages[name], port, skip=NOT_LISTED.get(name, []))
        print(f"{name}: {dict(found.scores)}, index {found.index:.0f}", flush=True)
        if found.index >= AT_REST or attempt == ATTEMPTS:
            return found


def judged(playwright: Playwright, stage: Stage, runs: int) -> Iterator[tuple[str, list[Verdict]]]:
    """Each page with its verdicts."""
    for name in stage.pages:
        yield name, [one_look(playwright, stage, name) for _ in range(runs)]


def lowest(verdicts: list[Verdict]) -> list[int]:
    return [min(each.scores[name] for each in verdicts) for name in CATEGORIES]


def score_rows(results: Mapping[str, list[Verdict]]) -> str:
    return "\n".join(f"| {name} | {' | '.join(map(str, lowest(each)))} |" for name, each in results.items())


def cost_row(name: str, cost: Cost) -> str:
    figures = (
        f"{cost.bytes:,}",
        f"{cost.script_bytes:,}",
        f"{cost.ready:.0f}",
        f"{cost.blocked:.0f}",
        f"{cost.shift:.3f}",
    )
    return f"| {name} | {' | '.join(figures)} |"


def costs_of(browser: Browser, stage: Stage) -> dict[str, Cost]:
    return {name: cost_of(browser, url, cookies=stage.cookies_for(name)) for name, url in stage.pages.items()}


def cost_rows(browser: Browser, stage: Stage, large: Stage) -> str:
    """First visits of all pages, and of the long list."""
    costs = costs_of(browser, stage) | {"Files, 1,000 in the folder": costs_of(browser, large)["Files"]}
    return "\n".join(cost_row(name, cost) for name, cost in costs.items())


def commit() -> str:
    """The commit that is checked out, with "+" where files differ from it."""
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--abbrev=12"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.strip()


def note(results: Mapping[str, list[Verdict]], costs: str, now: datetime) -> str:
    every = [each for verdicts in results.values() for each in verdicts]
    indexes = sorted(each.index for each in every)
    return HEAD.format(
        version=every[0].version,
        runs=RUNS,
        least=LEAST,
        at_rest=AT_REST,
        attempts=ATTEMPTS - 1,
        commit=commit(),
        date=f"{now:%Y-%m-%d %H:%M} UTC",
        cores=os.cpu_count(),
        index=f"{indexes[0]:.0f} to {indexes[-1]:.0f}",
        scores=score_rows(results),
        costs=costs,
    )


@contextmanager
def furnished(browser: Browser, rows: int) -> Iterator[Stage]:
    """A drive that runs, with that many files in its top folder."""
    with tempfile.TemporaryDirectory() as place, running(Path(place) / "data") as live:
        yield furnish(browser, live, rows)


def main() -> int:
    with sync_playwright() as playwright, chromium(playwright) as browser, furnished(browser, 200) as stage:
        with furnished(browser, 1000) as large:
            costs = cost_rows(browser, stage, large)
        results = dict(judged(playwright, stage, RUNS))
    NOTE.write_text(note(results, costs, datetime.now(UTC)), encoding="utf-8")
    low = [f"{name}: {lowest(each)}" for name, each in results.items() if min(lowest(each)) < LEAST]
    print(*low, f"written to {NOTE.relative_to(ROOT)}", sep="\n")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
