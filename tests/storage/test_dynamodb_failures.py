"""What the DynamoDB adapter makes of failures, seen from a server on loopback that gives them in a set order."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from smartdrive.ports.table import (
    Absent,
    AtLeast,
    Change,
    Check,
    Contended,
    Delete,
    Key,
    OutOfRoom,
    Present,
    Put,
    Refused,
    Table,
    Unavailable,
)
from smartdrive.storage.dynamodb import DynamoTable
from tests.in_thread import in_thread

A, B = Key("p", "a"), Key("p", "b")
DROP = "drop"
HANG = "hang"
Answer = tuple[int, dict[str, object]] | str
OK: Answer = (200, {})


def error(name: str, *, status: int = 400, reasons: tuple[str, ...] = ()) -> Answer:
    body: dict[str, object] = {"__type": f"com.amazonaws.dynamodb.v20120810#{name}", "message": name}
    if reasons:
        body["CancellationReasons"] = [{"Code": reason} for reason in reasons]
    return status, body


def cancelled(*reasons: str) -> Answer:
    return error("TransactionCanceledException", reasons=reasons)


THROTTLED = error("ProvisionedThroughputExceededException")
BROKEN = error("InternalServerError", status=500)
CONFLICT = cancelled("None", "TransactionConflict")
BUSY = error("TransactionConflictException")


@dataclass
class Server:
    """Gives its answers in order, the last one for ever, and keeps what it was asked."""

    answers: list[Answer] = field(default_factory=lambda: [OK])
    asked: list[dict[str, object]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def next(self, body: bytes) -> Answer:
        self.asked.append(json.loads(body))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = server.next(self.rfile.read(int(self.headers["Content-Length"])))
            self.close_connection = True
            if answer == HANG:
                server.ended.wait(30)
            if isinstance(answer, str):
                return
            body = json.dumps(answer[1]).encode()
            self.send_response(answer[0])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    return Handler


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def table(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with in_thread(ThreadingHTTPServer(("127.0.0.1", 0), handler(server))) as http:
        yield DynamoTable("drive", region="eu-central-1", endpoint=f"http://127.0.0.1:{http.server_port}")
        server.ended.set()


READS: list[Callable[[Table], object]] = [
    lambda table: table.get(A),
    lambda table: table.get_many([A]),
    lambda table: table.query("p"),
    lambda table: list(table.walk()),
]
# Doing these twice does the same as once.
PLAIN: list[Callable[[Table], object]] = [
    lambda table: table.write(Put({"pk": "p", "sk": "a"})),
    lambda table: table.write(Change(A, set={"n": 1}, remove=("m",))),
    lambda table: table.write(Delete(A)),
]
# These would count twice, or refuse what they did themselves.
ONCE: list[Callable[[Table], object]] = [
    lambda table: table.write(Change(A, add={"n": 1})),
    lambda table: table.write(Change(A, set={"n": 1}, when=(Present(),))),
    lambda table: table.write(Put({"pk": "p", "sk": "a"}, when=(Absent(),))),
    lambda table: table.write(Delete(A, when=(Present(),))),
]
# A transaction carries a token by which DynamoDB knows it again.
TOGETHER: list[Callable[[Table], object]] = [
    lambda table: table.write(Put({"pk": "p", "sk": "a"}, when=(Absent(),)), Change(B, add={"n": -1})),
    lambda table: table.write(Check(A, when=(AtLeast("n", 1),))),
]
GOOD: Answer = (200, {"Items": [], "Responses": {}, "UnprocessedKeys": {}})


# SECURITY 50: bounded tries, then Unavailable; nothing is done twice by trying again.


@pytest.mark.parametrize("act", [*READS, *PLAIN, *ONCE, *TOGETHER])
def test_throttling_is_waited_out(table: Table, server: Server, act: Callable[[Table], object]) -> None:
    server.answers = [THROTTLED, THROTTLED, GOOD]
    act(table)
    assert len(server.asked) == 3


@pytest.mark.parametrize("act", [*READS, *PLAIN, *ONCE, *TOGETHER])
def test_endless_throttling_is_unavailable(table: Table, server: Server, act: Callable[[Table], object]) -> None:
    server.answers = [THROTTLED]
    with pytest.raises(Unavailable):
        act(table)
    assert len(server.asked) == 5


@pytest.mark.parametrize("failure", [BROKEN, DROP], ids=["500", "dropped"])
@pytest.mark.parametrize("act", [*READS, *PLAIN, *TOGETHER])
def test_a_lost_answer_is_asked_for_again(
    table: Table, server: Server, act: Callable[[Table], object], failure: Answer
) -> None:
    server.answers = [failure, failure, GOOD]
    act(table)
    assert len(server.asked) == 3
    assert len({str(asked.get("ClientRequestToken")) for asked in server.asked}) == 1


@pytest.mark.parametrize("failure", [BROKEN, DROP], ids=["500", "dropped"])
@pytest.mark.parametrize("act", ONCE)
def test_what_must_not_happen_twice_is_sent_once(
    table: Table, server: Server, act: Callable[[Table], object], failure: Answer
) -> None:
    server.answers = [failure, GOOD]
    with pytest.raises(Unavailable):
        act(table)
    assert len(server.asked) == 1


@pytest.mark.parametrize("act", TOGETHER)
def test_each_transaction_has_a_token_of_its_own(table: Table, server: Server, act: Callable[[Table], object]) -> None:
    act(table)
    act(table)
    tokens = {str(asked["ClientRequestToken"]) for asked in server.asked}
    assert len(tokens) == 2
    assert min(map(len, tokens)) > 20


def test_a_silent_server_is_given_up(table: Table, server: Server) -> None:
    server.answers = [HANG]
    started = time.monotonic()
    with pytest.raises(Unavailable, match="ReadTimeoutError"):
        table.write(Change(A, add={"n": 1}))
    assert time.monotonic() - started < 25


def test_no_server_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    table = DynamoTable("drive", region="eu-central-1", endpoint="http://127.0.0.1:9")
    for act in (READS[0], ONCE[0], TOGETHER[0]):
        with pytest.raises(Unavailable):
            act(table)


@pytest.mark.parametrize(("act", "conflict"), [(TOGETHER[0], CONFLICT), (ONCE[0], BUSY), (PLAIN[0], BUSY)])
def test_conflicts_are_tried_again_and_then_told(
    table: Table, server: Server, act: Callable[[Table], object], conflict: Answer
) -> None:
    server.answers = [conflict, conflict, OK]
    act(table)
    server.answers, server.asked = [conflict], []
    with pytest.raises(Contended):
        act(table)
    assert len(server.asked) == 5


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (cancelled("None", "ConditionalCheckFailed"), (1,)),
        (cancelled("ConditionalCheckFailed", "ConditionalCheckFailed"), (0, 1)),
        (cancelled("ConditionalCheckFailed", "TransactionConflict"), (0,)),
        (cancelled("ThrottlingError", "ConditionalCheckFailed"), (1,)),
    ],
)
def test_a_failed_condition_is_told_at_once(
    table: Table, server: Server, answer: Answer, failed: tuple[int, ...]
) -> None:
    server.answers = [answer]
    with pytest.raises(Refused) as told:
        TOGETHER[0](table)
    assert told.value.failed == failed
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("answer", "failure", "words"),
    [
        (cancelled("ItemCollectionSizeLimitExceeded", "None"), OutOfRoom, "full"),
        (error("ItemCollectionSizeLimitExceededException"), OutOfRoom, "full"),
        (cancelled("None", "ValidationError"), ValueError, "does not take"),
        (cancelled("None", "ThrottlingError"), Unavailable, "answers"),
        (error("ValidationException"), ValueError, "does not take"),
        (error("ResourceNotFoundException"), Unavailable, "create-table"),
        (error("AccessDeniedException"), Unavailable, "denies"),
        (error("UnrecognizedClientException"), Unavailable, "credentials"),
        (error("ExpiredTokenException"), Unavailable, "credentials have ended"),
    ],
)
def test_each_error_has_its_meaning(
    table: Table, server: Server, answer: Answer, failure: type[Exception], words: str
) -> None:
    server.answers = [answer]
    with pytest.raises(failure, match=words):
        TOGETHER[0](table)


def test_keys_left_out_are_asked_for_again(table: Table, server: Server) -> None:
    def found(sk: str) -> dict[str, object]:
        return {"pk": {"S": "p"}, "sk": {"S": sk}}

    rest = {"drive": {"Keys": [found("b")], "ConsistentRead": True}}
    first: Answer = (200, {"Responses": {"drive": [found("a")]}, "UnprocessedKeys": rest})
    server.answers = [first, (200, {"Responses": {"drive": [found("b")]}, "UnprocessedKeys": {}})]
    assert table.get_many([B, A]) == [{"pk": "p", "sk": "b"}, {"pk": "p", "sk": "a"}]
    assert server.asked[1]["RequestItems"] == rest
    server.answers = [first]
    with pytest.raises(Unavailable, match="busy"):
        table.get_many([B, A])
