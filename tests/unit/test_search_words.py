"""Names and questions as words: blind to case and accents, whatever the script."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartdrive.domain.search import MOST_ASKED, MOST_WORDS, asked, indexed, marked, matches, words

NAMES = st.text(min_size=1, max_size=80)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Résumé_Łódź.tar.gz", ("resume", "lodz", "tar", "gz")),
        ("IMG20241201.JPG", ("img", "20241201", "jpg")),
        ("Straße ﬁne.txt", ("strasse", "fine", "txt")),
        ("計画2024年.pdf", ("計", "画", "2024", "年", "pdf")),
        ("ガギ ｶﾞ か", ("ガ", "ギ", "か")),
        ("한국어 파일.hwp", ("한국어", "파일", "hwp")),
        ("हिन्दी फ़ाइल", ("हिन्दी", "फ़ाइल")),
        ("شُكْرًا.txt", ("شكرا", "txt")),
        ("İstanbul ılık", ("istanbul", "ilik")),
        ("🎉party🎉", ("party",)),
        ("...", ()),
    ],
)
def test_names_fall_into_words(name: str, found: tuple[str, ...]) -> None:
    assert words(name) == tuple(unicodedata.normalize("NFC", word) for word in found)


@pytest.mark.parametrize("question", ["res", "RÉS", "łod res", "tar resume", "re\u0301sume\u0301", "2 lo"])
def test_words_are_found_by_how_they_begin_in_any_order(question: str) -> None:
    assert matches(words("Résumé_Łódź 2024.tar.gz"), asked(question))


@pytest.mark.parametrize("question", ["esume", "res x", "24"])
def test_within_a_word_nothing_begins(question: str) -> None:
    assert not matches(words("Résumé_Łódź 2024.tar.gz"), asked(question))


def test_what_begins_another_word_of_the_question_says_nothing_more() -> None:
    assert asked("a ab abc 2 20") == ("abc", "20")
    assert len(asked(" ".join(f"{chr(97 + n)}{chr(97 + n)}" for n in range(20)))) == MOST_ASKED


@given(NAMES)
def test_a_name_answers_itself(name: str) -> None:
    assert matches(words(name), asked(name))


@given(NAMES)
def test_spelling_makes_no_difference(name: str) -> None:
    kept = unicodedata.normalize("NFC", name)
    assert words(unicodedata.normalize("NFD", kept)) == words(kept)


@given(NAMES)
def test_words_are_short_distinct_and_safe_in_keys(name: str) -> None:
    found = indexed(name)
    assert len(found) == len(set(found)) <= MOST_WORDS
    assert not any(set(word) & set("# \n") or not word for word in found)


@given(NAMES, NAMES)
def test_pieces_make_the_name(name: str, question: str) -> None:
    pieces = marked(name, asked(question))
    assert "".join(text for text, _ in pieces) == name
    assert any(is_match for _, is_match in pieces) or not matches(words(name), asked(question) or ("x" * 99,))


def test_what_was_asked_for_is_marked() -> None:
    assert marked("Lease 2026 lease.pdf", asked("lea 20")) == [
        ("Lea", True), ("se ", False), ("20", True), ("26 ", False), ("lea", True), ("se.pdf", False),
    ]  # fmt: skip
