"""The user data of the template as it stands, run in a bare Debian: `python -m tests.aws.first_boot ROOT` as root.

ROOT is a folder in which debootstrap puts a Debian first, unless there is one; the script runs in a copy of it
(tests/bare/machine.py). AWS is what `tools/engines.sh` started, behind certificates of an authority made for it;
releases and the agent of CloudWatch come from here. What is not AWS's and not the script's: that systemctl, and curl's
configuration, which leads the address of the metadata service here. Prints how long it took, and what nginx answers.
"""

import http.client
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import boto3

from smartdrive.storage.dynamodb_table import create_table
from tests.aws.outside import AGENT, AUTHORITY, RELEASES, outside
from tests.aws.template import GIVEN, first_boot, stack
from tests.bare.machine import PROXY, alone, asked_for, machine, write
from tests.deploy.releases import Source
from tests.metadata import Instance

REGION = "eu-central-1"
METADATA = 8169
"""Port in the network of the machine: the metadata service."""
ENVIRONMENT = {
    "AWS_EC2_METADATA_SERVICE_ENDPOINT": f"http://127.0.0.1:{METADATA}",
    "AWS_CA_BUNDLE": f"/etc/ssl/certs/{AUTHORITY}",
}


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


def user_data(name: str, arn: str, digest: str) -> str:
    """The script of the template for a stack with this data, behind a balancer: certbot would find nobody here."""
    made = stack(
        Variant="balanced",
        ExistingTable=name,
        ExistingBucket=name,
        ExistingSecret=arn,
        ReleaseUrl="https://releases.example.org/release.tar.gz",
        ReleaseSha256=digest,
    )
    return first_boot(made)


def furnish(root: Path, here: Path) -> None:
    """What the machine and its network give the script; everything else it must bring itself."""
    name, script = ((here / each).read_text("utf-8") for each in ("name", "user-data"))
    services = ("dynamodb", "secretsmanager", "cloudformation", f"{name}.s3", f"{AGENT}{REGION}.s3")
    hosts = [RELEASES, *(f"{service}.{REGION}.amazonaws.com" for service in services)]
    curl = f"connect-to = 169.254.169.254:80:127.0.0.1:{METADATA}\ncacert = /etc/ssl/certs/{AUTHORITY}\n"
    write(root, "root/user-data", script)
    write(root, "root/.curlrc", curl)
    write(root, "etc/hosts", "127.0.0.1 localhost\n" + "".join(f"127.0.0.1 {host}\n" for host in hosts))
    write(root, f"etc/ssl/certs/{AUTHORITY}", (here / AUTHORITY).read_text("ascii"))


def inside(bare: Path, here: Path) -> int:
    """In namespaces of its own: the script, and the first answers through nginx."""
    with machine(bare, here, {METADATA: "metadata", PROXY: "proxy", 443: "tls"}, ENVIRONMENT) as made:
        furnish(made.root, here)
        began = time.monotonic()
        status = made.run("/bin/bash", "/root/user-data")
        print(f"user data ended with status {status} after {time.monotonic() - began:.0f} s", flush=True)
        for path in ("/status", "/login") if status == 0 else ():
            line = http.client.HTTPConnection("127.0.0.1", timeout=60)
            line.request("GET", path, headers={"Host": GIVEN["DomainName"]})
            print(f"nginx answers {path}: {line.getresponse().status}", flush=True)
        return status


def main(words: Sequence[str]) -> int:
    """Do it; 0 when the script ended well and nginx answered."""
    root, shared = asked_for("tests.aws.first_boot", words, about=__doc__)
    if shared:
        return inside(root, shared)
    engine, name = os.environ["DRIVE_TEST_DYNAMODB_URL"], f"boot-{secrets.token_hex(4)}"
    with TemporaryDirectory() as folder, Instance().running() as instance:
        here = Path(folder)
        release = Source(here / "source").release()
        files = {RELEASES: release.archive, AGENT: agent(here)}
        port = urlsplit(instance.url).port or 80
        (here / "name").write_text(name, "ascii")
        script = user_data(name, data(engine, name), release.digest)
        (here / "user-data").write_text(script, "utf-8")
        with outside(here, engine=engine, metadata=port, files=files, region=REGION):
            return alone("tests.aws.first_boot", root, "--here", here)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
