"""A site for each test; alice owns, bob is given things, carol is a stranger."""

from pathlib import Path

import pytest
from flask import Flask

from tests.web.site import Person, Program, Site, make_site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """The whole application, empty."""
    return make_site(tmp_path / "data")


@pytest.fixture
def app(site: Site) -> Flask:
    """The application alone."""
    return site.app


@pytest.fixture
def stranger(site: Site) -> Program:
    """A program nobody signed in."""
    return site.stranger()


@pytest.fixture
def alice(site: Site) -> Person:
    """Owns what the tests make; the operator, when she is the first."""
    return site.person("alice")


@pytest.fixture
def bob(site: Site) -> Person:
    """Somebody who is given things."""
    return site.person("bob")


@pytest.fixture
def carol(site: Site) -> Person:
    """A stranger to everybody's things."""
    return site.person("carol")
