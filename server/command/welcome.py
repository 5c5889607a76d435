"""What a server says in its terminal: where it is, how to come in, and what it found.

Plain lines, flushed at once: a link that is styled or wrapped breaks when it is copied.
"""

import asyncio
import os
import sys
import webbrowser
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from server.login import LAUNCHER_SECONDS, PRINTED_SECONDS
from server.messages import Device, Nothing

if TYPE_CHECKING:
    from server.app import Server

LOOK_AGAIN = 0.2  # seconds


class Welcome:
    """The terminal page of one start."""

    def __init__(self, server: "Server", address: str) -> None:
        self.server, self.address = server, address

    def say(self, browser: bool) -> None:
        """The address and the link; a browser is opened where one is wanted and there is a screen.

        What opens the browser is a link of its own, since each works once.
        """
        settings, keys = self.server.settings, self.server.keys
        _print(f"Latentwire is at {self.address}")
        _print(f"  data     {settings.data}")
        if keys is None:
            _print("  WARNING  --no-auth: every program and user of this machine can use it")
        else:
            _print(f"  token    {settings.data / 'token'}")
        for notice in self.server.notices:
            _print(f"  note     {notice}")
        if browser and _has_screen():
            _open(self._link(LAUNCHER_SECONDS))
        if keys:
            minutes = PRINTED_SECONDS // 60
            _print(f"Come in here, once within {minutes} minutes (`main.py link` gives another):")
            _print(self._link(PRINTED_SECONDS))

    async def follow(self) -> None:
        """The devices and the models, each as soon as it is known."""
        told: set[str] = set()
        logs = self.server.settings.data / "logs"
        while len(told) <= len(self.server.devices()):
            await asyncio.sleep(LOOK_AGAIN)
            for device in self.server.devices():
                if device.state != "starting" and device.device not in told:
                    told.add(device.device)
                    _print(f"  device   {_device(device, logs)}")
            models = await self.server.calls.models_list(Nothing())
            if not models.looking and "models" not in told:
                told.add("models")
                _print(f"  models   {len(models.models)} found")

    def _link(self, seconds: float) -> str:
        keys = self.server.keys
        return f"{self.address}/#code={keys.code(seconds)}" if keys else self.address


def _device(device: Device, logs: Path) -> str:
    if device.state not in ("ready", "busy"):
        return f"{device.device}: cannot be used, {logs} says why"
    name = f" ({device.name})" if device.name != device.device else ""
    return f"{device.device}{name}, {device.memory_bytes / 2**30:.0f} GB"


def _has_screen() -> bool:
    """Without one, a browser for the terminal might start, in the midst of our lines."""
    named = any(os.environ.get(name) for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"))
    return named or sys.platform in ("darwin", "win32")


def _open(link: str) -> None:
    """Some browsers keep whoever starts them waiting."""
    Thread(target=webbrowser.open, args=(link,), daemon=True).start()


def _print(line: str) -> None:
    """Whoever read our words may have gone: that does not end a server."""
    try:
        print(line, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
