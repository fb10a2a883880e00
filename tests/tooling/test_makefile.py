"""The Makefile: what may be chosen reaches the program, and every target says what it does."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def make(*words: str, **environment: str) -> str:
    command = ["make", "--no-print-directory", *words]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=True, timeout=300
    ).stdout


def test_host_port_and_data_are_handed_on() -> None:
    said = make("-n", "run", "HOST=0.0.0.0", "PORT=8123", "DATA=/some folder")
    assert said.splitlines()[-1].endswith('--host "0.0.0.0" --port "8123" --data "/some folder"')


def test_the_stack_its_parameters_and_the_bucket_that_may_go_are_handed_on() -> None:
    said = make("-n", "aws-up", "STACK=ours", "SET=DomainName=drive.example.org Quota=5GB")
    assert said.splitlines()[-1].endswith('deploy.aws.stack up "ours" DomainName=drive.example.org Quota=5GB')
    assert make("-n", "aws-down").splitlines()[-1].strip().endswith('down "smartdrive"')
    said = make("-n", "aws-down", "DELETE_DATA=b", "SET=ExistingBucket=b")
    assert said.splitlines()[-1].endswith('down "smartdrive" ExistingBucket=b --delete-data "b"')


def test_the_drive_to_load_and_how_much_are_handed_on() -> None:
    said = make("-n", "load", "URL=http://127.0.0.1:8123", "LOAD=--rate 20 --people 2").splitlines()[-1]
    assert said.endswith('benchmarks.load "http://127.0.0.1:8123" --rate 20 --people 2')


@pytest.mark.parametrize("name", ["HOST", "PORT", "DATA", "DELETE_DATA"])
def test_what_a_shell_happens_to_have_chooses_nothing(name: str) -> None:
    said = make("-n", "run", **{name: "elsewhere"})
    assert said.splitlines()[-1].split("smartdrive.run")[1].split() == ["--host", '"127.0.0.1"', "--port", '"8000"']


def test_make_alone_lists_every_target() -> None:
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert targets
    assert [line.split()[1] for line in make().splitlines()] == targets[1].split()
