"""A module whose weights come from disk when they are wanted, and leave when others need the room.

A part is away (no weights), here (all of them), or streamed: too large for the budget, so some of
its pieces come before they are called and go afterwards. Who calls it sees no difference, and the
results have the same bits: a weight is the same copy of the same bytes each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from .mapped import let_go
from .pieces import Piece, Plan, Weight, plan
from .scaled import stored

State = dict[str, Tensor]

AT_ONCE = 2**26  # bytes of a file that are in memory beside what was made of them


class Change(Protocol):
    """What is laid over weights: the names it changes, and one of them changed."""

    names: frozenset[str]

    def __call__(self, name: str, weight: Tensor) -> Tensor: ...


@dataclass(frozen=True)
class Source:
    """Where a part's weights come from. `read` maps the files and gives tensors by name."""

    name: str
    read: Callable[[], State]
    device: torch.device
    dtype: torch.dtype


class Part:
    """`module` with its `weights`, away at first.

    `admit` is called when one is called that is away: it makes room and then fills or streams it.
    `change` lies over its weights; `below` is the part without it, if there is one to share with.
    """

    def __init__(
        self,
        module: nn.Module,
        weights: list[Weight],
        source: Source,
        admit: Callable[[Part], None],
        change: Change | None = None,
        below: Part | None = None,
    ) -> None:
        self.module, self.source, self.change, self.below = module, source, change, below
        self.weights = weights
        self.size = sum(weight.size for weight in self.weights)
        self.own = sum(weight.size for weight in self.weights if self._changes(weight))
        self.is_in = False
        self._admit = admit
        self._state: State | None = source.read()
        self._doors: list[RemovableHandle] = []
        self._pieces: dict[nn.Module, list[Piece]] = {}
        self._passing: frozenset[Piece] = frozenset()
        self._here: set[Piece] = set()
        self.empty()

    @torch.inference_mode(False)
    def fill(self, below: Part | None = None) -> None:
        """All weights are here; those that are not changed are shared with `below`."""
        state, read = self._state or self.source.read(), 0
        try:
            for weight in self.weights:
                self._put(weight, self._made(weight, state, below))
                read += weight.size
                if read > AT_ONCE:
                    let_go()
                    read = 0
        except BaseException:
            self.empty()
            raise
        self._shut()
        self._state, self.is_in = None, True

    def stream(self, budget: int) -> None:
        """Weights come and go from now on, at most `budget` bytes at a time."""
        found = self.planned(budget)
        self._state = self._state or self.source.read()
        self._shut()
        for piece in (*found.stay, *found.pass_by):
            for module in piece.modules:
                self._pieces.setdefault(module, []).append(piece)
        for module in {self.module, *self._pieces}:
            self._doors.append(module.register_forward_pre_hook(self._arrive))
        passing = {module for piece in found.pass_by for module in piece.modules}
        for module in passing:
            hook = module.register_forward_hook(self._pass, always_call=True)
            self._doors.append(hook)
        self._passing = frozenset(found.pass_by)
        self._bring(found.always)
        self.is_in = True

    def planned(self, budget: int) -> Plan:
        """How it is streamed. Raises Problem where that cannot be done."""
        return plan(self.source.name, self.module, self.weights, budget)

    def empty(self) -> None:
        """No weights are here; the next call asks for them."""
        self._drop(self.weights)
        self._shut()
        self.is_in = False
        for module in self.module.modules():
            if not isinstance(module, nn.ModuleList | nn.ModuleDict):
                self._doors.append(module.register_forward_pre_hook(self._arrive))

    def tensors(self) -> Iterator[Tensor]:
        """The weights that are here now."""
        for weight in self.weights:
            owner, leaf = weight.places[0]
            tensor: Tensor = getattr(owner, leaf)
            if not tensor.is_meta:
                yield tensor

    def _arrive(self, module: nn.Module, inputs: Any) -> Any:
        """Before a module is called. Where rows of a table come, it is asked for these."""
        if not self.is_in:
            self._admit(self)
        for piece in self._pieces.get(module, ()):
            if piece.rows and inputs:
                return (self._rows(piece.weights[0], inputs[0]), *inputs[1:])
            if piece not in self._here:
                self._bring(piece)
        return None

    def _pass(self, module: nn.Module, inputs: Any, output: Any) -> None:
        """After it was called."""
        for piece in self._pieces.get(module, ()):
            if piece in self._passing:
                self._here.discard(piece)
                self._drop(piece.weights)

    @torch.inference_mode(False)
    def _rows(self, weight: Weight, asked: Tensor) -> Tensor:
        """The rows that are asked for come, and nothing else. Returns which of them is which."""
        assert self._state is not None
        numbers, places = torch.unique(asked, return_inverse=True)
        if self._changes(weight):
            rows = self._made(weight, self._state, None)[numbers]
        else:
            stored = self._stored(weight, self._state)[numbers.cpu()]
            rows = stored.to(self.source.device, weight.dtype)
        self._put(weight, rows)
        return places

    @torch.inference_mode(False)
    def _bring(self, piece: Piece) -> None:
        assert self._state is not None
        for weight in piece.weights:
            self._put(weight, self._made(weight, self._state, None))
        self._here.add(piece)
        let_go()

    def _shut(self) -> None:
        for door in self._doors:
            door.remove()
        self._doors.clear()
        self._pieces.clear()
        self._here.clear()
        self._passing = frozenset()

    def _changes(self, weight: Weight) -> bool:
        return bool(self.change and self.change.names.intersection(weight.names))

    def _made(self, weight: Weight, state: State, below: Part | None) -> Tensor:
        """A weight in memory of its own, aligned, or that of the part below."""
        changed = self._changes(weight)
        made = below.tensor(weight.names[0]) if below else self._copied(weight, state)
        if changed and self.change:
            name = next(name for name in weight.names if name in self.change.names)
            made = self.change(name, made)
        return made

    def tensor(self, name: str) -> Tensor:
        """A weight that is here."""
        owner, _, leaf = name.rpartition(".")
        found: Tensor = getattr(self.module.get_submodule(owner), leaf)
        return found.detach()

    def _stored(self, weight: Weight, state: State) -> Tensor:
        return stored(next(name for name in weight.names if name in state), state)

    def _copied(self, weight: Weight, state: State) -> Tensor:
        made = torch.empty(weight.shape, dtype=weight.dtype, device=self.source.device)
        return made.copy_(self._stored(weight, state))

    def _put(self, weight: Weight, tensor: Tensor) -> None:
        """In all its places at once."""
        parameter = nn.Parameter(tensor, requires_grad=False)
        for owner, leaf in weight.places:
            if leaf in owner._parameters:
                owner._parameters[leaf] = parameter
            else:
                owner._buffers[leaf] = tensor

    @torch.inference_mode(False)
    def _drop(self, weights: list[Weight]) -> None:
        """Nothing is left of them but their shapes."""
        for weight in weights:
            owner, leaf = weight.places[0]
            if not getattr(owner, leaf).is_meta:
                self._put(weight, torch.empty(weight.shape, dtype=weight.dtype, device="meta"))
