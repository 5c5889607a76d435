"""A node is a typed function. This module reads its signature into what the editor draws and the engine runs.

    @node
    def blend_latents(a: Latent, b: Latent, amount: Annotated[float, Slider(0, 1, 0.01)] = 0.5) -> Latent:
        '''Mix two latents. At 0 you get a, at 1 you get b.'''

`X | None = None` is an optional port, `list[X]` takes many wires, `Lazy[X]` is asked for when needed, `X | Auto`
accepts the word "auto", a `Context` parameter is what the node may do besides, a `NamedTuple` is several outputs,
and `Steps[X]` is a generator that yields `Progress` and returns X.
"""

import inspect
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import cached_property, update_wrapper
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Generic,
    Literal,
    ParamSpec,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    overload,
)

from .context import Context
from .widgets import Choice, Number, Prompt, Toggle, Widget

Auto = Literal["auto"]
AUTO: Auto = "auto"
X = TypeVar("X")
P = ParamSpec("P")
R = TypeVar("R")
Steps = Generator[Any, Any, X]

PLAIN: dict[type, Widget] = {int: Number(), float: Number(), str: Prompt(1), bool: Toggle()}


class Missing:
    """The default of an input that has none."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()


@dataclass(frozen=True)
class Lazy(Generic[X]):
    """An input that is worked out only if asked for: `value = yield lazy`."""

    port: str


@dataclass(frozen=True)
class Input:
    """One input of a node. `widget` is None for what only a wire can bring."""

    name: str
    type: str
    widget: Widget | None = None
    default: Any = MISSING
    optional: bool = False
    many: bool = False
    lazy: bool = False
    auto: bool = False

    @property
    def required(self) -> bool:
        return self.default is MISSING and not self.optional


@dataclass(frozen=True)
class Output:
    """One output of a node. `many`: the wire carries a list of them."""

    name: str
    type: str
    many: bool = False


@dataclass(frozen=True, eq=False)
class NodeType:
    """What the editor draws, the checker checks and the engine runs."""

    type: str
    title: str
    category: str
    help: str
    inputs: dict[str, Input]
    outputs: dict[str, Output]
    function: Callable[..., Any]
    context: str | None = None
    version: int = 1
    migrate: Callable[[int, dict[str, Any]], dict[str, Any]] | None = None
    effect: bool = False
    exact: bool = True
    code: str = ""
    rule: Callable[..., Any] | None = None

    @cached_property
    def is_generator(self) -> bool:
        return inspect.isgeneratorfunction(self.function)

    @cached_property
    def single(self) -> bool:
        """Whether the function returns its only output bare."""
        returns = get_type_hints(self.function).get("return")
        return len(self.outputs) == 1 and not hasattr(_returned(returns), "_fields")

    @cached_property
    def rule_inputs(self) -> tuple[str, ...]:
        return tuple(inspect.signature(self.rule).parameters) if self.rule else ()


class NodeFunction(Generic[P, R]):
    """A function that is a node. Calling it calls the function: no engine needed in a test or a script."""

    def __init__(self, function: Callable[P, R], **flags: Any) -> None:
        self.function, self.flags = function, flags
        self.rule: Callable[..., Any] | None = None
        update_wrapper(self, function)
        read(function, function.__name__, **flags)  # a faulty signature is told where it stands

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.function(*args, **kwargs)

    def facts(self, rule: Callable[..., Any]) -> Callable[..., Any]:
        """Set the rule that turns facts of inputs, by name, into those of the output (or a dict or tuple of them).

        It gets None for what is unknown or not wired, plain values for plain inputs, and the `Host`
        if it has a parameter of that name. It raises `Problem` to refuse a wire.
        """
        unknown = (
            inspect.signature(rule).parameters.keys()
            - inspect.signature(self.function).parameters.keys()
            - {"host"}
        )
        if unknown:
            raise TypeError(
                f"the facts rule of {self.function.__name__} asks for {', '.join(sorted(unknown))}, which it has not"
            )
        self.rule = rule
        return rule

    def definition(self, pack: str = "", code: str = "") -> NodeType:
        """The node's type, named `pack/name` for a node of a pack."""
        name = self.function.__name__
        return read(
            self.function,
            f"{pack}/{name}" if pack else name,
            pack=pack,
            code=code,
            rule=self.rule,
            **self.flags,
        )


