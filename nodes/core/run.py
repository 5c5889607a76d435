"""Run a plan: each node once, only what is needed, reusing what did not change.

A run is a loop over events: `for event in Run(plan, host, cache).events()`. Whoever stops looping
cancels it. There is one explicit stack and no recursion but into bodies, whose depth is limited.
"""

from __future__ import annotations

import uuid
from collections.abc import Generator, Iterable, Iterator
from functools import partial
from time import perf_counter
from typing import Any

from . import bodies
from .cache import Cache, Entry
from .call import Call
from .context import Asset, Context, Host
from .events import EVENTS, Event, NodeFinished, NodeProgress, NodeStarted, Notice, Progress
from .keys import Keys
from .nodetype import Lazy
from .plan import Plan, Step
from .problem import Problem
from .purity import look
from .results import Inputs, Results
from .workflow import Source


class Run:
    """One execution of a plan, or of a body in all its turns.

    targets: the nodes to work out, None for all that save or show something. Raises `Problem` where
    there is nothing to run.
    """

    def __init__(
        self,
        plan: Plan,
        host: Host,
        cache: Cache,
        targets: Iterable[str] | None = None,
        inputs: Inputs | None = None,
    ) -> None:
        self.plan, self.host, self.cache = plan, host, cache
        self.targets = plan.wanted if inputs else plan.targets(targets)
        self.inputs = inputs or Inputs("", Keys(host))
        varying = self.inputs.varying
        self.fleeting = plan.downstream(varying) if varying else frozenset[str]()
        self.results = Results(plan, self.inputs)
        self.keys: dict[str, str] = {}
        self.reused: set[str] = set()
        self.assets: list[Asset] = []

    def events(self) -> Generator[Event, None, None]:
        """Do it. Raises `Problem` where a node fails. Closing the iterator ends the run at once."""
        if not self.inputs.path:
            for path, message in self.plan.notices():
                yield Notice(path, message)
        needed = self.results.needed(self.targets)
        self._make_keys(needed)
        for target in self.targets:
            yield from self._produce(target)
        yield from self._untouched(needed)

    def forget(self, names: Iterable[str]) -> None:
        """Make ready for a body's next turn, in which these nodes come out anew."""
        for name in names:
            self.results.found.pop(name, None)
            self.keys.pop(name, None)
            self.reused.discard(name)

    def forecast(self) -> list[str]:
        """The nodes that would be worked out now, in order; all others needed would be reused."""
        needed = self.results.needed(self.targets)
        self._make_keys(needed)
        wanted, fresh = set(self.targets), list[str]()
        for step in reversed(needed):
            if step.id in wanted and self._remembered(step) is None:
                fresh.append(step.id)
                wanted.update(self._strict_needs(step))
        return fresh[::-1]

    def output(self, source: Source | None) -> Any:
        """What came out at a source after the run; None where nothing feeds it."""
        return None if source is None else self.results.value(source)

    def _make_keys(self, needed: list[Step]) -> None:
        keys, inputs, key = self.keys, self.inputs, self.inputs.keys_of.key
        for step in needed:
            if step.id not in keys:
                never = not step.exact
                made = uuid.uuid4().hex if never else key(step, keys, inputs.keys, inputs.values)
                keys[step.id] = made

    def _produce(self, target: str) -> Iterator[Event]:
        stack = [self._call(target)]
        try:
            while stack:
                call = stack[-1]
                if not call.prepared:
                    entry = self._prepare(call, stack)
                    if entry is not None:
                        for message in entry.notices:
                            yield Notice(call.path, message)
                        yield self._finish(call, entry, True)
                    continue
                if not call.started:
                    self._begin(call)
                    yield NodeStarted(call.path, self.inputs.iteration)
                said = self._advance(call)
                if call.over:
                    stack.pop()
                    yield from self._done(call)
                elif isinstance(said, Lazy):
                    call.asked = said.port
                    starts = call.step.sources.get(said.port, ())
                    self._push(stack, [s.node for s in starts if s.node != "in"])
                elif isinstance(said, Progress):
                    yield self._progress(call, said)
                elif isinstance(said, EVENTS):
                    yield said
        finally:
            for call in reversed(stack):
                call.close()

    def _call(self, name: str) -> Call:
        return Call(self.plan.steps[name], self.plan, self._path(name))

    def _path(self, name: str) -> str:
        return f"{self.inputs.path}/{name}" if self.inputs.path else name

    def _prepare(self, call: Call, stack: list[Call]) -> Entry | None:
        """Put what the node on top needs above it, or take it off if it is there already.

        Returns the entry where an earlier result is reused.
        """
        call.prepared = True
        if call.step.id in self.results.found:
            stack.pop()
            return None
        entry = self._remembered(call.step)
        if entry is not None:
            stack.pop()
        else:
            self._push(stack, self._strict_needs(call.step))
        return entry

    def _push(self, stack: list[Call], names: list[str]) -> None:
        stack += [self._call(name) for name in reversed(names) if name not in self.results.found]

    def _strict_needs(self, step: Step) -> list[str]:
        lazy = step.type.lazy
        return [
            start.node
            for name, starts in step.sources.items()
            if name not in lazy
            for start in starts
            if start.node != "in"
        ]

    def _remembered(self, step: Step) -> Entry | None:
        """The earlier result of a node, if it is there and every file it wrote still is."""
        if not step.exact or step.id in self.fleeting:
            return None
        key = self.keys[step.id]
        entry = self.cache.get(key)
        if entry is None or all(map(self.host.kept, entry.assets)):
            return entry
        self.cache.forget(key)
        return None

    def _begin(self, call: Call) -> None:
        step = call.step
        if step.body or step.type.context:
            turn, inputs = self.inputs.iteration, self.inputs.values
            call.context = Context(self.host, self.plan, step.id, call.path, turn, inputs)
        if step.body:
            call.begin = partial(bodies.run, self, call)
        else:
            call.begin = partial(self._function, call)
        call.started = perf_counter()

    def _function(self, call: Call) -> Any:
        type, arguments = call.step.type, self.results.arguments(call.step)
        if "/" in type.type:  # our own nodes are held to it by a test, those of packs here
            call.seen = look(arguments)
        if type.context:
            arguments[type.context] = call.context
        return type.function(**arguments)

    def _advance(self, call: Call) -> Any:
        sent = None
        if call.asked:
            step, port, call.asked = call.step, call.asked, None
            try:
                sent = self.results.lazy(step, port)
            except Problem as problem:
                raise problem.at(call.path) from None
        return call.advance(sent, self.host)

    def _progress(self, call: Call, said: Progress) -> NodeProgress:
        left = call.seconds() / said.step * (said.of - said.step) if said.step else None
        iteration = self.inputs.iteration
        return NodeProgress(call.path, said.step, said.of, left, said.preview, iteration)

    def _done(self, call: Call) -> Iterator[Event]:
        step, context = call.step, call.context
        outputs, seconds = call.outputs(), call.seconds()
        told = tuple(context.notices) if context else ()
        entry = Entry(outputs, tuple(context.assets) if context else (), seconds, told)
        finished = self._finish(call, entry, False)
        if step.exact and step.id not in self.fleeting:
            self.cache.put(self.keys[step.id], entry)
        for message in told:
            yield Notice(call.path, message)
        yield finished

    def _finish(self, call: Call, entry: Entry, reused: bool) -> NodeFinished:
        step = call.step
        if reused and entry.assets and not step.body:  # the node may have had another name then
            entry = entry._replace(assets=tuple(a.by(call.path) for a in entry.assets))
        facts = call.measured(entry.outputs)
        self.results.found[step.id] = entry.outputs
        if reused:
            self.reused.add(step.id)
        self.assets += entry.assets
        if not self.inputs.path:
            self.results.let_go(step)
        seconds = 0.0 if reused else entry.seconds
        return NodeFinished(call.path, seconds, reused, facts, self.inputs.iteration, entry.assets)

    def _untouched(self, needed: list[Step]) -> Iterator[Event]:
        """Nodes that were needed, but not looked at since what hangs on them was reused."""
        found, reused = self.results.found, self.reused
        strictly = self._strictly(needed) if any(step.type.lazy for step in needed) else needed
        for step in strictly:
            if step.id not in found and step.id not in reused:
                reused.add(step.id)
                yield NodeFinished(self._path(step.id), 0.0, True, {}, self.inputs.iteration)

    def _strictly(self, needed: list[Step]) -> list[Step]:
        """Those that are needed though no more lazy inputs are asked for."""
        wanted, strictly = set(self.targets), list[Step]()
        for step in reversed(needed):
            if step.id in wanted or step.id in self.results.found:
                wanted.update(self._strict_needs(step))
                strictly.append(step)
        return strictly[::-1]
