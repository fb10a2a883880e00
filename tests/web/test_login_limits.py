"""Guessing passwords: exact budgets per account and network, and an owner who is never kept out."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from tests.web.site import Person, Site, make_site


def try_login(site: Site, email: str, password: str = "wrong", *, address: str = "127.0.0.1") -> int:
    body = {"email": email, "password": password}
    return site.stranger(address=address).post("/api/auth/login", body).status_code


def test_ten_wrong_ones_then_429(site: Site, alice: Person) -> None:  # SECURITY 7, 8
    answers = [try_login(site, alice.user.email) for _ in range(13)]
    assert answers == [401] * 10 + [429] * 3
    refused = site.stranger().post("/api/auth/login", {"email": alice.user.email, "password": alice.password})
    assert (refused.status_code, refused.json["code"]) == (429, "too_many")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    site.clock.forward(seconds=61)
    assert try_login(site, alice.user.email, alice.password) == 200


def test_right_ones_cost_nothing(site: Site, alice: Person) -> None:
    answers = [try_login(site, alice.user.email, alice.password) for _ in range(15)]
    assert answers == [200] * 15


def test_the_budget_of_an_account_holds_over_all_networks(site: Site, alice: Person) -> None:  # SECURITY 8
    answers = [try_login(site, " ALICE@example.com", address=f"203.0.{turn}.1") for turn in range(12)]
    assert answers == [401] * 10 + [429] * 2


def test_the_budget_of_a_network_holds_over_all_accounts(site: Site) -> None:  # SECURITY 8
    for block, other in (("203.0.113.", "203.0.114.1"), ("2001:db8:1:1::", "2001:db8:1:2::1")):
        answers = [try_login(site, f"p{turn}@example.com", address=f"{block}{turn + 1}") for turn in range(12)]
        assert answers == [401] * 10 + [429] * 2
        assert try_login(site, "p99@example.com", address=other) == 401


def test_unknown_accounts_are_limited_alike(site: Site, alice: Person) -> None:  # SECURITY 5
    for email in (alice.user.email, "nobody@example.com"):
        answers = [try_login(site, email, address=f"198.51.{turn}.1") for turn in range(12)]
        assert answers == [401] * 10 + [429] * 2


def test_a_stranger_cannot_keep_the_owner_out(site: Site, alice: Person) -> None:  # SECURITY 8
    alice.browser.get("/settings")
    alice.browser.submit("/logout")
    assert [try_login(site, alice.user.email) for _ in range(12)][-1] == 429
    alice.browser.get("/login")
    page = alice.browser.submit("/login", email=alice.user.email, password=alice.password)
    assert page.status == 303


def test_a_known_device_has_ten_tries_too(site: Site, alice: Person) -> None:  # SECURITY 8
    alice.browser.get("/settings")
    alice.browser.submit("/logout")
    alice.browser.get("/login")
    answers = []
    for _ in range(11):
        form = alice.browser.get("/login").form("/login").values
        answers.append(alice.browser.post("/login", form | {"email": alice.user.email, "password": "wrong"}).status)
    assert answers == [401] * 10 + [429]
    assert try_login(site, alice.user.email, alice.password) == 200, "the account's own budget is untouched"


def test_a_device_is_known_to_its_own_account_only(site: Site, alice: Person, carol: Person) -> None:  # SECURITY 8
    assert [try_login(site, alice.user.email, address="203.0.113.5") for _ in range(11)][-1] == 429
    for browser in (carol.browser, site.browser()):
        if browser is carol.browser:
            browser.get("/settings")
            browser.submit("/logout")
        else:
            browser.client.set_cookie("device", "0" * 32 + "." + "0" * 32)
        browser.get("/login")
        page = browser.submit("/login", email=alice.user.email, password=alice.password)
        assert page.status == 429


def test_the_count_is_exact_over_workers_and_restarts(tmp_path: Path) -> None:  # SECURITY 7
    workers = [make_site(tmp_path), make_site(tmp_path)]
    workers[0].account("ada")
    with ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(lambda turn: try_login(workers[turn % 2], "ada@example.com"), range(24)))
    assert sorted(answers) == [401] * 10 + [429] * 14
    assert try_login(make_site(tmp_path), "ada@example.com") == 429


def test_many_right_ones_at_once_are_all_let_in(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    user, password = site.account("ada")
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: try_login(site, user.email, password), range(20)))
    assert answers == [200] * 20


def test_guessing_links_is_limited(site: Site) -> None:  # SECURITY 7
    program = site.stranger()
    answers = [program.get(f"/s/guess{turn}").status_code for turn in range(102)]
    assert answers == [404] * 100 + [429] * 2
    assert site.stranger(address="203.0.113.7").get("/s/guess").status_code == 404


def test_known_and_unknown_addresses_take_as_long(tmp_path: Path) -> None:  # SECURITY 5
    site = make_site(tmp_path, limit_login="1000/minute")
    accounts = replace(site.services.accounts, cost=10)
    known = accounts.add("ada@example.com", password="elf kites go up").email
    site.app.extensions["smartdrive"] = replace(site.services, accounts=accounts)
    assert spread(site, [known, "nobody@example.com"]) < 1.1


def spread(site: Site, emails: list[str]) -> float:
    """How many times as much work the costlier of two answers is, by their medians.

    It is counted in this thread's own time on the processor, which other programs on the machine do not change.
    """
    times: dict[str, list[float]] = {email: [] for email in emails}
    for _ in range(15):
        for email, taken in times.items():
            begun = time.thread_time()
            assert try_login(site, email) == 401
            taken.append(time.thread_time() - begun)
    medians = [statistics.median(taken) for taken in times.values()]
    return max(medians) / min(medians)
