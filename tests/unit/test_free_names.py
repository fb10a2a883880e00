"""A free name beside a taken one: the first one near by, and few rounds however many are taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartdrive.domain.free_names import NEAR, FreeName
from smartdrive.domain.names import fold, under_number

COUNTS = st.sampled_from([1, 2, 5, 50])


def search(name: str, taken: set[str], *, count: int) -> tuple[str, int]:
    """The name found, and the rounds it took."""
    seeking, rounds = FreeName(name), 0
    while True:
        rounds += 1
        asked = {fold(each) for each in seeking.tries(count)}
        if found := seeking.see(asked & taken):
            return found, rounds


def under(name: str, numbers: set[int]) -> set[str]:
    return {fold(under_number(name, each)) for each in numbers}


@given(numbers=st.sets(st.integers(0, NEAR)), count=COUNTS)
def test_the_first_free_name_is_found_near_by(numbers: set[int], count: int) -> None:
    first = next(number for number in range(NEAR + 2) if number not in numbers)
    assert search("Ä b.tar.gz", under("ä B.tar.gz", numbers), count=count)[0] == under_number("Ä b.tar.gz", first)


@given(numbers=st.sets(st.integers(NEAR + 1, 3000)), count=COUNTS)
def test_far_off_a_free_name_behind_a_taken_one_is_found(numbers: set[int], count: int) -> None:
    taken = {*range(NEAR + 1), *numbers}
    found, _ = search("a.txt", under("a.txt", taken), count=count)
    number = int(found.removeprefix("a (").removesuffix(").txt"))
    assert number not in taken
    assert number - 1 in taken


@pytest.mark.parametrize(("count", "most"), [(5, 24), (50, 7)])
def test_a_million_taken_names_take_few_rounds(count: int, most: int) -> None:
    class Million(set[str]):
        def __contains__(self, name: object) -> bool:
            return name == "a" or 0 < int(str(name)[3:-1]) <= 1_000_000

    seeking, rounds, found = FreeName("a"), 0, ""
    while not found:
        rounds += 1
        seeking.tries(count)
        found = seeking.see(Million())
    assert found == "a (1000001)"
    assert rounds <= most


def test_a_name_that_another_took_since_is_not_given() -> None:
    """Two of one name that are looked for together get two names."""
    one, other, used = FreeName("a"), FreeName("a"), {"a"}
    for each in (one, other):
        each.tries(5)
        assert not each.see(used)
        each.tries(5)
    assert one.see(used) == "a (1)"
    used.add("a (1)")
    assert other.see(used) == "a (2)"
