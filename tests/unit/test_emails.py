"""Addresses are one per person whatever the spelling, and look-alikes stay apart."""

import json
from pathlib import Path

import pytest

from smartdrive.domain.emails import check_email, fold_email
from smartdrive.domain.errors import BadInput

CORPUS = json.loads((Path(__file__).parents[1] / "corpus/names/emails.json").read_text("utf-8"))


def kept(text: str) -> str | None:
    try:
        return fold_email(check_email(text))
    except BadInput:
        return None


@pytest.mark.parametrize(("first", "second", "expected", "why"), CORPUS)
def test_corpus(first: str, second: str, expected: str, why: str) -> None:
    assert kept(first)
    if expected.startswith("reject"):
        assert kept(second) is None
    elif expected == "different":
        assert kept(second) not in (None, kept(first))
    else:
        assert kept(second) != kept(first)


@pytest.mark.parametrize("text", ["Ada@Example.COM", "  ada@example.com ", "ADA@EXAMPLE.com"])
def test_case_and_outer_spaces_do_not_matter(text: str) -> None:  # SECURITY 6
    assert kept(text) == "ada@example.com"


def test_the_address_is_kept_as_typed() -> None:
    assert check_email(" Ada.Lovelace@Example.com ") == "Ada.Lovelace@Example.com"


def test_domains_of_other_scripts_are_one_with_their_ascii_form() -> None:
    assert kept("a@bücher.example") == kept("A@XN--BCHER-KVA.example") == "a@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a",
        "@",
        "a@",
        "@b",
        "a@b@c",
        "a b@c.de",
        "a@b c.de",
        "a@-b.de",
        "a@b..de",
        "a@.de",
        ".a@b.de",
        "a.@b.de",
        "a..b@c.de",
        "a@b.de\n",
        "a\t@b.de",
        "a@b.de\x00",
        "a\u0308@b.de",
        "\u212a@b.de",
        "a\u2003@b.de",
        "a@b_c.de",
        "a@\ud800.de",
        "\ud800@b.de",
        "a@" + "b" * 64 + ".de",
        "a@[127.0.0.1]",
        "a@" + "ü" * 300,
        "ä" * 33 + "@b.de",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_email(text)
    assert caught.value.fields["email"]


def test_folding_never_fails() -> None:
    assert [fold_email(text) for text in ("", "\ud800", "\u212a@example.com")] == [
        "@",
        "@\ud800",
        "\u212a@example.com",
    ]
