"""moto's CloudFormation for the tests of the stack."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from deploy.aws import stack as tool
from tests.aws.template import template
from tests.stand_in import moto

REGION = "eu-central-1"
DATA = {"Bucket", "Table"}


@pytest.fixture(scope="module")
def session() -> boto3.session.Session:
    """One for all: each would read megabytes of descriptions of AWS anew."""
    return boto3.session.Session(region_name=REGION)


@pytest.fixture
def cloud(session: boto3.session.Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An empty AWS, in which the image's public parameter leads to an image."""
    from moto.cloudformation.parsing import ResourceMap  # all of moto: nothing for the collection of every run

    monkeypatch.setattr(boto3.session, "Session", lambda **_: session)
    monkeypatch.setattr(ResourceMap, "parse_ssm_parameter", lambda *_: "ami-0123456789abcdef0")
    with moto():
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
        yield boto3.client("cloudformation")


@pytest.fixture
def data_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The tool with a template of bucket and table."""
    words = template()
    words["Resources"] = {name: each for name, each in words["Resources"].items() if name in DATA}
    words["Outputs"] = {f"{name}Name": words["Outputs"][f"{name}Name"] for name in DATA} | {
        "SecretArn": {"Value": {"Ref": "ExistingSecret"}}
    }
    path = tmp_path / "template.yaml"
    path.write_text(yaml.safe_dump(words).replace("RetainExceptOnCreate", "Retain"), "utf-8")
    monkeypatch.setattr(tool, "TEMPLATE", path)
