"""`main.py` without a command: the server, until Ctrl+C or the system ends it."""

import argparse
import asyncio
import gc
import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .weights import weights_argument

if TYPE_CHECKING:
    from server.listening import Listening
    from server.settings import Settings

DEVICE = re.compile(r"cpu|mps|cuda(:\d+)?")
INTERRUPTED = 130


def arguments(parser: argparse.ArgumentParser) -> None:
    _where(parser)
    _folders(parser)
    parser.add_argument(
        "--device",
        metavar="DEVICE",
        type=_device,
        action="append",
        default=[],
        help="cpu, cuda:0 …; may be given again (every GPU, or else the CPU)",
    )
    weights_argument(parser)
    parser.add_argument("--no-browser", action="store_true", help="print the link, open no browser")


def _where(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", metavar="N", type=_port, help="listen there (8420, or the next that is free)"
    )
    parser.add_argument(
        "--listen", metavar="ADDRESS", help="0.0.0.0 for every network (127.0.0.1: this machine)"
    )
    parser.add_argument(
        "--allowed-host",
        metavar="NAME",
        action="append",
        default=[],
        dest="allowed_hosts",
        help="a further name that this server is called by, such as that of a proxy",
    )
    parser.add_argument(
        "--no-auth", action="store_true", help="ask for no token; only on this machine alone"
    )


def _folders(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", metavar="DIR", type=Path, help="where everything is kept (./data)"
    )
    for name, what in (
        ("--models", "a further folder of models"),
        ("--packs", "a folder of nodes to trust and load this time"),
    ):
        parser.add_argument(
            name, metavar="DIR", type=_folder, action="append", default=[], help=what
        )
    parser.add_argument("--no-packs", action="store_true", help="load no packs")


def main(options: argparse.Namespace) -> int:
    """Serve: 2 if it cannot start, 130 after Ctrl+C, 0 when the system asked it to end."""
    gc.disable()  # what is imported stays, and to look through it all the time costs a tenth
    from nodes.core.problem import Problem
    from server import folder, guard, listening, login, refused, setup

    data = folder.data_folder(options.data)
    os.environ["LATENTWIRE_DATA"] = str(data)  # for the processes that the server starts
    settings = _settings(options, data)
    listening.allow_files()
    try:
        guard.check_settings(settings)
        folder.prepare(data)
        with folder.owned(data) as say_address:
            _build_editor()
            heard = listening.listen(options.listen, options.port)
            say_address(heard.address)
            settings = replace(settings, listen=heard.host, port=heard.port)
            return asyncio.run(_serve(settings, heard, options.no_browser))
    except (Problem, login.Unsafe, refused.Refused) as error:
        print(error, file=sys.stderr)
        return 2
    except setup.SetupError as error:
        print(error, file=sys.stderr)
        return error.status
    finally:
        gc.enable()


def _build_editor() -> None:
    """Without one the server is of use all the same. Raises `SetupError` if interrupted."""
    from server import editor, setup

    try:
        editor.make()
    except setup.SetupError as error:
        if error.status == setup.INTERRUPTED:
            raise
        shown = "the editor as it was built before" if editor.DIST.exists() else "its status page"
        setup.say(f"{error} The server starts with {shown}.")


def _settings(options: argparse.Namespace, data: Path) -> "Settings":
    from server.settings import Settings

    return Settings(
        data=data,
        listen=options.listen or "127.0.0.1",
        models=tuple(options.models),
        packs=tuple(options.packs),
        no_packs=options.no_packs,
        devices=tuple(dict.fromkeys(options.device)),
        auth=not options.no_auth,
        allowed_hosts=tuple(options.allowed_hosts),
        weights=options.weights,
    )


async def _serve(settings: "Settings", heard: "Listening", no_browser: bool) -> int:
    from server.app import Server

    from .welcome import Welcome

    asked = _asked_to_end()
    server = Server(settings)
    await server.start(heard.sockets)
    gc.freeze()
    gc.enable()
    try:
        welcome = Welcome(server, heard.address)
        welcome.say(browser=not no_browser)
        following = asyncio.ensure_future(welcome.follow())
        number = await asked
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
    finally:
        await server.stop()
    return INTERRUPTED if number == signal.SIGINT else 0


def _asked_to_end() -> "asyncio.Future[int]":
    """Done with the number of the signal that came first. A second one ends us at once."""
    loop = asyncio.get_running_loop()
    asked: asyncio.Future[int] = loop.create_future()
    before = dict(_handlers())

    def end(number: int) -> None:
        if not asked.done():
            asked.set_result(number)
        for each, handler in before.items():
            signal.signal(each, handler)

    for number in before:
        signal.signal(number, lambda number, _: loop.call_soon_threadsafe(end, number))
    return asked


def _handlers() -> Iterator[tuple[int, Any]]:
    """What would happen at each signal that ends us; one that is ignored is to stay so."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        handler = signal.getsignal(getattr(signal, name)) if hasattr(signal, name) else None
        if handler not in (None, signal.SIG_IGN):
            yield getattr(signal, name), handler


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port, 0 to 65535 are")
    return int(text)


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no folder")
    return path.absolute()


def _device(text: str) -> str:
    if not DEVICE.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text} is no device: cpu, cuda:0, cuda:1 … are")
    return "cuda:0" if text == "cuda" else text
