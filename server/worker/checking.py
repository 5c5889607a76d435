"""The checker: a process that knows the nodes and says what is wrong with a workflow; runs none."""

import gc
import json
from collections.abc import Callable
from queue import Empty, SimpleQueue
from time import perf_counter
from typing import Any

import msgspec

from nodes.core.body_type import Catalogue
from nodes.core.printer import canonical
from nodes.core.problem import Problem, Problems
from nodes.core.workflow import outline
from nodes.diffusion import memory
from nodes.estimate import Timings
from server.frames import Frame, pack
from server.messages import Check, Save, Submit

from . import submitting
from .catalogue import nodes
from .checked import checked, unreadable
from .line import Line
from .models import Index
from .onlooker import Onlooker
from .packs import catalogue
from .pictures import Pictures
from .shelves import model_folders

MOST_ANSWERS, MOST_SECONDS = 1000, 0.5  # between two times of tidying memory
SAID_TOGETHER = 0.004  # seconds of answers that go out in one piece
Answer = tuple[bytes, dict[str, Any]]


def main(line: Line) -> None:
    """Answer until the server says stop."""
    asked: SimpleQueue[Frame | None] = SimpleQueue()
    pictures = Pictures(line.send)
    line.open(hear=lambda frame: pictures.take(frame) or _keep(asked, frame))
    settings = line.settings
    known, problems = catalogue(settings)
    line.send("catalogue", msgspec.json.encode(nodes(known, problems)))
    line.send("hello", environment=memory.environment())
    folders = model_folders(settings.models)
    Index(folders, settings.cache / "digests.json", line.send).watch()
    host = Onlooker(settings.data, folders, memory.environment())
    Checker(known, host).serve(asked, line.send_all)


def _keep(asked: SimpleQueue[Frame | None], frame: Frame) -> bool:
    asked.put(None if frame.kind == "stop" else frame)
    return True


class Checker:
    """Answers one request after the other, in the order they came."""

    def __init__(self, known: Catalogue, host: Onlooker) -> None:
        self.known, self.host = known, host
        self.held: set[str] = set()
        self._untidy = 0.0
        self.timings = Timings(host.scratch)
        self._kinds = {"submit": self._submit, "check": self._check, "save": self._save}

    def serve(self, asked: "SimpleQueue[Frame | None]", send: Callable[[bytes], None]) -> None:
        """Until the server says stop. Answers to what waits together go out together."""
        gc.freeze()
        gc.disable()  # it would look through every workflow again and again while it is read
        while frame := asked.get():
            answers, began = list[bytes](), perf_counter()
            while frame:
                answers.append(self.answer(frame))
                if perf_counter() - began > SAID_TOGETHER:
                    break
                try:
                    frame = asked.get_nowait()
                except Empty:
                    break
            send(b"".join(answers))
            self._tidy(len(answers), perf_counter() - began)
            if frame is None:
                return

    def _tidy(self, answers: int, seconds: float) -> None:
        """Let go of what refers to itself, once there is some of it."""
        self._untidy += answers / MOST_ANSWERS + seconds / MOST_SECONDS
        if self._untidy > 1:
            self._untidy = 0.0
            gc.collect()

    def answer(self, frame: Frame) -> bytes:
        """The answer to one request, as a frame; empty where none is due."""
        if frame.kind == "held":
            self._hold(frame)
            return b""
        try:
            body, said = self._kinds[frame.kind](frame)
        except submitting.Malformed as error:
            body, said = b"", _refusal("malformed", error.problems)
        except Problem as problem:
            body, said = b"", _refusal("invalid", [problem])
        except Problems as error:
            body, said = b"", _refusal("invalid", error.problems)
        return pack("answer", body, request=frame.said["request"], **said)

    def _submit(self, frame: Frame) -> Answer:
        asked, odd = submitting.params(frame.body, Submit)
        id = submitting.run_id(asked)
        found = submitting.examined(frame.body, asked, odd, self.known, self.host)
        if found.problems:
            return b"", _refusal("invalid", found.problems)
        document = json.dumps(found.workflow.document, ensure_ascii=False, separators=(",", ":"))
        title = found.workflow.title
        return document.encode(), {
            "title": title,
            "targets": asked.targets,
            "front": asked.front,
            "id": id,
            "text": submitting.searchable(found.plan, title),
        }

    def _check(self, frame: Frame) -> Answer:
        asked, odd = submitting.params(frame.body, Check)
        self.host.environment = frame.said.get("environment") or self.host.environment
        try:
            found = submitting.examined(frame.body, asked, odd, self.known, self.host)
        except Problems as shapeless:
            answer = unreadable(shapeless.problems)
        else:
            answer = checked(found, asked.targets, self.host, frozenset(self.held), self.timings)
        return msgspec.json.encode(answer), {}

    def _save(self, frame: Frame) -> Answer:
        """A workflow may be saved with problems in it, if its shape is right."""
        asked, odd = submitting.params(frame.body, Save)
        workflow, problems = outline(asked.workflow)
        if odd or problems:
            return b"", _refusal("invalid", odd + problems)
        text = canonical(asked.workflow, self.known)
        return text.encode(), {
            "name": asked.name,
            "revision": asked.revision,
            "title": workflow.title,
        }

    def _hold(self, frame: Frame) -> None:
        """Which results the worker has in memory now."""
        if frame.said.get("anew"):
            self.held.clear()
        self.held.difference_update(frame.said["dropped"])
        self.held.update(frame.said["added"])


def _refusal(code: str, problems: list[Problem]) -> dict[str, Any]:
    return {"refused": code, "problems": [problem.as_dict() for problem in problems]}
