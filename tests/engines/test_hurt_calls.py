"""Every second request to DynamoDB and S3 goes wrong on its way: nothing is done twice, and room is exact to the byte.

The servers are real and do what reaches them; what is hurt is the way there, or the way back.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from botocore import handlers
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ReadTimeoutError
from botocore.httpsession import URLLib3Session

from smartdrive.domain.models import User
from smartdrive.ports.table import Unavailable
from smartdrive.services.wanted import Wanted
from tests.services import test_every_call_fails as acts
from tests.services.drive import Drive
from tests.web.both import real_site

pytestmark = pytest.mark.engines
MOST_TRIES = 12
"""How often a client comes again. Each time, what it has done already is met again and left as it is."""
LARGE = b"large" * (2 * 1024 * 1024)
Hurt = Callable[[AWSPreparedRequest], AWSResponse]


def says(request: AWSPreparedRequest, status: int, name: str) -> AWSResponse:
    xml = f"<Error><Code>{name}</Code></Error>".encode()
    body = json.dumps({"__type": f"x#{name}"}).encode() if _is_table(request) else xml
    return AWSResponse(request.url, status, {}, _Raw(body))


def _is_table(request: AWSPreparedRequest) -> bool:
    return "X-Amz-Target" in request.headers


def throttled(request: AWSPreparedRequest) -> AWSResponse:
    """The engine asks for patience, and has done nothing."""
    return says(request, *((400, "ThrottlingException") if _is_table(request) else (503, "SlowDown")))


def broken(request: AWSPreparedRequest) -> AWSResponse:
    """The engine failed, and has done nothing."""
    return says(request, 500, "InternalError")


class _Raw(BytesIO):
    """A body as urllib3 gives one."""

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()


def cut(request: AWSPreparedRequest) -> AWSResponse:
    """It never arrives."""
    raise ReadTimeoutError(endpoint_url=request.url)


def lost(request: AWSPreparedRequest) -> AWSResponse:
    """It is done, and nobody hears of it."""
    URLLib3Session().send(request)
    raise ReadTimeoutError(endpoint_url=request.url)


class Wire:
    """Hurts every second request of the clients made while it lies there."""

    def __init__(self) -> None:
        self.hurt: Hurt | None = None
        self.asked = 0
        self._turn = threading.Lock()

    def pass_on(self, *, request: AWSPreparedRequest, **_: object) -> AWSResponse | None:
        with self._turn:
            self.asked += 1
            hurt = self.hurt if self.asked % 2 else None
        return hurt(request) if hurt else None

    @contextmanager
    def laid(self) -> Iterator[None]:
        ours: Any = ("before-send", self.pass_on)
        handlers.BUILTIN_HANDLERS.append(ours)
        try:
            yield
        finally:
            handlers.BUILTIN_HANDLERS.remove(ours)

    @contextmanager
    def hurting(self, hurt: Hurt) -> Iterator[None]:
        self.hurt = hurt
        try:
            yield
        finally:
            self.hurt = None


@pytest.fixture(scope="module")
def wire() -> Wire:
    return Wire()


@pytest.fixture(scope="module")
def drive(wire: Wire, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drive]:
    folder: Path = tmp_path_factory.mktemp("hurt")
    with wire.laid():
        for site in real_site(folder):
            ours = site.services
            yield Drive(ours, site.clock, ours.table, ours.objects)
            for stored in list(ours.objects.keys()):
                ours.objects.delete(stored.key)


def upload_in_parts(drive: Drive, alice: User) -> None:
    """Bytes of two parts, made whole by one call."""
    wanted = Wanted("large.bin", len(LARGE), key="large")
    begun = drive.services.uploads.begin(alice, wanted)
    if begun.upload and begun.upload.state == "open":
        drive.objects.put(begun.upload.key, BytesIO(LARGE), size=len(LARGE))
        drive.services.uploads.finish(alice, begun.upload.id)


def check_in_parts(drive: Drive, alice: User) -> None:
    file = drive.services.tree.file(alice, acts.first(drive, alice, "large.bin"))
    assert drive.read(file) == LARGE
    assert drive.used(alice) == len(LARGE) + len(b"hello")
    assert drive.names(alice) == ["to", "a.txt", "large.bin"]


def check_purged(drive: Drive, alice: User) -> None:
    """Whoever failed at it keeps it to himself for a while, as one who died would."""
    drive.clock.forward(minutes=20)
    for _ in range(3):
        drive.services.upkeep.purge_round()
    assert drive.used(alice) == 0
    assert drive.names(alice) == ["to"]


ACTS: list[tuple[Callable[[Drive, User], None], Callable[[Drive, User], None]]] = [
    (acts.upload, acts.check_uploaded),
    (upload_in_parts, check_in_parts),
    (acts.rename_and_move, acts.check_moved),
    (acts.trash_and_restore, acts.check_restored),
    (acts.copy_over, acts.check_copied_over),
    (acts.replace_and_restore, acts.check_version_restored),
    (acts.purge, check_purged),
]
SOME = [ACTS[1], ACTS[4]]
RUNS = [*((lost, *act) for act in ACTS), *((throttled, *act) for act in SOME), (broken, *SOME[0]), (cut, *SOME[0])]


@pytest.mark.parametrize(("hurt", "act", "check"), RUNS, ids=lambda each: each.__name__)
def test_what_is_tried_again_is_done_once(
    drive: Drive, wire: Wire, hurt: Hurt, act: Callable[[Drive, User], None], check: Callable[[Drive, User], None]
) -> None:
    alice = drive.person(f"{act.__name__}-{hurt.__name__}")  # SECURITY 46, 50
    drive.store(alice, "a.txt")
    drive.folder(alice, "to")
    before = wire.asked
    with wire.hurting(hurt):
        for left in reversed(range(MOST_TRIES)):
            try:
                act(drive, alice)
                break
            except Unavailable:
                assert left, "it never came through"
    assert wire.asked > before + 3
    check(drive, alice)
    report = drive.services.fsck.run(between=0)
    assert report.findings == ()
