"""What a machine without a network reaches by Unix sockets: AWS and releases by TLS, and a way out for packages."""

import http.client
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import StreamRequestHandler, TCPServer, ThreadingMixIn, UnixStreamServer
from typing import Any
from urllib.parse import urlsplit

AUTHORITY = "aws-of-this-test.pem"
RELEASES = "releases.example.org"
OF_THE_LINE = ("content-length", "connection", "transfer-encoding", "date", "server")
AGENT = "amazoncloudwatch-agent-"


def make_certificate(folder: Path, region: str) -> tuple[Path, Path]:
    """Certificate and key of all hosts that are played here."""
    names = [RELEASES, "*.amazonaws.com", f"*.{region}.amazonaws.com", f"*.s3.{region}.amazonaws.com"]
    certificate, key = folder / AUTHORITY, folder / "key.pem"
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=aws of a test"]
    names_told = "subjectAltName=" + ",".join(f"DNS:{name}" for name in names)
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*words, "-addext", names_told, *files], check=True, capture_output=True)
    return certificate, key


class Sockets(ThreadingMixIn, UnixStreamServer):
    """A server at a path."""

    daemon_threads = True
    request_queue_size = 64


def pump(one: socket.socket, other: socket.socket) -> None:
    """Bytes both ways until both ends are done."""

    def way(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while block := source.recv(65536):
                target.sendall(block)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    back = threading.Thread(target=way, args=(other, one), daemon=True)
    back.start()
    way(one, other)
    back.join()


def relay(port: int, path: Path) -> TCPServer:
    """A port of this network that leads to a socket; to be served."""

    class Through(StreamRequestHandler):
        def handle(self) -> None:
            with socket.socket(socket.AF_UNIX) as outside:
                outside.connect(str(path))
                pump(self.connection, outside)

    class Ports(ThreadingMixIn, TCPServer):
        daemon_threads = True
        allow_reuse_address = True

    return Ports(("127.0.0.1", port), Through)


def leading_to(port: int) -> type[StreamRequestHandler]:
    """To a port of this machine."""

    class Through(StreamRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(("127.0.0.1", port)) as inside:
                pump(self.connection, inside)

    return Through


class Proxy(StreamRequestHandler):
    """The way out of apt and pip: whole addresses, and CONNECT."""

    rbufsize = 0

    def handle(self) -> None:
        first = self.rfile.readline()
        method, target, _ = first.decode().split()
        where = urlsplit(f"//{target}" if method == "CONNECT" else target)
        with socket.create_connection((where.hostname, where.port or 80), timeout=60) as far:
            if method == "CONNECT":
                while self.rfile.readline().strip():
                    pass
                self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            else:
                far.sendall(first)
            pump(self.connection, far)


class Aws(BaseHTTPRequestHandler):
    """AWS's hosts, answered by an engine; releases and the agent's package by files."""

    def __init__(self, *words: Any, engine: str, files: Mapping[str, Path]) -> None:
        self.engine, self.files = urlsplit(engine), files
        super().__init__(*words)

    def answer(self) -> None:
        host = self.headers["Host"]
        name = RELEASES if host == RELEASES else AGENT if host.startswith(AGENT) else ""
        status, headers, body = (200, {}, self.files[name].read_bytes()) if name else self._asked(host)
        self.send_response(status)
        for each, value in headers.items():
            self.send_header(each, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _asked(self, host: str) -> tuple[int, Mapping[str, str], bytes]:
        bucket, found, _ = host.partition(".s3.")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        line = http.client.HTTPConnection(self.engine.hostname or "", self.engine.port, timeout=60)
        kept = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        line.request(self.command, f"/{bucket}{self.path}" if found else self.path, body, kept)
        told = line.getresponse()
        return told.status, {k: v for k, v in told.getheaders() if k.lower() not in OF_THE_LINE}, told.read()

    def do_GET(self) -> None:
        self.answer()

    def do_HEAD(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(path: Path, handler: Callable[..., object], tls: ssl.SSLContext | None = None) -> Iterator[None]:
    """A server at a path, for as long as the block runs."""
    with Sockets(str(path), handler) as server:  # type: ignore[arg-type]
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()


@contextmanager
def outside(folder: Path, *, engine: str, metadata: int, files: Mapping[str, Path], region: str) -> Iterator[None]:
    """All sockets of the folder: `tls`, `proxy`, `metadata`."""
    certificate, key = make_certificate(folder, region)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with ExitStack() as all_of_it:
        all_of_it.enter_context(served(folder / "tls", partial(Aws, engine=engine, files=files), tls))
        all_of_it.enter_context(served(folder / "proxy", Proxy))
        all_of_it.enter_context(served(folder / "metadata", leading_to(metadata)))
        yield
