"""What holds for every test: a skip is a fact that stands in skips.txt, or the run fails."""

import re
from collections.abc import Generator
from pathlib import Path

import hypothesis
import pytest

Report = pytest.TestReport | pytest.CollectReport
SKIPS = Path(__file__).with_name("skips.txt")
LISTED = pytest.StashKey[list[re.Pattern[str]]]()
UNLISTED = pytest.StashKey[list[str]]()


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


def pytest_configure(config: pytest.Config) -> None:
    # A busy machine is slow now and then: that says nothing about the code.
    hypothesis.settings.register_profile("suite", deadline=None, print_blob=True)
    hypothesis.settings.load_profile("suite")
    config.stash[LISTED] = listed_skips(SKIPS.read_text(encoding="utf-8"))
    config.stash[UNLISTED] = []


def note_skip(config: pytest.Config, report: Report) -> None:
    if not any(pattern.fullmatch(report.nodeid) for pattern in config.stash[LISTED]):
        config.stash[UNLISTED].append(report.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Report, Report]:
    report = yield
    if report.skipped:
        note_skip(item.config, report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Report, Report]:
    report = yield
    if report.skipped:
        note_skip(collector.config, report)
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    passed = session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    if passed and session.config.stash[UNLISTED]:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for nodeid in config.stash[UNLISTED]:
        terminalreporter.write_line(f"SKIPPED, yet not listed in tests/skips.txt: {nodeid}", red=True)
