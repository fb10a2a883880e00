"""Tests of the table port run once for each engine that is here."""

import pytest

from tests.contract.tables import pk, table, table_engines_for

__all__ = ["pk", "table"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "table" in metafunc.fixturenames:
        engines = table_engines_for(metafunc.function.__name__)
        metafunc.parametrize("table", engines, indirect=True, scope="module")
