"""New passwords are hard to guess; every character of them counts."""

import json
from pathlib import Path

import pytest

from smartdrive.domain.errors import BadInput
from smartdrive.domain.passwords import check_form, check_password, common_passwords, peppered

CORPUS = json.loads((Path(__file__).parents[1] / "corpus/names/passwords.json").read_text("utf-8"))
PEPPER = b"p" * 32


def refusal(password: str, *, email: str = "ada@example.com", minimum: int = 10) -> str:
    try:
        check_password(password, email=email, minimum=minimum)
    except BadInput as error:
        return error.fields["password"]
    return ""


@pytest.mark.parametrize(("password", "expected", "why"), CORPUS)
def test_corpus(password: str, expected: str, why: str) -> None:  # SECURITY 1, 3, 4
    if expected.startswith("same-as:"):
        assert peppered(password, PEPPER) == peppered(expected.removeprefix("same-as:"), PEPPER)
    elif expected == "accept":
        assert refusal(password) == ""
    elif expected == "4xx":
        assert refusal(password)


def test_the_list_has_three_thousand() -> None:
    assert len(common_passwords()) == 3000
    assert {"password", "qwertyuiop", "1234567890"} <= common_passwords()


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "at least 10"),
        ("         \u2003", "nothing but spaces"),
        ("qwertyuiop", "most common"),
        ("QWERTYUIOP", "most common"),
        ("my-smart drive!", "name of this product"),
        ("S.m.a.r.t_Drive 9", "name of this product"),
        ("xxADA@example.COMxx", "e-mail address"),
        ("x" * 1025, "1,024"),
        ("half \udfff character", "half a character"),
    ],
)
def test_weak_ones_are_refused_with_the_reason(password: str, reason: str) -> None:  # SECURITY 4
    assert reason in refusal(password)


def test_the_least_length_is_a_setting() -> None:  # SECURITY 4
    assert refusal("elf-kg-ux", minimum=9) == ""
    assert "at least 12" in refusal("elf-kg-uxyz", minimum=12)


def test_every_character_counts() -> None:  # SECURITY 2
    long = "x" * 72
    assert peppered(long + "a", PEPPER) != peppered(long + "b", PEPPER)
    assert peppered("pass\0one", PEPPER) != peppered("pass\0two", PEPPER)
    assert len(peppered("x" * 1024, PEPPER)) == 44
    assert b"\0" not in peppered("pass\0one", PEPPER)


def test_case_and_spaces_count_and_the_pepper_too() -> None:  # SECURITY 3
    assert len({peppered(text, PEPPER) for text in ("secret", "Secret", " secret", "secret ")}) == 4
    assert peppered("secret", PEPPER) != peppered("secret", b"q" * 32)


def test_the_longest_is_fine() -> None:  # SECURITY 1
    check_form("\U0001f600" * 1024)
