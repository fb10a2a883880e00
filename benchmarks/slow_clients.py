"""Clients that take their time, in the ways of slowhttptest: heads (-H), bodies (-B), answers (-X) without end.

    python -m benchmarks.slow_clients http://127.0.0.1:8000 --kind heads --count 1000 --networks 1000

Holds so many connections until its standard input ends: one that the server closes is opened again. Then it prints what
became of them as JSON. Only on loopback, whose 127.x.y.z are the networks they come from.
"""

import argparse
import asyncio
import json
import socket
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from benchmarks.wire import Place
from smartdrive.domain.hosts import is_loopback

SMALL_WINDOW = 2048
"""Bytes that the kernel may hold for one who reads slowly."""
BEGUN = 100
"""Connections that are opened at the same moment."""


@dataclass
class Slow:
    """`every` seconds each sends or reads a few bytes. What became of connections is counted: `closed` by the server in
    silence, or with a status."""

    place: Place
    target: str
    every: float
    token: str = ""
    held: int = 0
    most: int = 0
    ended: Counter[str] = field(default_factory=Counter)

    @property
    def headers(self) -> str:
        extra = f"Authorization: Bearer {self.token}\r\n" if self.token else ""
        return f"Host: {self.place.named}\r\n{extra}"

    async def heads(self, line: socket.socket) -> None:
        await self._send(line, f"GET {self.target} HTTP/1.1\r\n{self.headers}")
        while await self._silent(line):
            await self._send(line, "X-More: 1\r\n")

    async def bodies(self, line: socket.socket) -> None:
        await self._send(line, f"POST {self.target} HTTP/1.1\r\n{self.headers}Content-Length: 1000000\r\n\r\n")
        while await self._silent(line):
            await self._send(line, "x")

    async def answers(self, line: socket.socket) -> None:
        """Asks for the same thing many times at once, so that there is always more to come."""
        await self._send(line, f"GET {self.target} HTTP/1.1\r\n{self.headers}\r\n" * 50)
        loop = asyncio.get_running_loop()
        while await loop.sock_recv(line, 8):
            await asyncio.sleep(self.every)
        self.ended["closed"] += 1

    async def _send(self, line: socket.socket, text: str) -> None:
        await asyncio.get_running_loop().sock_sendall(line, text.encode())

    async def _silent(self, line: socket.socket) -> bool:
        """Whether the server says nothing until the next bytes are due."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.every):
                said = await asyncio.get_running_loop().sock_recv(line, 4096)
            self.ended[said[9:12].decode() or "closed"] += 1
            return False
        return True

    async def keep(self, source: str, way: "Way") -> None:
        """One after the other, for ever."""
        while True:
            with socket.socket() as line, suppress(ConnectionError):
                line.setblocking(False)
                line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_WINDOW)
                line.bind((source, 0))
                await asyncio.get_running_loop().sock_connect(line, (self.place.host, self.place.port))
                self.held += 1
                self.most = max(self.most, self.held)
                try:
                    await way(self, line)
                except ConnectionError:
                    self.ended["closed"] += 1
                finally:
                    self.held -= 1
            await asyncio.sleep(self.every)


Way = Callable[[Slow, socket.socket], Awaitable[None]]
KINDS: dict[str, Way] = {"heads": Slow.heads, "bodies": Slow.bodies, "answers": Slow.answers}


def network(number: int) -> str:
    """A loopback address that nobody else of this program has."""
    return f"127.7.{number // 250}.{number % 250 + 1}"


async def hold(slow: Slow, way: Way, *, count: int, networks: int) -> None:
    """So many from so many networks, until standard input ends."""
    over = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    keeping = []
    for number in range(count):
        keeping.append(asyncio.create_task(slow.keep(network(number % networks), way)))
        if number % BEGUN == 0:
            await asyncio.sleep(0.05)
    print("holding", flush=True)
    await over
    print(json.dumps({"held": slow.held, "most": slow.most, "ended": slow.ended}), flush=True)
    for each in keeping:
        each.cancel()
    await asyncio.gather(*keeping, return_exceptions=True)


def main() -> int:
    parser = argparse.ArgumentParser("benchmarks.slow_clients", description=__doc__.partition("\n")[0])
    parser.add_argument("url")
    parser.add_argument("--kind", choices=sorted(KINDS), required=True)
    parser.add_argument("--target", default="/login")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--networks", type=int, default=1)
    parser.add_argument("--every", type=float, default=5.0, help="seconds between a few bytes")
    parser.add_argument("--token", default="", help="what shows that they have an account")
    chosen = parser.parse_args()
    place = Place.of(chosen.url)
    if not is_loopback(place.host):
        print("Slow clients are for drives of this machine.", file=sys.stderr)
        return 2
    slow = Slow(place, chosen.target, chosen.every, chosen.token)
    asyncio.run(hold(slow, KINDS[chosen.kind], count=chosen.count, networks=chosen.networks))
    return 0


if __name__ == "__main__":
    sys.exit(main())
