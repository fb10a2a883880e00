"""A client that is generated from the OpenAPI document logs in, uploads both ways and gets the same bytes back."""

import subprocess
import sys
from importlib import import_module
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.live import PASSWORD, Live

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def generated(live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The package, made anew from what the drive serves."""
    program = Path(sys.executable).with_name("openapi-python-client")
    target = tmp_path / "drive_client"
    words = [program, "generate", "--url", f"{live.url}/api/openapi.json", "--output-path", target, "--meta", "none"]
    made = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "ERROR" not in made.stdout, made.stdout
    monkeypatch.syspath_prepend(tmp_path)
    return import_module("drive_client")


def call(name: str) -> ModuleType:
    """The module of one address, as in `files.files_store`."""
    return import_module(f"drive_client.api.{name}")


def test_a_generated_client_uploads_and_downloads(live: Live, generated: ModuleType) -> None:
    live.client.register("generated")
    models = import_module("drive_client.models")
    given = models.Credentials(email="generated@example.com", password=PASSWORD)
    with generated.Client(live.url) as stranger:
        login = call("auth.auth_login").sync(client=stranger, body=given)
        with generated.AuthenticatedClient(live.url, login.access_token, follow_redirects=True) as client:
            first, second = put(stranger, client), post(client)
            for made, content in ((first, CONTENT), (second, CONTENT[::-1])):
                assert made.size == len(CONTENT)
                assert call("files.files_download").sync_detailed(made.id, client=client).content == content
            listing = call("folders.folders_read").sync("root", client=client, sort=models.FoldersReadSort.NAME)
            gone = call("files.files_read").sync(second.id[::-1], client=client)
    assert login.user.email == "generated@example.com"
    assert [item.name for item in listing.items] == ["deep", "begun.bin"]
    assert (type(gone), gone.code) == (models.Problem, "not_found")


def put(stranger: Any, client: Any) -> Any:
    """Begin, PUT the signed address as nobody in particular, complete."""
    models = import_module("drive_client.models")
    wanted = models.NewUpload(name="begun.bin", size=len(CONTENT))
    begun = call("uploads.uploads_begin").sync(client=client, body=wanted)
    sent = stranger.get_httpx_client().put(begun.url, content=CONTENT, headers=begun.headers.to_dict())
    assert sent.status_code == 200
    return call("uploads.uploads_complete").sync(begun.id, client=client, body=models.ConflictChoice()).file


def post(client: Any) -> Any:
    """The body is the file."""
    body = import_module("drive_client.types").File(BytesIO(CONTENT[::-1]))
    return call("files.files_store").sync(client=client, body=body, filename="deep/sent.bin").file
