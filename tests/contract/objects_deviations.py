"""What an engine is known not to do, test by test: such a test is not run on it, and this is why."""

UNSIGNED = "moto checks neither signature nor method, key, length or end of a presigned address"

DEVIATIONS: dict[str, dict[str, str]] = {
    "disk": {
        "test_a_late_put_makes_a_version_that_nobody_reads": "the address dies with the upload instead",
    },
    "moto": {
        "test_a_body_of_another_length_is_refused": UNSIGNED,
        "test_an_address_is_for_its_method_only": UNSIGNED,
        "test_an_address_is_for_its_key_only": UNSIGNED,
        "test_an_address_is_for_its_part_only": UNSIGNED,
        "test_an_address_ends": UNSIGNED,
        "test_listed_times_tell_the_age": "every multipart upload began in 2010",
        "test_no_late_part_changes_what_is_read": "moto dies of a KeyError when a part comes after the end",
        "test_the_addresses_of_an_abandoned_upload_are_dead": "the same KeyError",
        "test_a_changed_signature_is_refused": UNSIGNED,
    },
    "radosgw": {},
}


def runs_on(test: str, engine: str) -> bool:
    """Whether the test holds on this engine."""
    return test not in DEVIATIONS[engine]
