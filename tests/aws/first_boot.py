"""The user data of the template as it stands, run in a bare Debian root: `python -m tests.aws.first_boot ROOT` as root.

ROOT is a folder in which debootstrap puts a Debian first, unless there is one. The script runs in it, in a network of
its own, where AWS is what `tools/engines.sh` started, behind certificates of an authority made for it; releases and
the agent of CloudWatch come from here. What is not AWS's and not the script's: a systemctl that starts the units' own
ExecStart lines as their user, and curl's configuration, which leads the address of the metadata service here. Prints
how long it took until nginx gave the first good answer of /status.
"""

import argparse
import http.client
import os
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import boto3

from smartdrive.storage.dynamodb_table import create_table
from tests.aws.outside import AGENT, AUTHORITY, RELEASES, outside, relay
from tests.aws.template import GIVEN, first_boot, stack
from tests.aws.template import ROOT as PROJECT
from tests.metadata import Instance

REGION = "eu-central-1"
MIRROR = "http://deb.debian.org/debian"
METADATA, PROXY = 8169, 8168
"""Ports in the network of the root: the metadata service, and the way out for apt and pip."""
SYSTEMCTL = r"""#!/bin/bash
# Starts the ExecStart lines of the drive's units as their user, with the privilege that they name.
verb=$1
told() { sed -n "s/^$1=//p" "/etc/systemd/system/$unit"; }
alive() { kill -0 "$(cat "/run/$unit.pid" 2>/dev/null)" 2>/dev/null; }
as_user() {
    local caps
    caps=$(told AmbientCapabilities | sed 's/CAP_/+/g' | tr '[:upper:]' '[:lower:]')
    setpriv --reuid smartdrive --regid smartdrive --clear-groups --no-new-privs \
        ${caps:+--inh-caps "$caps" --ambient-caps "$caps"} "$@"
}
for unit in "$@"; do
    case $unit in smartdrive-web.service | smartdrive-nginx.service) ;; *) unit=; continue ;; esac
    case $verb in
        is-active) alive; exit ;;
        restart | reload-or-restart)
            cd "$(told WorkingDirectory)" || exit
            while read -r line; do eval "as_user $line" || exit; done < <(told ExecStartPre)
            eval "as_user $(told ExecStart)" >>"/var/log/$unit.log" 2>&1 &
            echo $! >"/run/$unit.pid"
            [ "$unit" = smartdrive-web.service ] || continue
            until [ -S /run/smartdrive/app.sock ]; do alive || exit; sleep 0.1; done
            ;;
    esac
done
case $verb in is-active) exit 3 ;; esac
"""


def debootstrap(root: Path) -> None:
    """A bare Debian, unless one is there."""
    if not (root / "usr/bin/apt-get").exists():
        subprocess.run(["debootstrap", "--variant=minbase", "bookworm", root, MIRROR], check=True)


def release(folder: Path) -> tuple[Path, str]:
    """The archive of this commit, and its digest."""
    made = subprocess.run(["tools/release.sh"], cwd=PROJECT, check=True, capture_output=True, text=True)
    digest, name = made.stdout.split()
    shutil.copy(PROJECT / "artefacts" / name, folder / "release.tar.gz")
    return folder / "release.tar.gz", digest


def agent(folder: Path) -> Path:
    """A package with the name of CloudWatch's agent, which notes what it is told."""
    told = folder / "agent/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl"
    told.parent.mkdir(parents=True)
    (folder / "agent/opt/aws/amazon-cloudwatch-agent/etc").mkdir()
    told.write_text('#!/bin/sh\necho "$@" >/run/agent-was-told\n', "ascii")
    told.chmod(0o755)
    control = folder / "agent/DEBIAN/control"
    control.parent.mkdir()
    control.write_text(
        "Package: amazon-cloudwatch-agent\nVersion: 1\nArchitecture: all\nMaintainer: a test\nDescription: -\n",
        "ascii",
    )
    package = folder / "agent.deb"
    subprocess.run(["dpkg-deb", "--build", "--root-owner-group", folder / "agent", package], check=True)
    return package


def data(engine: str, name: str) -> str:
    """Table, bucket and secret as the template would make them; the ARN of the secret."""
    create_table(name, region=REGION, endpoint=engine)
    where = {"endpoint_url": engine, "region_name": REGION}
    boto3.client("s3", **where).create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    made = boto3.client("secretsmanager", **where).create_secret(Name=name, SecretString=secrets.token_hex(32))
    return str(made["ARN"])


