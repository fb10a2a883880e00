"""What holds for every test: a skip stands in skips.txt, or the run fails; all share one Chromium."""

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import botocore.session
import hypothesis
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

Report = pytest.TestReport | pytest.CollectReport
SKIPS = Path(__file__).with_name("skips.txt")
PATIENCE = 60_000
"""Milliseconds that something may take to show in the browser of a busy machine."""


def listed_skips(text: str) -> list[re.Pattern[str]]:
    """The patterns of skips.txt: `test id  # reason` a line, `*` for anything; a reason is a must."""
    patterns = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        pattern, _, reason = line.partition("  # ")
        if not reason.strip():
            raise pytest.UsageError(f"tests/skips.txt gives no reason for: {line}")
        patterns.append(re.compile(".*".join(map(re.escape, pattern.strip().split("*")))))
    return patterns


class SkipWatch:
    """Fails a run that left something out without a listed reason; reports of all test processes come together here."""

    def __init__(self, listed: list[re.Pattern[str]]) -> None:
        self.listed = listed
        self.unlisted: list[str] = []

    def note(self, report: Report) -> None:
        known = report.nodeid in self.unlisted or any(pattern.fullmatch(report.nodeid) for pattern in self.listed)
        if report.skipped and not known:
            self.unlisted.append(report.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self.note(report)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        passed = session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
        if passed and self.unlisted:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for nodeid in self.unlisted:
            terminalreporter.write_line(f"SKIPPED, yet not listed in tests/skips.txt: {nodeid}", red=True)


def pytest_configure(config: pytest.Config) -> None:
    # Each drive on AWS's engines has a session of its own, which else reads the models of S3 and DynamoDB anew.
    botocore.session.create_loader = functools.cache(botocore.session.create_loader)
    # A busy machine is slow now and then: that says nothing about the code.
    hypothesis.settings.register_profile("suite", deadline=None, print_blob=True)
    hypothesis.settings.load_profile("suite")
    if not hasattr(config, "workerinput"):  # that is one of several test processes, whose reports the first one reads
        config.pluginmanager.register(SkipWatch(listed_skips(SKIPS.read_text(encoding="utf-8"))))


def allowed(item: pytest.Item) -> float:
    """Seconds that a test may take, where it says so."""
    marker = item.get_closest_marker("timeout")
    return float(marker.args[0]) if marker else 0


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that may take long begin first, so that none of them is left to run alone while other processors wait."""
    most: dict[Path, float] = {}
    for item in items:
        most[item.path] = max(most.get(item.path, 0), allowed(item))
    items.sort(key=lambda item: -most[item.path])


@pytest.fixture(scope="session")
def playwright() -> Iterator["Playwright"]:
    """One for the whole run: a second one cannot live beside it."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: "Playwright") -> Iterator["Browser"]:
    from tests.browser.chromium import FLAGS, PROGRAM

    chromium = playwright.chromium.launch(executable_path=PROGRAM, args=FLAGS)
    yield chromium
    chromium.close()


@pytest.fixture(autouse=True)
def _closed_profiles(request: pytest.FixtureRequest) -> Iterator[None]:
    """Profiles of one test are gone before the next one starts."""
    yield
    if "browser" in request.fixturenames:
        for context in request.getfixturevalue("browser").contexts:
            context.close()
