"""Every line of docs/api.md is run by a real shell against a running drive, and answers as is said below it."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from smartdrive.web.openapi import operations
from tests.live import ROOT, Live, running
from tests.web.site import make_site

DOCUMENT = ROOT / "docs/api.md"
STATUSES = 'write-out = "%{stderr}%{http_code}\\n"\n'
"""Into curl's own configuration, so that the lines stay as they stand in the document."""


@dataclass(frozen=True)
class Step:
    """Some lines, and the status and the answer that are stated below them; `…` stands for anything."""

    lines: str
    status: str
    answer: str

    def matches(self, found: str) -> bool:
        """Whether the answer is the stated one, however it is laid out."""
        if not self.answer:
            return True
        plain = json.dumps(json.loads(found), ensure_ascii=False)
        return re.fullmatch(".*?".join(map(re.escape, self.answer.split("…"))), plain, re.DOTALL) is not None


def steps(text: str) -> Iterator[Step]:
    """The steps of all shell blocks, in order."""
    for block in re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        lines: list[str] = []
        for line in block.splitlines():
            if stated := re.fullmatch(r"# (\d{3})(?: (.*))?", line):
                yield Step("\n".join(lines), stated[1], stated[2] or "")
                lines = []
            else:
                lines.append(line)
        if lines:
            yield Step("\n".join(lines), "", "")


def script(found: list[Step]) -> str:
    """All steps for one shell; what each says and its exit go into files of its number."""
    wrapped = [f"{{ {step.lines}\n}} >{n}.out 2>{n}.err; echo $? >{n}.exit" for n, step in enumerate(found)]
    return "\n".join(["set -o pipefail", *wrapped])


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A drive of its own: the document begins with the first account."""
    with running(tmp_path_factory.mktemp("curl") / "data") as live:
        yield live


def test_every_line_of_the_document_does_what_it_says(live: Live, tmp_path: Path) -> None:
    found = list(steps(DOCUMENT.read_text("utf-8")))
    (tmp_path / ".curlrc").write_text(STATUSES)
    environment = {"PATH": os.environ["PATH"], "CURL_HOME": str(tmp_path), "DRIVE": live.url}
    subprocess.run(["bash", "-c", script(found)], cwd=tmp_path, env=environment, check=True, timeout=500)
    for n, step in enumerate(found):
        out, err, ended = ((tmp_path / f"{n}.{kind}").read_text("utf-8") for kind in ("out", "err", "exit"))
        assert ended.strip() == "0", (step, out, err)
        assert not step.status or err.split()[-1:] == [step.status], (step, out, err)
        assert step.matches(out), (step, out)
    assert len(found) >= 60
    assert untried(live, make_site(tmp_path / "site").app) == set()


def untried(live: Live, app: Flask) -> set[tuple[str, str]]:
    """Addresses of the API that no line asked for, by the drive's own log."""
    urls = app.url_map.bind("")
    tried = set()
    for line in live.log.read_text("utf-8").splitlines():
        told = json.loads(line) if line.startswith("{") else {}
        if told.get("event") == "request" and told["status"] < 400:
            try:
                rule, _ = urls.match(told["path"], told["method"], return_rule=True)
            except HTTPException:
                continue
            tried.add((told["method"], rule.rule))
    documented = {(each.method, each.rule.rule) for each in operations(app)}
    quiet_or_masked = {each for each in documented if each[1].startswith(("/status", "/objects/"))}
    return documented - tried - quiet_or_masked
