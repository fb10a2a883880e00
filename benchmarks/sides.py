"""What is measured: the shape of one server, and the two that are not ours."""

import base64
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from benchmarks.shipped import Programs, free_port, nginx_command
from benchmarks.wire import Line, Piece

NGINX = """
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
user {user};
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} backlog=1024;
        root {folder}/data;
        client_max_body_size 0;
        client_body_buffer_size 256k;
        auth_basic bench;
        auth_basic_user_file {folder}/passwords;
        autoindex on;
        autoindex_format json;
        dav_methods PUT MKCOL;
        location = /ready {{ auth_basic off; return 200 ok; }}
    }}
}}
"""


class Side(Protocol):
    """A server somebody could keep files on. Folders are named by what `make_folder` gives back."""

    name: str
    port: int
    in_parts: bool
    """Whether a large file goes over several connections, and small ones by the hundred or one by one."""

    def start(self) -> None:
        """Returns at the first good answer."""
        ...

    def stop(self) -> None: ...
    def pids(self) -> Sequence[int]: ...

    def sign_in(self) -> Mapping[str, str]:
        """The headers that make requests ours."""
        ...

    def make_folder(self, line: Line, name: str) -> str: ...

    def upload(self, lines: Sequence[Line], folder: str, *, name: str, path: Path) -> None:
        """One file, over as many of the connections as the server has a use for."""
        ...

    def upload_many(self, line: Line, folder: str, *, files: Mapping[str, bytes], together: int) -> None:
        """Small files over one connection, so many begun and completed at once where the server can."""
        ...

    def download_address(self, line: Line, folder: str, *, name: str) -> str:
        """Asked once, before anything is timed."""
        ...

    def handed_over(self, line: Line, address: str) -> str:
        """Where the bytes of a download really are: asked for anew, as at every click."""
        ...

    def list_address(self, folder: str) -> str:
        """The first page, or the whole where there are no pages."""
        ...

    def page_address(self, folder: str) -> str:
        """The folder as people see it, "" where there is no such page."""
        ...

    def list_whole(self, line: Line, folder: str) -> int:
        """How many files stand in the folder, having fetched all of them."""
        ...

    def zip_address(self, folder: str) -> str:
        """The folder as one zip, "" where there is none."""
        ...

    def find(self, line: Line, words: Sequence[str]) -> int | None:
        """How many names have all of these; None where there is no search."""
        ...

    def make_longest(self, line: Line, name: str, *, count: int) -> str:
        """A folder of so many files, made in whatever way; "" where that would take minutes."""
        ...


class PlainDav:
    """What uploads by PUT and makes folders by MKCOL under plain paths has in common."""

    in_parts = False

    def make_folder(self, line: Line, name: str) -> str:
        line.ask("MKCOL", f"/{name}/").wanted(201)
        return f"/{name}"

    def upload(self, lines: Sequence[Line], folder: str, *, name: str, path: Path) -> None:
        lines[0].ask("PUT", f"{folder}/{name}", body=Piece.whole(path)).wanted(201, 204)

    def upload_many(self, line: Line, folder: str, *, files: Mapping[str, bytes], together: int) -> None:  # noqa: ARG002
        for name, body in files.items():
            line.ask("PUT", f"{folder}/{name}", body=body).wanted(201, 204)

    def handed_over(self, line: Line, address: str) -> str:  # noqa: ARG002
        return address

    def page_address(self, folder: str) -> str:  # noqa: ARG002
        return ""

    def zip_address(self, folder: str) -> str:  # noqa: ARG002
        return ""

    def find(self, line: Line, words: Sequence[str]) -> int | None:  # noqa: ARG002
        return None

    def make_longest(self, line: Line, name: str, *, count: int) -> str:  # noqa: ARG002
        return ""

    def download_address(self, line: Line, folder: str, *, name: str) -> str:  # noqa: ARG002  # only addresses by id are asked for
        return f"{folder}/{name}"


class Nginx(PlainDav):
    """The physical limit: nginx alone, its own PUT and GET, with a password and nothing else."""

    name = "nginx"

    def __init__(self, folder: Path, *, user: str) -> None:
        self.port = free_port()
        self._folder = folder
        self._programs = Programs(folder)
        (folder / "data").mkdir(parents=True)
        (folder / "passwords").write_text("bench:{PLAIN}bench\n")
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=self.port, user=user))

    def start(self) -> None:
        self._programs.start("nginx", nginx_command(self._folder / "nginx.conf"), env={})
        self._programs.wait_for(self.port, "/ready")

    def stop(self) -> None:
        self._programs.end()

    def pids(self) -> Sequence[int]:
        return self._programs.pids()

    def sign_in(self) -> Mapping[str, str]:
        return {"Authorization": "Basic " + base64.b64encode(b"bench:bench").decode()}

    def upload(self, lines: Sequence[Line], folder: str, *, name: str, path: Path) -> None:
        """Its PUT and one fsync of what it wrote, which it does not do itself."""
        super().upload(lines, folder, name=name, path=path)
        handle = os.open(f"{self._folder}/data{folder}/{name}", os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def list_address(self, folder: str) -> str:
        return f"{folder}/"

    def list_whole(self, line: Line, folder: str) -> int:
        return len(line.ask("GET", f"{folder}/").wanted(200).json())


class Copyparty(PlainDav):
    """A file server people know, from an environment of its own, with its index on as its search needs it."""

    name = "copyparty"

    def __init__(self, folder: Path, *, python: Path) -> None:
        self.port = free_port()
        self._folder, self._python = folder, python
        self._programs = Programs(folder)
        (folder / "data").mkdir(parents=True)

    def start(self) -> None:
        listen = ["-i", "127.0.0.1", "-p", str(self.port), "-q", "--hist", str(self._folder / "hist")]
        rights = ["-a", "bench:bench-words", "-v", f"{self._folder / 'data'}::A,bench", "-e2dsa"]
        home = {"HOME": str(self._folder), "XDG_CONFIG_HOME": str(self._folder), "PATH": "/usr/bin:/bin"}
        self._programs.start("copyparty", [self._python, "-m", "copyparty", *listen, *rights], env=home)
        self._programs.wait_for(self.port, "/?h")

    def stop(self) -> None:
        self._programs.end()

    def pids(self) -> Sequence[int]:
        return self._programs.pids()

    def sign_in(self) -> Mapping[str, str]:
        return {"PW": "bench-words"}

    def list_address(self, folder: str) -> str:
        return f"{folder}/?ls"

    def zip_address(self, folder: str) -> str:
        return f"{folder}/?zip"

    def find(self, line: Line, words: Sequence[str]) -> int:
        asked = {"q": " and ".join(f"name like *{word}*" for word in words)}
        return len(line.ask("POST", "/?srch", body=asked).wanted(200).json()["hits"])

    def list_whole(self, line: Line, folder: str) -> int:
        return len(line.ask("GET", f"{folder}/?ls").wanted(200).json()["files"])


def copyparty_python() -> Path | None:
    """Its own environment, when somebody made one (docs/performance.md says how)."""
    python = Path(".copyparty/bin/python").absolute()
    return python if python.exists() else None
