"""Content-Disposition: one safe line of ASCII that gives the exact name back."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.http import parse_options_header

from smartdrive.domain.http_names import disposition

NAMES = json.loads((Path(__file__).parents[1] / "corpus/names/filenames.json").read_text("utf-8"))


def name_in(header: str) -> str | None:
    return parse_options_header(header)[1].get("filename")


# SECURITY 30
@given(st.text(max_size=255))
def test_any_name_comes_back_exactly_on_one_safe_line(name: str) -> None:
    header = disposition(name, inline=False)
    assert all(" " <= letter <= "~" for letter in header)
    assert header.startswith('attachment; filename="')
    assert header.count('"') == 2
    if name:
        assert name_in(header) == name.encode("utf-8", "replace").decode()


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a.txt", "attachment; filename=\"a.txt\"; filename*=UTF-8''a.txt"),
        ('a"b\\c.txt', "attachment; filename=\"a_b_c.txt\"; filename*=UTF-8''a%22b%5Cc.txt"),
        ("100%.txt", "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
        ("a\r\nB: x\0", "attachment; filename=\"a__B: x_\"; filename*=UTF-8''a%0D%0AB%3A%20x%00"),
        ("żółw.txt", "attachment; filename=\"___w.txt\"; filename*=UTF-8''%C5%BC%C3%B3%C5%82w.txt"),
    ],
)  # fmt: skip
def test_names_that_break_headers(name: str, header: str) -> None:
    assert disposition(name, inline=False) == header


def test_inline() -> None:
    assert disposition("a", inline=True) == "inline; filename=\"a\"; filename*=UTF-8''a"


def test_every_name_of_the_corpus_comes_back() -> None:
    names = [entry["name"] for entry in NAMES if entry["expect"] != "reject" and entry["name"]]
    assert len(names) > 20
    for name in names:
        assert name_in(disposition(name, inline=False)) == name
