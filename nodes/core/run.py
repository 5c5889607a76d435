"""Run a plan: each node once, only what is needed, reusing what did not change.

A run is a loop over events: `for event in Run(plan, host, cache).events()`. Whoever stops looping
cancels it. There is one explicit stack and no recursion but into bodies, whose depth is limited.
"""

from __future__ import annotations

import uuid
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from . import bodies
from .cache import Cache, Entry
from .context import Asset, Context, Host
from .events import Event, NodeFinished, NodeProgress, NodeStarted, Notice, Progress
from .keys import step_key
from .node import Lazy
from .order import order
from .plan import Plan, Step
from .ports import value as checked
from .problem import Problem
from .types import measured
from .workflow import Source


@dataclass(slots=True)
class _Frame:
    """A node on the stack: being prepared, or a generator that waits for a lazy input."""

    step: Step
    generator: Generator[Any, Any, Any] | None = None
    asked: str | None = None
    context: Context | None = None
    started: float = 0.0
    retried: bool = False


@dataclass
class Inputs:
    """What comes into a body in one turn. `varying` names those that change from turn to turn."""

    values: dict[str, Any] = field(default_factory=dict[str, Any])
    keys: dict[str, str] = field(default_factory=dict[str, str])
    varying: frozenset[str] = frozenset()
    iteration: int | None = None