def user_data(variant: str, name: str, arn: str, digest: str) -> str:
    """The script of the template for a stack with this data."""
    made = stack(
        Variant=variant,
        ExistingTable=name,
        ExistingBucket=name,
        ExistingSecret=arn,
        ReleaseUrl="https://releases.example.org/release.tar.gz",
        ReleaseSha256=digest,
    )
    return first_boot(made)


def furnish(root: Path, script: str, name: str, pip: Path | None) -> None:
    """What the machine and its network give the script; everything else it must bring itself."""
    services = ("dynamodb", "secretsmanager", "cloudformation", f"{name}.s3", f"{AGENT}{REGION}.s3")
    hosts = [RELEASES, *(f"{service}.{REGION}.amazonaws.com" for service in services)]
    curl = f"connect-to = 169.254.169.254:80:127.0.0.1:{METADATA}\ncacert = /etc/ssl/certs/{AUTHORITY}\n"
    for path, text, mode in (
        ("root/user-data", script, 0o755),
        ("usr/local/sbin/systemctl", SYSTEMCTL, 0o755),
        ("etc/apt/apt.conf.d/99-way-out", f'Acquire::http::Proxy "http://127.0.0.1:{PROXY}";\n', 0o644),
        ("root/.curlrc", curl, 0o644),
        ("etc/hosts", "127.0.0.1 localhost\n" + "".join(f"127.0.0.1 {host}\n" for host in hosts), 0o644),
    ):
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
        place.chmod(mode)
    (root / "run/systemd/system").mkdir(parents=True, exist_ok=True)
    if pip:
        shutil.copy(pip, root / "etc/pip.conf")


ENVIRONMENT = {
    "HOME": "/root",
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT": f"http://127.0.0.1:{METADATA}",
    "AWS_CA_BUNDLE": f"/etc/ssl/certs/{AUTHORITY}",
    "PIP_PROXY": f"http://127.0.0.1:{PROXY}",
}


def inside(root: Path, sockets: Path) -> int:
    """In namespaces of its own: the relays to the outside, the script, and the first answer through nginx."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    ways = {METADATA: "metadata", PROXY: "proxy", 443: "tls"}
    for port, name in ways.items():
        threading.Thread(target=relay(port, sockets / name).serve_forever, daemon=True).start()
    started = time.monotonic()
    done = subprocess.run(["chroot", root, "/bin/bash", "/root/user-data"], env=ENVIRONMENT, stdin=subprocess.DEVNULL)
    print(f"user data ended with status {done.returncode} after {time.monotonic() - started:.0f} s")
    for path in ("/status", "/login"):
        line = http.client.HTTPConnection("127.0.0.1", timeout=60)
        line.request("GET", path, headers={"Host": GIVEN["DomainName"]})
        print(f"nginx answers {path}: {line.getresponse().status}")
    return done.returncode


@contextmanager
def mounted(root: Path, binds: Sequence[Path]) -> Iterator[None]:
    """What a machine has mounted, and folders of this one."""
    places = [(Path("/dev"), "dev"), *((bind, str(bind).lstrip("/")) for bind in binds)]
    for source, place in places:
        (root / place).mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "--rbind", source, root / place], check=True)
    subprocess.run(["mount", "-t", "proc", "proc", root / "proc"], check=True)
    yield


def main(words: Sequence[str]) -> int:
    """Do it; 0 when the script ended well and nginx answered."""
    parser = argparse.ArgumentParser(prog="tests.aws.first_boot", description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("--variant", default="balanced", choices=["balanced", "single"])
    parser.add_argument("--pip", type=Path, help="pip.conf for the root")
    parser.add_argument("--bind", type=Path, nargs="*", default=[], help="folders of this machine that it names")
    parser.add_argument("--sockets", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(words)
    if given.sockets:
        with mounted(given.root, given.bind):
            return inside(given.root, given.sockets)
    debootstrap(given.root)
    engine, name = os.environ["DRIVE_TEST_DYNAMODB_URL"], f"boot-{secrets.token_hex(4)}"
    with TemporaryDirectory() as folder, Instance().running() as instance:
        here = Path(folder)
        archive, digest = release(here)
        files = {RELEASES: archive, AGENT: agent(here)}
        port = urlsplit(instance.url).port or 80
        with outside(here, engine=engine, metadata=port, files=files, region=REGION):
            furnish(given.root, user_data(given.variant, name, data(engine, name), digest), name, given.pip)
            (given.root / "etc/ssl/certs").mkdir(parents=True, exist_ok=True)
            shutil.copy(here / AUTHORITY, given.root / "etc/ssl/certs")
            again = [sys.executable, "-m", "tests.aws.first_boot", given.root, "--sockets", here]
            more = ["--bind", *given.bind] if given.bind else []
            space = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child"]
            return subprocess.run([*space, *again, *more], cwd=PROJECT).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
