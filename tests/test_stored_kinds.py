"""What is on wires outlives the process: every class of it is known to the store."""

import inspect
import pkgutil
from dataclasses import is_dataclass
from importlib import import_module

import torch

import nodes.core
from nodes.core import types
from nodes.core.cache import Entry
from nodes.core.facts import ModelFacts, TextFacts
from nodes.core.types import Embedding, Lora, Model, TextEncoder, Weights
from nodes.store import CLASSES, DiskStore

WIRED = ("types", "facts", "conditioning", "control", "shown", "told", "weights")


def test_every_kind_of_value_that_goes_over_wires_is_known_to_the_store():
    there = {module.name for module in pkgutil.iter_modules(nodes.core.__path__)}
    assert set(WIRED) <= there
    for name in WIRED:
        module = import_module(f"nodes.core.{name}")
        own = {n: kind for n, kind in vars(module).items() if inspect.isclass(kind)}
        lacking = {n for n, kind in own.items() if is_dataclass(kind) and n not in CLASSES}
        assert not lacking, f"nodes.core.{name}"
    assert all(CLASSES[name] is kind for name, kind in types.WIRES.items() if is_dataclass(kind))


def test_handles_come_back_with_all_that_lies_over_them(tmp_path):
    laid = (Lora("a/b.safetensors", "12", 0.5),)
    words = (Embedding("e.safetensors", "34", "cat"),)
    weights = Weights("t5", "text_encoder", "SD3", "56", "auto", laid, ("a", "b"), words)
    outputs = (TextEncoder(weights, TextFacts("SD3", 32, 8)), Model(weights, ModelFacts("SD3")))
    store = DiskStore(tmp_path)
    store.save("key", Entry((*outputs, torch.ones(2)), (), 1.0, ()))
    store.close()
    again = DiskStore(tmp_path).load("key")
    assert again is not None and again.outputs[:2] == outputs
