"""What a stand-in for DynamoDB is known not to do: such a test is not run on it, and this is why."""

NO_THREADS = "moto keeps no order between threads: it let 101 commits into a limit of 100"

DEVIATIONS: dict[str, dict[str, str]] = {
    "sqlite": {},
    "moto": {
        "test_only_a_number_is_at_least_a_number": "moto dies of a TypeError when text meets a number",
        "test_what_is_left_is_never_oversold": NO_THREADS,
        "test_what_is_left_is_exact_in_one_write_with_others": NO_THREADS,
        "test_a_name_is_claimed_once": NO_THREADS,
        "test_a_counter_counts_every_call": NO_THREADS,
        "test_a_version_moves_on_once": NO_THREADS,
    },
    "ministack": {},
}


def runs_on(test: str, engine: str) -> bool:
    """Whether the test holds on this engine."""
    return test not in DEVIATIONS[engine]
