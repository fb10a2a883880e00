"""The shipped set-up with https: a certificate authority of our own, and the name drive.test for this machine."""

import http.client
import socket
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from benchmarks.shipped import Shipped, free_port, of_nginx, on_loopback

NAME = "drive.test"


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _signed(subject: str, key: rsa.RSAPrivateKey, *, by: rsa.RSAPrivateKey, issuer: str) -> x509.Certificate:
    now = datetime.now(UTC)
    wanted = x509.CertificateBuilder().subject_name(_named(subject)).issuer_name(_named(issuer))
    wanted = wanted.public_key(key.public_key()).serial_number(x509.random_serial_number())
    wanted = wanted.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
    if subject == issuer:
        wanted = wanted.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    else:
        wanted = wanted.add_extension(x509.SubjectAlternativeName([x509.DNSName(subject)]), critical=False)
    return wanted.sign(by, hashes.SHA256())


def make_certificate(folder: Path, name: str = NAME) -> None:
    """`authority.pem`, which whoever comes trusts, and `certificate.pem` and `key.pem` signed by it."""
    folder.mkdir(exist_ok=True)
    authority, key = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    ours = _signed("A test's authority", authority, by=authority, issuer="A test's authority")
    its = _signed(name, key, by=authority, issuer="A test's authority")
    (folder / "authority.pem").write_bytes(ours.public_bytes(serialization.Encoding.PEM))
    (folder / "certificate.pem").write_bytes(its.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )


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
        make_certificate(self.tls)
        super().start()

    def nginx_files(self) -> dict[str, str]:
        listen = of_nginx(
            "listen-https.conf", {**on_loopback(443, self.places.port), "/etc/smartdrive/tls": str(self.tls)}
        )
        ours = {"/var/lib/smartdrive-acme": str(self.acme), "https://drive.example": self.url}
        redirect = of_nginx("http-redirect.conf", {**on_loopback(80, self.open_port), **ours})
        proxies = of_nginx("http-proxies.conf", {})
        return {"listen.conf": listen, "http-redirect.conf": redirect, "http-proxies.conf": proxies}

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
