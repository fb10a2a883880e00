"""What a stand-in for DynamoDB is known not to do: such a test is not run on it, and this is why."""

DEVIATIONS: dict[str, dict[str, str]] = {
    "sqlite": {},
    "moto": {
        "test_only_a_number_is_at_least_a_number": "moto dies of a TypeError when text meets a number",
    },
    "ministack": {},
}


def runs_on(test: str, engine: str) -> bool:
    """Whether the test holds on this engine."""
    return test not in DEVIATIONS[engine]
