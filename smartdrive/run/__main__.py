"""Hold the data folder's lock and the listening socket, and keep the web server alive.

The socket outlives the web server, so while that starts again people wait a moment instead of being refused.
"""

import argparse
import contextlib
import fcntl
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from smartdrive.run.addresses import address_for_people, listen, loopback
from smartdrive.run.children import ROOT, Child, Keeper
from smartdrive.run.words import CannotRun, say
from smartdrive.settings import SettingsError, child_environment, data_folder, ensure_secret, load

LAST_PORT = 65535


def lock_or_refuse(handle: int, data: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CannotRun(f"Smart Drive is already running on {data}: stop it or choose another DATA.") from None


@contextlib.contextmanager
def locked(data: Path) -> Iterator[None]:
    """Hold the folder until this process ends, however it ends: the kernel lets go of the lock."""
    handle = os.open(data / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        lock_or_refuse(handle, data)
        yield
    finally:
        os.close(handle)


def web_command(descriptor: int) -> list[str]:
    config = str(ROOT / "deploy" / "gunicorn.conf.py")
    return [sys.executable, "-m", "gunicorn", "-c", config, "--bind", f"fd://{descriptor}", "wsgi:app"]


def make_keeper(data: Path, taken: socket.socket, *, shown: str) -> Keeper:
    """It gets the settings: the folder, and the printed address unless another one is set."""
    chosen = {} if "public_url" in load(data=data).model_fields_set else {"SMARTDRIVE_PUBLIC_URL": shown}
    environment = child_environment(SMARTDRIVE_DATA=str(data), **chosen)
    descriptor = taken.fileno()
    return Keeper(Child("web server", web_command(descriptor), environment, (descriptor,)))


def serve(data: Path, host: str, *, port: int) -> None:
    """Run until told to stop; raises CannotRun with the reason when nothing can start."""
    ensure_secret(data)
    with locked(data), listen(host, port) as taken:
        number = taken.getsockname()[1]
        shown = address_for_people(host, number)
        keeper = make_keeper(data, taken, shown=shown)
        keeper.obey_signals()
        try:
            if keeper.start(loopback(host), number):
                say(f"Smart Drive is at {shown}  (data in {data}; stop with Ctrl-C)")
            keeper.keep()
        finally:
            keeper.end()


def port_number(text: str) -> int:
    """0 asks for any free one."""
    if not text.isdecimal() or int(text) > LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is not a port: take a number from 1 to {LAST_PORT}.")
    return int(text)


def arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("smartdrive.run", description="Start Smart Drive on this machine.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (0.0.0.0: all)")
    parser.add_argument("--port", default=8000, type=port_number, help="port to listen on (0: any free one)")
    parser.add_argument("--data", default=data_folder(), type=Path, help="folder that keeps everything")
    return parser.parse_args(given)


def main(given: list[str] | None = None) -> int:
    chosen = arguments(given)
    try:
        serve(chosen.data.resolve(), chosen.host, port=chosen.port)
    except (CannotRun, SettingsError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
