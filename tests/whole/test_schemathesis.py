"""schemathesis on a running drive: no answer from 500 up but 503 and 507, none that the document does not know.

The seed stands in schemathesis.toml and in the output. All our other tests are held to it too: `tests/web/promises.py`.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.live import PASSWORD, Client, Live

KEPT = Path(__file__).with_name("schemathesis.toml")
OF_EACH = 12


def things(owner: Client) -> Iterator[tuple[str, list[str]]]:
    """Ids of all kinds, so that calls come further than to a 404."""
    each = range(OF_EACH)
    folders = [owner.ok("POST", "/api/folders", {"parent": "root", "name": f"f{n}"})["folder"]["id"] for n in each]
    files = [owner.upload(f"{n}.txt", b"some text") for n in each]
    gone = [owner.upload(f"gone {n}", b"gone")["id"] for n in each]
    for file_id in gone:
        owner.ok("DELETE", f"/api/files/{file_id}")
    begun = [owner.ok("POST", "/api/uploads", {"name": f"up{n}", "size": 3}) for n in each]
    ids = [file["id"] for file in files]
    shares = [owner.ok("POST", "/api/shares", {"item": file_id})["share"]["id"] for file_id in ids]
    yield "folders", ["root", *folders]
    yield "files", ids
    yield "items", [*ids, *gone, *folders]
    yield "shares", shares
    yield "uploads", [upload["id"] for upload in begun]
    yield "signed", [urlsplit(upload["url"]).path.split("/")[2] for upload in begun]
    yield "sessions", [session["id"] for session in owner.ok("GET", "/api/sessions")["items"]]
    token = {"name": "t", "scope": "read"}
    yield "tokens", [owner.ok("POST", "/api/tokens", token)["id"] for _ in each]


@pytest.mark.timeout(240)
def test_no_answer_is_undocumented(live: Live, tmp_path: Path) -> None:
    owner = live.client.register("schemathesis")
    found = [f"[dictionaries.{name}]\nvalues = {json.dumps(values)}\n" for name, values in things(owner)]
    config = tmp_path / "schemathesis.toml"
    config.write_text("\n".join([KEPT.read_text("utf-8"), *found]), "utf-8")
    program = Path(sys.executable).with_name("schemathesis")
    words = [program, "--config-file", config, "run", f"{live.url}/api/openapi.json", "--no-color"]
    credentials = {"DRIVE_EMAIL": "schemathesis@example.com", "DRIVE_PASSWORD": PASSWORD}
    run = subprocess.run(words, cwd=tmp_path, env=os.environ | credentials, capture_output=True, text=True)
    print(run.stdout[-30_000:], run.stderr[-5000:])
    assert run.returncode == 0
    assert "Coverage" in run.stdout