class Run:
    """One execution of a plan, or of a body in one turn."""

    def __init__(
        self,
        plan: Plan,
        host: Host,
        cache: Cache,
        targets: Iterable[str] | None = None,
        path: str = "",
        inputs: Inputs | None = None,
    ) -> None:
        self.plan, self.host, self.cache, self.path = plan, host, cache, path
        self.inputs = inputs or Inputs()
        self.targets = list(plan.wanted if targets is None else targets)
        self.results: dict[str, tuple[Any, ...]] = {}
        self.reused: set[str] = set()
        self.assets: list[Asset] = []
        self.keys: dict[str, str] = {}
        self.fleeting = (
            plan.downstream(self.inputs.varying) if self.inputs.varying else frozenset[str]()
        )

    def events(self) -> Iterator[Event]:
        """Do it. Raises `Problem` where a node fails. Closing the iterator ends the run within a step."""
        needed = order(self.targets, lambda name: self.plan.steps[name].needs())
        self._make_keys(needed)
        for target in self.targets:
            yield from self._produce(target)
        yield from self._untouched()

    def output(self, source: Source | None) -> Any:
        """What came out at a source after the run; None where nothing feeds it."""
        return None if source is None else self._value(source)

    def _make_keys(self, needed: list[str]) -> None:
        for name in needed:
            step = self.plan.steps[name]
            reusable = step.type.exact
            self.keys[name] = (
                step_key(step, self.keys, self.inputs.keys, self.host)
                if reusable
                else uuid.uuid4().hex
            )

    def _produce(self, target: str) -> Iterator[Event]:
        stack = [_Frame(self.plan.steps[target])]
        try:
            while stack:
                frame = stack[-1]
                if frame.step.id in self.results:
                    stack.pop()
                elif frame.generator is not None:
                    yield from self._advance(frame, stack)
                elif frame.started:  # its needs are done by now
                    yield from self._start(frame, stack)
                elif (entry := self._remembered(frame.step)) is not None:
                    yield self._finish(frame.step, entry.outputs, 0.0, True, entry.assets)
                else:
                    frame.started = 1.0
                    stack += [
                        _Frame(self.plan.steps[n])
                        for n in self._strict_needs(frame.step)
                        if n not in self.results
                    ][::-1]
        finally:
            for frame in reversed(stack):
                if frame.generator is not None:
                    frame.generator.close()

    def _strict_needs(self, step: Step) -> Iterator[str]:
        for name, sources in step.sources.items():
            if not step.type.inputs[name].lazy:
                yield from (s.node for s in sources if s.node != "in")

    def _remembered(self, step: Step) -> Entry | None:
        """The earlier result of a node, if it is there and every file it wrote still is."""
        if step.id in self.fleeting or not step.type.exact:
            return None
        key = self.keys[step.id]
        entry = self.cache.get(key)
        if entry is None or all(map(self.host.kept, entry.assets)):
            return entry
        self.cache.forget(key)
        return None

    def _start(self, frame: _Frame, stack: list[_Frame]) -> Iterator[Event]:
        step = frame.step
        path = self._path(step)
        frame.context = Context(self.host, self.plan, step.id, path, self.inputs.iteration)
        frame.started = perf_counter()
        yield NodeStarted(path, self.inputs.iteration)
        if step.body:
            frame.generator = bodies.run(self, step, frame.context, self._arguments(step))
        elif step.type.is_generator:
            frame.generator = self._call(frame)
        else:
            yield from self._done(frame, self._guarded(frame, lambda: self._call(frame)))

    def _advance(self, frame: _Frame, stack: list[_Frame]) -> Iterator[Event]:
        """One step of a generator: pass on what it says, or work out the lazy input it asks for."""
        generator = frame.generator
        assert generator is not None
        sent = self._lazy_value(frame.step, frame.asked) if frame.asked else None
        frame.asked = None
        finished = _Finished()
        said = self._guarded(frame, lambda: finished.next(generator, sent))
        if finished:
            yield from self._done(frame, finished.value)
        elif isinstance(said, Lazy):
            frame.asked = said.port
            sources = frame.step.sources.get(said.port, ())
            stack += [
                _Frame(self.plan.steps[s.node])
                for s in sources
                if s.node != "in" and s.node not in self.results
            ][::-1]
        elif isinstance(said, Progress):
            yield self._progress(frame, said)
        elif isinstance(said, Event):
            yield said

    def _progress(self, frame: _Frame, said: Progress) -> NodeProgress:
        spent = perf_counter() - frame.started
        left = spent / said.step * (said.of - said.step) if said.step else None
        return NodeProgress(
            self._path(frame.step), said.step, said.of, left, said.preview, self.inputs.iteration
        )

    def _done(self, frame: _Frame, returned: Any) -> Iterator[Event]:
        assert frame.context
        step, context = frame.step, frame.context
        outputs = self._in_order(step, returned)
        seconds = perf_counter() - frame.started
        entry = Entry(outputs, tuple(context.assets), seconds)
        if step.id not in self.fleeting and step.type.exact:
            self.cache.put(self.keys[step.id], entry)
        for message in context.notices:
            yield Notice(context.path, message)
        yield self._finish(step, outputs, seconds, False, entry.assets)

    def _in_order(self, step: Step, returned: Any) -> tuple[Any, ...]:
        if step.body:
            return returned
        names = step.type.outputs
        if step.type.single:
            return (returned,)
        if not names:
            return ()
        if not isinstance(returned, tuple) or len(returned) != len(names):
            raise Problem(
                f"gave {type(returned).__name__}, its outputs are {', '.join(names)}",
                None,
                self._path(step),
            )
        return tuple(returned)

    def _finish(
        self,
        step: Step,
        outputs: tuple[Any, ...],
        seconds: float,
        reused: bool,
        assets: tuple[Asset, ...],
    ) -> NodeFinished:
        self.results[step.id] = outputs
        if reused:
            self.reused.add(step.id)
        self.assets += assets
        facts = {name: measured(out) for name, out in zip(step.type.outputs, outputs, strict=True)}
        return NodeFinished(self._path(step), seconds, reused, facts, self.inputs.iteration, assets)

    def _untouched(self) -> Iterator[Event]:
        """Nodes that were needed, but nothing asked for their result because what hangs on them was reused."""
        asked = order(self.targets, lambda name: self._strict_needs(self.plan.steps[name]))
        for name in asked:
            if name not in self.results:
                self.reused.add(name)
                yield NodeFinished(
                    self._path(self.plan.steps[name]), 0.0, True, {}, self.inputs.iteration
                )

    def _path(self, step: Step) -> str:
        return f"{self.path}/{step.id}" if self.path else step.id

    def _value(self, source: Source) -> Any:
        if source.node == "in":
            return self.inputs.values.get(source.output)
        step = self.plan.steps[source.node]
        return self.results[source.node][list(step.type.outputs).index(source.output)]

    def _arguments(self, step: Step) -> dict[str, Any]:
        """What a node is called with, by name: values, and what its wires bring."""
        arguments = dict(step.constants)
        for name, sources in step.sources.items():
            port = step.type.inputs[name]
            if port.lazy:
                arguments[name] = Lazy(name)
            else:
                arguments[name] = self._wired(step, name)
        for name in step.constants:
            if step.type.inputs[name].lazy:
                arguments[name] = Lazy(name)
        return arguments

    def _wired(self, step: Step, name: str) -> Any:
        port, sources = step.type.inputs[name], step.sources[name]
        if not port.many:
            value = self._value(sources[0])
            return self._in_range(step, name, value) if port.widget else value
        values: list[Any] = []
        for source in sources:
            value = self._value(source)
            values += value if isinstance(value, list) else [value]
        return values

    def _in_range(self, step: Step, name: str, value: Any) -> Any:
        """A plain value that came by wire, held to the bounds of the input it goes into."""
        port = step.type.inputs[name]
        try:
            return checked(port, value)
        except Problem as problem:
            raise problem.at(self._path(step)) from None

    def _call(self, frame: _Frame) -> Any:
        type, arguments = frame.step.type, self._arguments(frame.step)
        if type.context:
            arguments[type.context] = frame.context
        return type.function(**arguments)

    def _lazy_value(self, step: Step, port: str) -> Any:
        return self._wired(step, port) if port in step.sources else step.constants.get(port)

    def _guarded(self, frame: _Frame, call: Any) -> Any:
        """Call a node's code. Whatever goes wrong becomes a `Problem` that names it; memory is tried for once more."""
        path = self._path(frame.step)
        try:
            try:
                return call()
            except Exception as error:
                if not _out_of_memory(error) or frame.retried or frame.step.body:
                    raise
                return self._again(frame)
        except Problem as problem:
            raise problem.at(path) from problem.__cause__
        except Exception as error:
            raise Problem(_told(error), None, path) from error

    def _again(self, frame: _Frame) -> Any:
        """After running out of memory: free what can be loaded again, and begin the node anew, once."""
        frame.retried = True
        self.host.free_memory()
        fresh = self._call(frame)
        if frame.generator is None:
            return fresh
        frame.generator.close()
        frame.generator = fresh
        return None


class _Finished:
    """Whether a generator came to its end, and what it returned."""

    def __init__(self) -> None:
        self.over, self.value = False, None

    def __bool__(self) -> bool:
        return self.over

    def next(self, generator: Generator[Any, Any, Any], sent: Any) -> Any:
        try:
            return generator.send(sent)
        except StopIteration as end:
            self.over, self.value = True, end.value
            return None


def _out_of_memory(error: Exception) -> bool:
    return isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"


def _told(error: Exception) -> str:
    if _out_of_memory(error):
        return "there is not enough memory for this: try a smaller size or batch"
    return f"failed: {type(error).__name__}: {error}"
