"""Zips without nginx: the web server itself hands them over, also what the kernel sends past it."""

import io
import os
import zipfile
from pathlib import Path

from tests.live import Client, running


def test_a_zip_comes_whole_and_in_parts(tmp_path: Path) -> None:
    files = {f"{size}.bin": os.urandom(size) for size in (0, 10, 200_000, 3_000_000)}
    with running(tmp_path / "data") as live:
        anna = live.client.register("anna")
        ids = [anna.upload(name, data)["id"] for name, data in files.items()]
        path = anna.ok("POST", "/api/zips", {"ids": ids})["url"].removeprefix(live.url)
        stranger = Client(live.url)
        whole = stranger.send("GET", path)
        assert whole.status == 200
        with zipfile.ZipFile(io.BytesIO(whole.body)) as found:
            assert found.testzip() is None
            assert {name: found.read(name) for name in found.namelist()} == files
        while "ETag" not in stranger.send("HEAD", path).headers:
            pass  # the worker computes the checksum of what is large
        whole = stranger.send("GET", path)
        for start in (0, 100, 250_000, len(whole.body) - 10):
            part = stranger.send("GET", path, headers={"Range": f"bytes={start}-{start + 70_000}"})
            assert (part.status, part.body) == (206, whole.body[start : start + 70_001])
