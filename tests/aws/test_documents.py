"""What docs/deploy-aws.md says is so: its table of parameters, and its commands, run as they stand."""

import io
import re
from typing import Any

import pytest

from deploy.aws import stack as tool
from tests.aws.documents import TEXT, calls, commands
from tests.aws.template import ROOT, template

NAME = "drive"
ROW = re.compile(r"^\| `(\w+)` \|(.*?)\|", re.MULTILINE)
pytestmark = pytest.mark.filterwarnings("ignore:Tried to parse:UserWarning")


def test_the_document_has_a_row_for_each_parameter_with_its_default() -> None:
    parameters = template()["Parameters"]
    rows = dict(ROW.findall(TEXT))
    assert list(rows) == list(parameters)
    for name, said in rows.items():
        default = str(parameters[name].get("Default", ""))
        assert said.strip() in {f"`{default}`", "", "made", "made in the zone", "Ubuntu 24.04, arm64"}, name
        assert (default == "") == ("`" not in said) or name == "Image", name


@pytest.mark.usefixtures("data_alone")
def test_the_commands_of_the_document_do_what_they_say(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    up, update, down = commands(NAME)
    assert tool.main(up) == 0
    assert tool.main(update) == 0
    (found,) = cloud.describe_stacks(StackName=NAME)["Stacks"]
    parameters = {each["ParameterKey"]: each["ParameterValue"] for each in found["Parameters"]}
    assert parameters["DomainName"] == "drive.example.org"
    assert parameters["ReleaseUrl"].endswith("-1.1.tar.gz")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{NAME}\n"))
    assert tool.main(down) == 0


def test_the_commands_of_aws_itself_are_ones_that_it_knows() -> None:
    assert len(calls(TEXT, {})) >= 6
    assert len(calls((ROOT / "docs/first-hour-on-aws.md").read_text("utf-8"), {})) >= 6
