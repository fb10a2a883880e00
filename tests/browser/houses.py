"""A drive that tests stop and start again on what it kept, and what it costs the machine."""

import secrets
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from benchmarks.usage import Growth, watched
from smartdrive.domain.clock import now
from smartdrive.settings import Settings, load
from smartdrive.wiring import build
from tests.live import Client, start


@dataclass
class House:
    """`begin` starts its processes at `url` and returns when it answers; `settings` open the same store beside it."""

    url: str
    storage: str
    """The origin that bytes come from and go to: its own, or that of an S3 server."""
    begin: Callable[[], list[subprocess.Popen[bytes]]]
    settings: Settings
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def origins(self) -> frozenset[str]:
        return frozenset({self.url, self.storage})

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(120)

    def restart(self) -> None:
        self.stop()
        self.processes = self.begin()

    def let_links_end(self, email: str) -> None:
        """As if every link of that person had been made to last an hour, two hours ago.

        No link lasts less than an hour, so the use case itself is told an older time than the server's clock.
        """
        services = build(self.settings, clock=lambda: now() - timedelta(hours=2))
        user = services.accounts.named(email)
        for shown in services.shares.page(user).items:
            services.shares.change(user, shown.link.id, expires=services.clock() + timedelta(hours=1))

    def watched(self) -> AbstractContextManager[Growth]:
        """How much more memory all its processes together take while the block runs."""
        return watched([process.pid for process in self.processes])

    def warm(self) -> None:
        """Send and fetch a file in parts, so that what is watched next has its threads and buffers already."""
        for _ in range(2):
            somebody = Client(self.url).register(f"first-{secrets.token_hex(4)}")
            file = somebody.upload("first.bin", bytes(40_000_000))
            somebody.download(file["id"])


@contextmanager
def embedded_house(data: Path) -> Iterator[House]:
    """The drive as `make run` starts it; started again it keeps its port."""
    live = start(data, limit_register="1000/hour")

    def begin() -> list[subprocess.Popen[bytes]]:
        return [start(data, port=live.port, limit_register="1000/hour").process]

    house = House(live.url, live.url, begin, load(data=data, public_url=live.url), [live.process])
    try:
        yield house
    finally:
        house.stop()
