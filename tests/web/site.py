"""The whole application on the embedded engine in a folder, and people who use it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from smartdrive import create_app
from smartdrive.domain.models import User
from smartdrive.services.services import Services
from smartdrive.settings import Settings
from smartdrive.wiring import build
from tests.services.drive import Clock
from tests.web.pages import Browser
from tests.web.promises import hold

SECRET = "a secret of the tests, long enough: 0123456789"
LOW_COST = 4


@dataclass
class Program:
    """A program that talks JSON with a bearer token, or without one."""

    app: Flask
    token: str = ""
    refresh: str = ""
    address: str = "127.0.0.1"

    def call(self, method: str, path: str, json: Any = None, **more: Any) -> TestResponse:
        """One request; `more` goes to the test client."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= more.pop("headers", {})
        if json is not None:
            more["json"] = json
        client = self.app.test_client(use_cookies=False)
        environ = {"REMOTE_ADDR": self.address}
        answer = client.open(path, method=method, headers=headers, environ_base=environ, **more)
        hold(self.app, method, path, answer)
        return answer

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.call("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> TestResponse:
        return self.call("POST", path, json, **more)

    def patch(self, path: str, json: Any = None, **more: Any) -> TestResponse:
        return self.call("PATCH", path, json, **more)

    def delete(self, path: str, **more: Any) -> TestResponse:
        return self.call("DELETE", path, **more)


@dataclass
class Person:
    """An account with a program and a browser that are signed in."""

    user: User
    password: str
    api: Program
    browser: Browser


@dataclass
class Site:
    """One application and its services."""

    app: Flask
    services: Services
    clock: Clock

    def stranger(self, *, address: str = "127.0.0.1") -> Program:
        """A program nobody signed in."""
        return Program(self.app, address=address)

    def browser(self, *, address: str = "127.0.0.1") -> Browser:
        """A browser nobody signed in."""
        return Browser(self.app, address=address)

    def account(self, name: str) -> tuple[User, str]:
        """A new account and its password."""
        password = f"{name} likes 4 long walks"
        user = self.services.accounts.add(f"{name}@example.com", password=password, name=name.title())
        return user, password

    def program(self, email: str, password: str) -> Program:
        """A program that signs in."""
        answer = self.stranger().post("/api/auth/login", {"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        return Program(self.app, answer.json["access_token"], answer.json["refresh_token"])

    def signed_in_browser(self, email: str, password: str) -> Browser:
        """A browser in which somebody logged in by the form."""
        browser = self.browser()
        browser.get("/login")
        assert browser.submit("/login", email=email, password=password).status == 303
        return browser

    def person(self, name: str) -> Person:
        """A new account, signed in with a program and a browser."""
        user, password = self.account(name)
        return Person(user, password, self.program(user.email, password), self.signed_in_browser(user.email, password))


def make_site(folder: Path, **settings: Any) -> Site:
    """The application on SQLite and disk; hashes are made cheap, all else is as in production."""
    clock = Clock(datetime.now(UTC))
    configured = Settings(_env_file=None, data=folder, **{"secret": SECRET, **settings})
    services = build(configured, clock=clock)
    services = replace(services, accounts=replace(services.accounts, cost=LOW_COST))
    return Site(create_app(services=services), services, clock)
