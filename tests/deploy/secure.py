"""The shipped set-up with https: a certificate authority of our own, and the name drive.test for this machine."""

import http.client
import socket
import ssl
from collections.abc import Mapping
from pathlib import Path

from benchmarks.shipped import Shipped, free_port, of_nginx, on_loopback, with_brotli
from tests.deploy.authority import NAME, Authority, long_key


class Secure(Shipped):
    """Redirect and drive at ports of their own; whoever asks checks the certificate."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.open_port = free_port()
        self.tls = folder / "tls"
        self.acme = folder / "acme"
        self._settings["PUBLIC_URL"] = self.url

    @property
    def url(self) -> str:
        return f"https://{NAME}:{self.places.port}"

    def start(self) -> None:
        self.places.folder.mkdir(exist_ok=True)
        self.acme.mkdir(exist_ok=True)
        Authority().issue(self.tls, long_key())
        super().start()

    def nginx_files(self) -> dict[str, str]:
        listen = of_nginx(
            "listen-https.conf", {**on_loopback(443, self.places.port), "/etc/smartdrive/tls": str(self.tls)}
        )
        ours = {"/var/lib/smartdrive-acme": str(self.acme), "https://drive.example": self.url}
        redirect = of_nginx("http-redirect.conf", {**on_loopback(80, self.open_port), **ours})
        proxies = of_nginx("http-proxies.conf", {})
        return {"listen.conf": listen, "http-redirect.conf": redirect, "http-proxies.conf": proxies, **with_brotli()}

    def answers(self) -> bool:
        try:
            return self.ask("GET", "/status").status == http.client.OK
        except OSError:
            return False

    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.tls / "authority.pem"))

    def line(self, context: ssl.SSLContext | None = None) -> ssl.SSLSocket:
        """A connection of somebody who believes the certificate, or asks for things of their own."""
        bare = socket.create_connection(("127.0.0.1", self.places.port), timeout=60)
        try:
            return (context or self.context()).wrap_socket(bare, server_hostname=NAME)
        except BaseException:
            bare.close()
            raise

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> http.client.HTTPResponse:
        """The answer, whole; its body is still to be read."""
        connection = http.client.HTTPConnection(NAME, self.places.port)
        connection.sock = self.line()
        connection.request(method, path, body=body, headers={**(headers or {}), "Connection": "close"})
        return connection.getresponse()
