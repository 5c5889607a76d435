"""From a function's signature to a node type. Whatever is no port is told with its name."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from .context import Context
from .nodetype import Auto, Lazy, NodeType, Steps
from .ports import PLAIN, Input, Output, value
from .problem import Problem
from .widgets import Choice, Widget

SPELLED = {"controlnet": "ControlNet", "lora": "LoRA", "vae": "VAE", "unet": "U-Net"}
_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def read(function: Callable[..., Any], type: str, pack: str = "", **flags: Any) -> NodeType:
    """A function's signature as a node type. Raises TypeError naming function and parameter."""
    owner = function.__name__
    hints = get_type_hints(function, include_extras=True)
    parameters = inspect.signature(function).parameters
    _look_for_gaps(function, hints)
    context = next((name for name in parameters if hints[name] is Context), None)
    inputs = [_input(p, hints[p.name], owner) for p in parameters.values() if p.name != context]
    returned = hints["return"]
    stepwise = get_origin(returned) is get_origin(Steps)
    _look_for_steps(function, stepwise, inputs)
    given = get_args(returned)[2] if stepwise else returned
    return NodeType(
        type=type,
        title=_title(owner),
        category=pack or _category(function.__module__),
        help=inspect.getdoc(function) or "",
        inputs={port.name: port for port in inputs},
        outputs={port.name: port for port in _outputs(given, owner)},
        function=function,
        single=given not in (None, NoneType) and not hasattr(given, "_fields"),
        is_generator=stepwise,
        context=context,
        **flags,
    )


def _title(name: str) -> str:
    """`Load LoRA` for load_lora."""
    words = [SPELLED.get(word, word) for word in name.split("_")]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def _category(module: str) -> str:
    """`image` for nodes.image.files, `text` for nodes.text."""
    parts = module.split(".")
    return parts[1] if parts[0] == "nodes" and len(parts) > 1 else parts[-1]


def _look_for_gaps(function: Callable[..., Any], hints: dict[str, Any]) -> None:
    owner, parameters = function.__name__, inspect.signature(function).parameters
    untyped = [name for name in parameters if name not in hints]
    if untyped or "return" not in hints:
        raise TypeError(f"{owner} needs a type for: {', '.join(untyped) or 'what it returns'}")
    if not inspect.getdoc(function):
        raise TypeError(f"{owner} needs a docstring: it is the node's help")
    for parameter in parameters.values():
        if parameter.kind not in _BY_NAME:
            raise TypeError(f"{owner}: {parameter.name} cannot be given by name, so it is no port")


def _look_for_steps(function: Callable[..., Any], stepwise: bool, inputs: list[Input]) -> None:
    if inspect.isgeneratorfunction(function) and not stepwise:
        raise TypeError(f"{function.__name__} yields, so it returns Steps[...]")
    lazy = [port.name for port in inputs if port.lazy]
    if lazy and not stepwise:
        raise TypeError(f"{function.__name__} cannot ask for {lazy[0]}: it is lazy, use Steps[...]")


def _input(parameter: inspect.Parameter, hint: Any, owner: str) -> Input:
    place = f"{owner}: {parameter.name}"
    hint, widget = _bare(hint)
    kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    wanted = [kind for kind in kinds if kind is not NoneType and kind != Auto]
    if len(wanted) != 1:
        raise TypeError(f"{place} must be of one type")
    kind, inner = _bare(wanted[0])
    lazy, many = get_origin(kind) is Lazy, get_origin(kind) is list
    if lazy or many:
        kind, innermost = _bare(get_args(kind)[0])
        inner = innermost or inner
    if get_origin(kind) is Literal:
        kind, inner = _choice(kind, place)
    name = _name(kind, place)
    port = Input(
        parameter.name,
        name,
        widget or inner or (None if many else PLAIN.get(kind)),
        optional=NoneType in kinds,
        many=many,
        lazy=lazy,
        auto=Auto in kinds,
    )
    return _with_default(port, parameter.default, place)


def _bare(hint: Any) -> tuple[Any, Widget | None]:
    """A type without its notes, and the widget among them."""
    if get_origin(hint) is not Annotated:
        return hint, None
    kind, *notes = get_args(hint)
    return kind, next((note for note in notes if isinstance(note, Widget)), None)


def _choice(kind: Any, place: str) -> tuple[type, Choice]:
    options = get_args(kind)
    if not all(isinstance(option, str) for option in options):
        raise TypeError(f"{place} may choose between words only")
    return str, Choice(options)


def _name(kind: Any, place: str) -> str:
    """What a wire type is called. A type is a class: what it holds cannot be told apart."""
    if not isinstance(kind, type) or get_origin(kind) is not None or kind in (object, Any):
        raise TypeError(f"{place} has the type {kind}, which no wire carries")
    return kind.__name__


def _with_default(port: Input, default: Any, place: str) -> Input:
    if default is inspect.Parameter.empty:
        return port
    try:
        checked = None if default is None and port.optional else value(port, default)
    except Problem as problem:
        raise TypeError(f"the default of {place} {problem.message}") from None
    return replace(port, default=checked)


def _outputs(hint: Any, owner: str) -> Iterator[Output]:
    """A NamedTuple is an output for each field; anything else is one, named after its type."""
    if hint is None or hint is NoneType:
        return
    if hasattr(hint, "_fields"):
        for name, kind in get_type_hints(hint, include_extras=True).items():
            yield _output(name, kind, f"{owner}: the output {name}")
    else:
        yield _output("", hint, f"{owner}: what it returns")


def _output(name: str, hint: Any, place: str) -> Output:
    hint, _ = _bare(hint)
    many = get_origin(hint) is list
    kind, _ = _bare(get_args(hint)[0] if many else hint)
    kind = str if get_origin(kind) is Literal else kind
    type = _name(kind, place)
    return Output(name or type.lower(), type, many)
