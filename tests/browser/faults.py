"""A proxy of our own that stands between a browser and a server and does to their talk what networks do."""

import asyncio
import math
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Self

BLOCK = 64 * 1024
STANDS_STILL = 0.02
"""Seconds until a PUT body that was stopped looks whether it may go on."""
CUT_SHORT = (asyncio.IncompleteReadError, ConnectionError, TimeoutError)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST, as a crashed router or a killed server does, instead of a polite FIN."""
    sock = writer.get_extra_info("socket")
    if sock is not None:
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0


@dataclass
class FaultProxy:
    """Forwards `url` to `upstream` (a port of 127.0.0.1); the methods switch faults on.

    Runs in a thread of its own. `bytes_up` counts the bytes of PUT bodies that passed and `puts` the PUT
    requests, so that a test can see what was sent again. At `most` of them PUT bodies stand still: however long a test
    takes to act in the middle of an upload, it is still the middle.
    """

    upstream: int = 0
    most: float = math.inf
    bytes_up: int = 0
    puts: int = 0
    _busy_left: int = 0
    _is_cut: bool = False
    _silent: bool = False
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._stopping = asyncio.Event()

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def cut_off(self) -> Iterator[None]:
        """Reset every connection, and each new one meanwhile."""
        self._is_cut = True
        self._loop.call_soon_threadsafe(lambda: [_reset(writer) for writer in list(self._open)])
        try:
            yield
        finally:
            self._is_cut = False

    def answer_503(self, times: int) -> None:
        """Answer the next PUTs with 503 and Retry-After: 1 instead of passing them on."""
        self._busy_left = times

    @property
    def still_busy(self) -> int:
        return self._busy_left

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Connections that stand or are made meanwhile stay open for ever and carry nothing any more."""
        self._silent = True
        try:
            yield
        finally:
            self._silent = False

    @contextmanager
    def running(self) -> Iterator[Self]:
        """Serve until left; no thread and no socket stays behind."""
        self._thread.start()
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(timeout=10)
            self._socket.close()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._run())
        self._loop.close()

    async def _run(self) -> None:
        server = await asyncio.start_server(self._accept, sock=self._socket)
        await self._stopping.wait()
        server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._open.add(writer)
        try:
            if self._is_cut:
                _reset(writer)
            else:
                await self._join(reader, writer)
        except (*CUT_SHORT, asyncio.CancelledError):
            _reset(writer)
        finally:
            self._open.discard(writer)
            self._tasks.discard(task)
            writer.close()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        self._open.add(up_writer)
        answers = asyncio.create_task(self._answers(up_reader, writer))
        try:
            while await self._request(reader, up_writer, writer):
                pass
        finally:
            answers.cancel()
            self._open.discard(up_writer)
            _reset(up_writer)

    async def _request(
        self, reader: asyncio.StreamReader, up: asyncio.StreamWriter, down: asyncio.StreamWriter
    ) -> bool:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return False
        is_put = head.startswith(b"PUT ")
        self.puts += is_put
        refused = is_put and self._busy_left > 0
        self._busy_left -= refused
        if not refused:
            await self._pass(up, head)
        await self._body(reader, None if refused else up, _length(head), is_put)
        if refused:
            down.write(b"HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n")
            await down.drain()
        return True

    async def _body(
        self, reader: asyncio.StreamReader, up: asyncio.StreamWriter | None, left: int, is_put: bool
    ) -> None:
        while left:
            while is_put and self.bytes_up >= self.most:
                await asyncio.sleep(STANDS_STILL)
            block = await reader.read(min(left, BLOCK))
            if not block:
                raise ConnectionResetError
            left -= len(block)
            if up is not None:
                await self._pass(up, block)
                self.bytes_up += len(block) if is_put else 0

    async def _answers(self, up: asyncio.StreamReader, down: asyncio.StreamWriter) -> None:
        with suppress(*CUT_SHORT):
            while block := await up.read(BLOCK):
                await self._pass(down, block)
        down.close()

    async def _pass(self, writer: asyncio.StreamWriter, block: bytes) -> None:
        if self._silent:
            await asyncio.Event().wait()
        writer.write(block)
        await writer.drain()
