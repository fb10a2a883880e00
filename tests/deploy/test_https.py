"""TLS as shipped, tried by whoever comes: what is offered, what is not, and that http only leads to it."""

import re
import ssl
import urllib.parse
from collections.abc import Iterator

import pytest

from tests.deploy.asking import ask, raw
from tests.deploy.authority import NAME
from tests.deploy.secure import Secure

pytestmark = pytest.mark.deploy
YEAR = 31_536_000


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    stack = Secure(tmp_path_factory.mktemp("https"))
    stack.start()
    yield stack
    stack.stop()


def offering(secure: Secure, *, ciphers: str, newest: ssl.TLSVersion) -> ssl.SSLContext:
    """Somebody who would take anything at all, were it offered."""
    context = secure.context()
    context.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, newest
    return context


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_versions_are_refused_by_the_server(secure: Secure, version: ssl.TLSVersion) -> None:
    with pytest.raises(ssl.SSLError) as refused:
        secure.line(offering(secure, ciphers="ALL", newest=version)).close()
    assert refused.value.reason == "TLSV1_ALERT_PROTOCOL_VERSION", "the server's word, not this client's"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_present_versions_are_spoken(secure: Secure, version: ssl.TLSVersion) -> None:
    with secure.line(offering(secure, ciphers="ALL", newest=version)) as line:
        assert line.version() == version.name.replace("_", ".")


def test_only_ciphers_with_forward_secrecy_and_integrity_are_taken(secure: Secure) -> None:
    taken, refused = set(), set()
    every = offering(secure, ciphers="ALL:COMPLEMENTOFALL", newest=ssl.TLSVersion.TLSv1_2).get_ciphers()
    for name in {each["name"] for each in every if each["protocol"] != "TLSv1.3"}:
        try:
            with secure.line(offering(secure, ciphers=name, newest=ssl.TLSVersion.TLSv1_2)):
                taken.add(name)
        except ssl.SSLError:
            refused.add(name)
    assert taken == {
        "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-RSA-CHACHA20-POLY1305",
    }
    assert {"AES256-SHA", "AES128-GCM-SHA256", "ECDHE-RSA-AES256-SHA"} <= refused


def test_no_ticket_that_a_later_stolen_key_would_open(secure: Secure) -> None:
    with secure.line(offering(secure, ciphers="ALL", newest=ssl.TLSVersion.TLSv1_2)) as line:
        assert line.session
        assert not line.session.has_ticket


def test_browsers_get_http_2(secure: Secure) -> None:
    context = secure.context()
    context.set_alpn_protocols(["h2", "http/1.1"])
    with secure.line(context) as line:
        assert line.selected_alpn_protocol() == "h2"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/login", 200),
        ("GET", "/static/dist/manifest.json", 200),
        ("GET", "/static/dist/none.js", 404),
        ("GET", "/objects/forged", 403),
        ("GET", "/objects/forged/1", 403),
        ("GET", "/_objects/", 404),
        ("GET", "/api/none", 404),
        ("GET", "/_malformed", 404),
        ("TRACE", "/", 405),
        ("POST", "/static/dist/none.js", 403),
    ],
)
def test_every_answer_says_once_that_this_is_https_from_now_on_and_what_it_is(
    secure: Secure, method: str, path: str, status: int
) -> None:
    answer = secure.ask(method, path)
    assert answer.status == status
    said = answer.headers.get_all("Strict-Transport-Security")
    assert said, path
    assert [int(each.removeprefix("max-age=")) >= YEAR for each in said] == [True]
    assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]


def test_whoever_comes_by_http_is_led_to_https_and_nowhere_else(secure: Secure) -> None:
    for forged in (NAME, "evil.example", "evil.example:80"):
        answer = ask(secure.open_port, "GET", "/files/a%20b?sort=name", {"Host": forged})
        assert (answer.status, answer.headers["location"]) == (308, f"{secure.url}/files/a%20b?sort=name")
    assert "set-cookie" not in answer.headers
    assert "strict-transport-security" not in answer.headers, "over http it means nothing"


def test_a_line_break_in_an_address_leads_nowhere_else(secure: Secure) -> None:
    got = raw(secure.open_port, b"GET /x%0d%0aLocation:%20https://evil.example HTTP/1.0\r\nHost: a\r\n\r\n")
    assert got.count(b"\nLocation:") == 1
    assert f"Location: {secure.url}/x%0d%0a".encode() in got


def test_a_certificate_authority_finds_the_file_it_asked_for_and_nothing_else(secure: Secure) -> None:
    asked = secure.acme / ".well-known" / "acme-challenge"
    asked.mkdir(parents=True)
    (asked / "token").write_text("token.thumbprint")
    (secure.acme / "beside").write_text("beside")
    found = ask(secure.open_port, "GET", "/.well-known/acme-challenge/token")
    assert (found.status, found.body) == (200, b"token.thumbprint")
    for path in ("/.well-known/acme-challenge/none", "/.well-known/acme-challenge/%2e%2e/%2e%2e/beside"):
        assert ask(secure.open_port, "GET", path).status in (308, 404)


def test_http_on_the_port_of_https_is_refused(secure: Secure) -> None:
    assert raw(secure.places.port, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").startswith(b"HTTP/1.1 400")


# SECURITY 12
def test_cookies_are_for_this_host_over_https_alone(secure: Secure) -> None:
    page = secure.ask("GET", "/register")
    visitor = page.headers["Set-Cookie"]
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.read().decode())
    assert token
    form = {"csrf_token": token[1], "email": "ada@example.org", "password": "seven paper boats"}
    answer = secure.ask(
        "POST",
        "/register",
        {
            "Cookie": visitor.split(";")[0],
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": secure.url,
            "Referer": f"{secure.url}/register",
        },
        urllib.parse.urlencode(form).encode(),
    )
    assert answer.status in (302, 303), answer.read()
    cookies = [visitor, *(answer.headers.get_all("Set-Cookie") or ())]
    assert {"__Host-access", "__Host-refresh"} <= {each.split("=")[0] for each in cookies}
    for each in cookies:
        if each.startswith("theme="):
            continue  # light or dark is nobody's secret
        assert each.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/"} <= {word.strip() for word in each.split(";")}
        assert "domain" not in each.lower()
