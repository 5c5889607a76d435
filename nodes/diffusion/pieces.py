"""A module taken apart into pieces whose weights can come and go one piece at a time.

A piece is a module that has its weights before it is called and can do without them afterwards.
Modules are taken apart where they hold lists of others, as deep as the size that is wanted asks
for. What holds no such list may use the weights of modules in it without calling them, so it stays
whole, and so do torch's own modules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from nodes.core.problem import Problem

LISTS = (nn.ModuleList, nn.ModuleDict, nn.Sequential)
ROWS = 1024  # of a table at most: different words of prompts that are read at once
SHARE = 8  # pieces are an eighth of the budget or less, where they can be taken apart


@dataclass(frozen=True, eq=False)
class Weight:
    """A tensor of a module: its names, of which there are several where it is used in several
    places, and the places.
    """

    names: list[str]
    places: list[tuple[nn.Module, str]]
    shape: tuple[int, ...]
    dtype: torch.dtype

    @property
    def size(self) -> int:
        """In bytes."""
        return torch.Size(self.shape).numel() * self.dtype.itemsize


@dataclass(frozen=True, eq=False)
class Piece:
    """Weights that come together, before any of these modules is called.

    `rows`: it is a table of which only the rows that are asked for need to come.
    """

    modules: list[nn.Module]
    weights: list[Weight]
    rows: bool = False

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(weight.size for weight in self.weights)

    @property
    def passing(self) -> int:
        """Bytes of it that are there while it is called, where it comes and goes."""
        most = self.weights[0].shape[0] if self.rows else 0
        return self.size * min(most, ROWS) // most if most else self.size


@dataclass(frozen=True, eq=False)
class Plan:
    """What of a module too large for a budget stays, and what comes and goes.

    `always` belongs to no module that can be taken by itself; `stay` comes once it is needed.
    """

    always: Piece
    stay: list[Piece]
    pass_by: list[Piece]


def weights_of(module: nn.Module, dtype: torch.dtype) -> list[Weight]:
    """All that a file must bring for a module, as it will be in `dtype`; whole numbers keep theirs.

    What a module works out by itself when it is made is not among them.
    """
    found: dict[int, Weight] = {}
    for path, owner in module.named_modules(remove_duplicate=False):
        for leaf, tensor in _own(owner):
            name = f"{path}.{leaf}" if path else leaf
            kind = dtype if tensor.is_floating_point() else tensor.dtype
            weight = found.setdefault(id(tensor), Weight([], [], tuple(tensor.shape), kind))
            weight.names.append(name)
            weight.places.append((owner, leaf))
    return list(found.values())


def plan(name: str, module: nn.Module, weights: list[Weight], budget: int) -> Plan:
    """How a module is run within `budget` bytes: as much as can be stays, by size.

    Raises Problem where a piece that cannot be taken apart is larger than that.
    """
    always, pieces = _taken_apart(module, weights, budget // SHARE)
    least = always.size + max((piece.passing for piece in pieces), default=0)
    if least > budget:
        raise Problem(_too_large(name, least, budget))
    made = Plan(always, [], [piece for piece in pieces if piece.rows])
    whole = sorted((piece for piece in pieces if not piece.rows), key=lambda piece: -piece.size)
    room, passing = budget - always.size, max((p.passing for p in made.pass_by), default=0)
    for number, piece in enumerate(whole):
        # as long as all have stayed, the next one may be the largest that passes by
        ahead = whole[number + 1].size if number + 1 < len(whole) else 0
        if piece.size + max(passing, ahead * (number == len(made.stay))) <= room:
            made.stay.append(piece)
            room -= piece.size
        else:
            made.pass_by.append(piece)
            passing = max(passing, piece.size)
    return made


def amount(size: int) -> str:
    """Bytes as people say them."""
    for unit, bytes in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if size >= bytes:
            return f"{size / bytes:.3g} {unit}"
    return f"{size:,} bytes"


def _too_large(name: str, least: int, budget: int) -> str:
    return (
        f"The {name} needs {amount(least)} for its largest piece, and {amount(budget)} may be held "
        f"of all weights: allow more with --weights {-(-least // 10**6)}MB, or take a smaller model"
    )


def _own(module: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """The weights a module holds itself, not in a module of its own."""
    yield from ((name, p) for name, p in module.named_parameters(recurse=False))
    for name, buffer in module.named_buffers(recurse=False):
        if name not in module._non_persistent_buffers_set:
            yield name, buffer


def _taken_apart(
    module: nn.Module, weights: list[Weight], wanted: int
) -> tuple[Piece, list[Piece]]:
    """What belongs to the modules that were taken apart, and the pieces that came of it.

    A weight with places in two pieces makes a third of the same modules.
    """
    sizes = {id(owner): 0 for owner in module.modules()}
    for weight in weights:
        for owner in {id(owner) for owner, _ in weight.places}:
            sizes[owner] += weight.size
    parts = list(_parts(module, sizes, wanted, first=True))
    number_of = {id(inner): number for number, part in enumerate(parts) for inner in part.modules()}
    groups: dict[tuple[int, ...], list[Weight]] = {}
    for weight in weights:
        numbers = {number_of.get(id(owner), -1) for owner, _ in weight.places}
        groups.setdefault((-1,) if -1 in numbers else tuple(sorted(numbers)), []).append(weight)
    always = Piece([], groups.pop((-1,), []))
    found = [([parts[n] for n in numbers], own) for numbers, own in groups.items()]
    return always, [Piece(modules, own, all(map(_is_table, modules))) for modules, own in found]


def _parts(
    module: nn.Module, sizes: dict[int, int], wanted: int, first: bool = False
) -> Iterator[nn.Module]:
    """The modules to be called as one: no larger than `wanted` bytes where that can be."""
    inner = list(module.modules())
    is_list = isinstance(module, LISTS)
    size = sum(sizes[id(one)] for one in inner)
    ours = not type(module).__module__.startswith("torch.")
    has_lists = ours and any(isinstance(one, LISTS) for one in inner)
    if is_list or (has_lists and (first or size > wanted)):
        for child in module.children():
            yield from _parts(child, sizes, wanted)
    elif size:
        yield module
        if type(module).__module__.startswith("transformers."):  # which call their tables
            yield from (one for one in inner if _is_table(one) and sizes[id(one)] > wanted)


def _is_table(module: nn.Module) -> bool:
    plain = type(module) is nn.Embedding
    return plain and module.padding_idx is None and module.max_norm is None