@overload
def node(function: Callable[P, R], /) -> NodeFunction[P, R]: ...
@overload
def node(
    *,
    version: int = 1,
    migrate: Callable[[int, dict[str, Any]], dict[str, Any]] | None = None,
    effect: bool = False,
    exact: bool = True,
) -> Callable[[Callable[P, R]], NodeFunction[P, R]]: ...
def node(function: Any = None, /, **flags: Any) -> Any:
    """Make a typed function a node.

    version, migrate: raise the version when inputs change meaning; `migrate(old, values)` returns new values.
    effect: it writes something, through `context.asset` only, and is a target of a run.
    exact=False: its result is never reused.
    """
    if function is None:
        return lambda f: NodeFunction(f, **flags)
    return NodeFunction(function)


def read(function: Callable[..., Any], type: str, pack: str = "", **flags: Any) -> NodeType:
    """A function's signature as a node type. Raises TypeError, naming the function and the parameter."""
    hints = get_type_hints(function, include_extras=True)
    parameters = inspect.signature(function).parameters
    untyped = [name for name in parameters if name not in hints]
    if untyped or "return" not in hints:
        raise TypeError(
            f"{function.__name__} needs a type for: {', '.join(untyped) or 'what it returns'}"
        )
    if not inspect.getdoc(function):
        raise TypeError(f"{function.__name__} needs a docstring: it is the node's help")
    context = next((name for name, hint in hints.items() if hint is Context), None)
    inputs = [
        _input(p, hints[p.name], function.__name__)
        for p in parameters.values()
        if p.name != context
    ]
    return NodeType(
        type=type,
        title=function.__name__.replace("_", " ").capitalize(),
        category=pack or function.__module__.rpartition(".")[2],
        help=inspect.getdoc(function) or "",
        inputs={i.name: i for i in inputs},
        outputs={o.name: o for o in _outputs(hints["return"])},
        function=function,
        context=context,
        **flags,
    )


def _input(parameter: inspect.Parameter, hint: Any, owner: str) -> Input:
    widget = None
    if get_origin(hint) is Annotated:
        hint, *notes = get_args(hint)
        widget = next((n for n in notes if isinstance(n, Widget)), None)
    kinds, optional, auto = _alternatives(hint)
    if len(kinds) != 1:
        raise TypeError(f"{owner}: {parameter.name} must be of one type")
    kind = kinds[0]
    origin = get_origin(kind)
    lazy, many = origin is Lazy, origin is list
    if lazy or many:
        kind = get_args(kind)[0]
    if get_origin(kind) is Literal:
        kind, widget = str, Choice(get_args(kinds[0]))
    default = MISSING if parameter.default is inspect.Parameter.empty else parameter.default
    if widget is None and not many and not lazy:
        widget = PLAIN.get(kind)
    return Input(parameter.name, kind.__name__, widget, default, optional, many, lazy, auto)


def _alternatives(hint: Any) -> tuple[list[Any], bool, bool]:
    """The types of `A | B`, and whether None and "auto" are among them."""
    parts = list(get_args(hint)) if get_origin(hint) in (Union, UnionType) else [hint]
    optional, auto = NoneType in parts, Auto in parts
    kinds = [p for p in parts if p is not NoneType and p != Auto]
    return kinds, optional, auto


def _returned(hint: Any) -> Any:
    return get_args(hint)[2] if get_origin(hint) is Generator else hint


def _outputs(hint: Any) -> list[Output]:
    hint = _returned(hint)
    if hint is None or hint is NoneType:
        return []
    if hasattr(hint, "_fields"):
        return [_output(name, kind) for name, kind in get_type_hints(hint).items()]
    many = get_origin(hint) is list
    kind = get_args(hint)[0] if many else hint
    return [_output(kind.__name__.lower(), hint)]


def _output(name: str, hint: Any) -> Output:
    """An output by its type; `X | None` is one that may stay empty."""
    (hint,), *_ = _alternatives(hint)
    many = get_origin(hint) is list
    kind = get_args(hint)[0] if many else hint
    return Output(name, kind.__name__, many)
