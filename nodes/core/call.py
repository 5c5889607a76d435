"""One node at work: it is called, goes on step by step, and whatever goes wrong is told of it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from traceback import extract_tb
from typing import Any

from .context import Context, Host
from .plan import Plan, Step
from .ports import Output
from .problem import Problem
from .purity import Seen, changed
from .shortage import is_out_of_memory, too_little
from .types import WIRES, measured

Begin = Callable[[], Any]


class Call:
    """A node on the stack of a run. Plain functions are done after one step, generators after some.

    plan: that which the step is of. path: the node's own, with the bodies it is in. over: it is
    done, and `returned` is there. asked: the lazy input whose value it waits for.
    """

    __slots__ = (
        "asked",
        "begin",
        "context",
        "generator",
        "over",
        "path",
        "plan",
        "prepared",
        "retried",
        "returned",
        "seen",
        "started",
        "step",
    )

    def __init__(self, step: Step, plan: Plan, path: str) -> None:
        self.step, self.plan, self.path = step, plan, path
        self.prepared = self.over = self.retried = False
        self.generator: Generator[Any, Any, Any] | None = None
        self.context: Context | None = None
        self.begin: Begin | None = None
        self.asked: str | None = None
        self.returned: Any = None
        self.seen: list[Seen] = []
        self.started = 0.0

    def advance(self, sent: Any, host: Host) -> Any:
        """Go on until the node says something or is done. Raises `Problem` that names the node.

        Memory is tried for once more, after the host let go of what can be loaded again.
        """
        while True:
            try:
                return self._go(sent)
            except Problem as problem:
                raise problem.at(self.path) from problem.__cause__
            except Exception as error:
                short = is_out_of_memory(error)
                if self.retried or self.step.body or not short:
                    raise self._problem(error, short) from error
            # not in the handler: there the traceback would hold on to what is to be freed
            sent = None
            self._start_over(host)

    def _problem(self, error: Exception, short: bool) -> Problem:
        if short:
            return too_little(self.step, self.plan, self.path)
        return Problem(_told(error, self.step.type.function), None, self.path)

    def _go(self, sent: Any) -> Any:
        if self.generator is None:
            assert self.begin
            begun = self.begin()
            if not (self.step.type.is_generator or self.step.body):
                self.over, self.returned = True, begun
                return None
            self.generator = begun
        try:
            return self.generator.send(sent)
        except StopIteration as end:
            self.over, self.returned = True, end.value
            return None

    def _start_over(self, host: Host) -> None:
        self.retried, self.generator, self.asked = True, None, None
        if self.context:
            self.context.assets.clear()
            self.context.notices.clear()
        host.free_memory()

    def outputs(self) -> tuple[Any, ...]:
        """What came out, in the order of the outputs. Raises `Problem` if it is something else."""
        type, returned = self.step.type, self.returned
        if self.step.body:
            return tuple(returned)
        if type.single:
            returned = (returned,)
        elif not type.outputs:
            return ()
        if not isinstance(returned, tuple) or len(returned) != len(type.outputs):
            told = f"gave {returned.__class__.__name__}, its outputs are {', '.join(type.outputs)}"
            raise Problem(told, None, self.path)
        for output, out in zip(type.outputs.values(), returned, strict=True):
            misfit = _misfit(output, out)
            if misfit:
                raise Problem(misfit, output.name, self.path)
        spoilt = changed(self.seen)
        if spoilt:
            told = "was written to by this node: it must make something new, others read it too"
            raise Problem(told, spoilt, self.path)
        return tuple(returned)

    def measured(self, outputs: tuple[Any, ...]) -> dict[str, Any]:
        """The facts of what came out, by output. Raises `Problem` for what has no such shape."""
        try:
            pairs = zip(self.step.type.outputs, outputs, strict=True)
            return {name: measured(out) for name, out in pairs}
        except Exception as error:
            told = f"gave something of the wrong shape ({type(error).__name__}: {error})"
            raise Problem(told, None, self.path) from error

    def seconds(self) -> float:
        return perf_counter() - self.started

    def close(self) -> None:
        """Stop a generator. What fails in its tidying up must not keep the others from theirs."""
        if self.generator is not None:
            with suppress(Exception):
                self.generator.close()


def _told(error: Exception, function: Callable[..., Any]) -> str:
    return f"failed: {type(error).__name__}: {error}{_line(error, function)}"


def _line(error: Exception, function: Callable[..., Any]) -> str:
    """Where in the node's own file it went wrong."""
    file = function.__code__.co_filename
    lines = [f.lineno for f in extract_tb(error.__traceback__) if f.filename == file]
    return f" ({Path(file).name} line {lines[-1]})" if lines else ""


def _misfit(output: Output, out: Any) -> str | None:
    """Why something is not what an output says it is."""
    if out is None:
        return "came out empty"
    kind = WIRES.get(output.type)
    if kind is None:
        return None
    accepted = (int, float) if kind is float else kind
    for item in out if output.many and isinstance(out, list | tuple) else (out,):
        if not isinstance(item, accepted):
            return f"came out as {type(item).__name__}, it is declared as {output.type}"
    return None
