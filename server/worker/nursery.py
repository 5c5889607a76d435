"""A process that has imported everything and forks children that need not: ready in milliseconds.

It computes nothing: no thread and no CUDA context may exist in it, a fork survives neither. One
packet of JSON on its control socket is one request, or one thing told.
"""

import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from server.processes.ring import Ring
from server.settings import Settings

from . import bounds

FOR_ALL = ("nodes.catalogue", "nodes.estimate", "nodes.host", "nodes.store")
FOR_WORKERS = (
    "diffusers.models.autoencoders.autoencoder_kl",
    "diffusers.models.unets.unet_2d_condition",
    "diffusers.schedulers",
    "transformers.models.clip.modeling_clip",
    "transformers.models.clip.tokenization_clip",
    "server.worker.running",
)
PIECE = 64 * 1024

Begin = Callable[[str, str, int, Settings], int]


@dataclass(frozen=True)
class _Born:
    number: int
    prints: int
    log: Ring


class Nursery:
    """Forks the children the server asks for, tells it of their ends, keeps what they print."""

    def __init__(self, control: socket.socket, settings: Settings, begin: Begin) -> None:
        self.control, self.settings, self.begin = control, settings, begin
        self.children: dict[int, _Born] = {}
        self.waiting: list[tuple[dict[str, Any], list[int]]] = []
        self.complete = False
        self.selector = selectors.DefaultSelector()
        self.selector.register(control, selectors.EVENT_READ, self._asked)
        self._woken, wake = os.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._wake = wake
        self.selector.register(self._woken, selectors.EVENT_READ, self._reap)

    def serve(self) -> None:
        """Until the server is gone. The checker is forked as soon as it can be, workers later."""
        _import(FOR_ALL)
        self._freeze()
        self._turn(0)
        _import(FOR_WORKERS)
        self._freeze()
        self.complete = True
        self._tell("ready", devices=_devices())
        for request, handles in self.waiting:
            self._fork(request, handles[0])
        while True:
            self._turn(None)

    def _turn(self, timeout: float | None) -> None:
        for key, _ in self.selector.select(timeout):
            key.data()

    def _freeze(self) -> None:
        gc.collect()
        gc.freeze()  # what is never freed is never written to, and stays shared

    def _tell(self, kind: str, **said: Any) -> None:
        try:
            self.control.send(json.dumps({"kind": kind} | said).encode())
        except OSError:
            self._end()

    def _asked(self) -> None:
        """One request."""
        data, handles, *_ = socket.recv_fds(self.control, 65536, 1)
        if not data:
            self._end()
        request = json.loads(data)
        if request["kind"] == "signal":
            self._signal(request["number"], request["signal"])
        elif self.complete or request["child"] == "checker":
            self._fork(request, handles[0])
        else:
            self.waiting.append((request, handles))

    def _signal(self, number: int, which: int) -> None:
        for pid, born in self.children.items():
            if born.number == number:
                _signal_all(pid, which)

    def _fork(self, request: dict[str, Any], line: int) -> None:
        prints, printed = os.pipe()
        ours = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            self._tell("ended", number=request["number"], status=None, why=error.strerror)
            os.close(prints)
        else:
            if pid == 0:
                os.close(prints)
                self._be(request, line, printed, ours)
            os.set_blocking(prints, False)
            log = Ring(self.settings.data / "logs" / f"{request['name']}.log")
            self.children[pid] = _Born(request["number"], prints, log)
            self.selector.register(prints, selectors.EVENT_READ, lambda: self._print(pid))
            self._tell("forked", number=request["number"], pid=pid)
        os.close(line)
        os.close(printed)

    def _be(self, request: dict[str, Any], line: int, printed: int, parent: int) -> None:
        """In the child: leave everything of the nursery behind, and begin. Never returns."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self.selector.close()
            self.control.close()
            for handle in (self._woken, self._wake, *(b.prints for b in self.children.values())):
                os.close(handle)
            for born in self.children.values():
                born.log.close()
            for out in (1, 2):
                os.dup2(printed, out)
            os.close(printed)
            bounds.die_with(parent)
            os.setpgid(0, 0)
            code = self.begin(request["child"], request["device"], line, self.settings)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:
            traceback.print_exc()
        finally:
            with suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def _print(self, pid: int) -> bool:
        """Log some of what a child printed. Returns whether there was any."""
        born = self.children[pid]
        try:
            data = os.read(born.prints, PIECE)
        except BlockingIOError:
            return False
        if not data:  # it closed what it prints to
            self.selector.unregister(born.prints)
        born.log.write(data)
        return bool(data)

    def _reap(self) -> None:
        """Tell the server of every child that has ended."""
        os.read(self._woken, 4096)
        for pid, born in list(self.children.items()):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                _signal_all(pid, signal.SIGKILL)
                while born.prints in self.selector.get_map() and self._print(pid):
                    pass
                del self.children[pid]
                with suppress(KeyError):
                    self.selector.unregister(born.prints)
                os.close(born.prints)
                born.log.close()
                code = os.waitstatus_to_exitcode(status)
                self._tell("ended", number=born.number, status=code, why=None)

    def _end(self) -> None:
        """The server is gone: so are its children."""
        for pid in self.children:
            _signal_all(pid, signal.SIGKILL)
        os._exit(0)


def _signal_all(child: int, which: int) -> None:
    """To a child and all it has started."""
    for send in (os.kill, os.killpg):
        with suppress(OSError):
            send(child, which)


def _import(names: tuple[str, ...]) -> None:
    """Import these, and work out what every child would have to."""
    for name in names:
        importlib.import_module(name)
    from nodes.catalogue import catalogue
    from nodes.diffusion.memory import versions

    catalogue()
    versions()


def _devices() -> list[str]:
    """Every GPU by name, else the CPU. Counted without a CUDA context."""
    import torch

    if torch.cuda.is_available():
        return [f"cuda:{number}" for number in range(torch.cuda.device_count())]
    return ["cpu"]
