"""A certificate authority of the tests' own, which whoever comes is told to trust."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

NAME = "drive.test"
ITSELF = "A test's authority"
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def short_key() -> ec.EllipticCurvePrivateKey:
    """As certbot makes them."""
    return ec.generate_private_key(ec.SECP256R1())


def long_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass(frozen=True)
class Authority:
    key: ec.EllipticCurvePrivateKey = field(default_factory=short_key)

    def signed(self, subject: str, key: Key) -> bytes:
        now = datetime.now(UTC)
        wanted = x509.CertificateBuilder().subject_name(_named(subject)).issuer_name(_named(ITSELF))
        wanted = wanted.public_key(key.public_key()).serial_number(x509.random_serial_number())
        wanted = wanted.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
        if subject == ITSELF:
            wanted = wanted.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        else:
            wanted = wanted.add_extension(x509.SubjectAlternativeName([x509.DNSName(subject)]), critical=False)
        return wanted.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def issue(self, folder: Path, key: Key, *, name: str = NAME) -> None:
        """`certificate.pem` and `key.pem` for a name, and `authority.pem`."""
        folder.mkdir(exist_ok=True, parents=True)
        (folder / "authority.pem").write_bytes(self.signed(ITSELF, self.key))
        (folder / "certificate.pem").write_bytes(self.signed(name, key))
        plain = serialization.NoEncryption()
        (folder / "key.pem").write_bytes(
            key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        )
