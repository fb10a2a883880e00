"""moto as the tests use it: one request at a time.

moto keeps its buckets in plain dictionaries and reads them without a lock: a list of versions fails ("changed size
during iteration") when another thread of the application deletes at that moment, which no AWS does. So each request has
its turn; that threads ask side by side is proved on the real servers of `make test-engines`.

It also remembers every object of its own for a page that nobody opens here, with a copy of the whole table for each
action of a transaction: they are forgotten, or a few thousand writes take gigabytes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from unittest.mock import patch

from botocore.awsrequest import AWSPreparedRequest
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.model_instances import model_data

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_EC2_METADATA_DISABLED": "true"}


@contextmanager
def moto() -> Iterator[None]:
    """AWS of this process, empty, with keys for it in the environment; gone at the end."""
    turn = RLock()
    answer = BotocoreStubber.process_request

    def answer_in_turn(stubber: BotocoreStubber, request: AWSPreparedRequest) -> object:
        with turn:
            found = answer(stubber, request)
            for model in model_data["dynamodb"].values():
                model.instances_tracked.clear()  # type: ignore[attr-defined]
            return found

    with (
        patch.dict("os.environ", KEYS),
        patch.object(BotocoreStubber, "process_request", answer_in_turn),
        mock_aws(),
    ):
        yield
