"""A node is a typed function, and nothing else.

    @node
    def blend_latents(
        a: Latent, b: Latent, amount: Annotated[float, Slider(0, 1, 0.01)] = 0.5
    ) -> Latent:
        '''Mix two latents. At 0 you get a, at 1 you get b.'''
        return Latent(torch.lerp(a.values, b.values, amount), a.space)

Its name is the node's, its docstring the help, its module the category. Of its parameters

* a class is an input that a wire brings; `int`, `float`, `str` and `bool` can be typed in as well;
* `Annotated[float, Slider(0, 1)]` says how it looks and which values it takes (see widgets.py);
* `Literal["nearest", "area"]` is a choice, `int | Auto` a number or the word "auto";
* a default makes it optional, and so does `X | None`: nothing wired is None;
* `list[X]` takes many wires, in their order;
* `Lazy[X]` is worked out only when asked for: `value = yield lazy`;
* `Context` is no input: it is what the node may do besides (see context.py).

What it returns is the output, named after its type in lower case; a `NamedTuple` has one output a
field, `list[X]` is a wire that carries a list, None is no output. A node that takes a while is a
generator: it returns `Steps[X]`, yields `Progress(step, of, preview)`, and can be stopped at every
yield. A node never changes what came in, raises `Problem` for what the user can mend, and gives
the same for the same inputs unless it says `@node(exact=False)`.

Beside it may stand a rule that knows the outputs' facts before anything runs:

    @blend_latents.facts
    def _blended(a: LatentFacts | None, b: LatentFacts | None) -> LatentFacts: ...
"""

import inspect
from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar, overload

from .nodetype import AUTO as AUTO
from .nodetype import Auto as Auto
from .nodetype import Lazy as Lazy
from .nodetype import Migration as Migration
from .nodetype import NodeType as NodeType
from .nodetype import Steps as Steps
from .ports import MISSING as MISSING
from .ports import Input as Input
from .ports import Output as Output
from .signature import read

P = ParamSpec("P")
R = TypeVar("R")
Rule = TypeVar("Rule", bound=Callable[..., Any])


class NodeFunction(Generic[P, R]):
    """A function that is a node. Calling it calls the function: a script needs no engine."""

    def __init__(self, function: Callable[P, R], **flags: Any) -> None:
        self.function, self.flags = function, flags
        self.rule: Callable[..., Any] | None = None
        update_wrapper(self, function)
        read(function, function.__name__, **flags)  # a faulty signature is told where it stands

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.function(*args, **kwargs)

    def facts(self, rule: Rule) -> Rule:
        """Set the rule that turns facts of inputs into those of the output (or a dict or tuple).

        Its parameters are inputs of the node, and `host` for who finds files. It gets values for
        plain inputs, None for what is not known or not wired, and raises `Problem` to refuse.
        """
        inputs = inspect.signature(self.function).parameters
        other = [name for name in inspect.signature(rule).parameters if name not in inputs]
        if set(other) - {"host"}:
            name = self.function.__name__
            raise TypeError(f"the facts rule of {name} asks for {', '.join(other)}, no input of it")
        self.rule = rule
        return rule

    def definition(self, pack: str = "", code: str = "") -> NodeType:
        """The node's type, named `pack/name` for a node of a pack."""
        name = self.function.__name__
        type = f"{pack}/{name}" if pack else name
        return read(self.function, type, pack, code=code, rule=self.rule, **self.flags)


@overload
def node(function: Callable[P, R], /) -> NodeFunction[P, R]: ...
@overload
def node(
    *,
    version: int = 1,
    migrate: Migration | None = None,
    effect: bool = False,
    exact: bool = True,
) -> Callable[[Callable[P, R]], NodeFunction[P, R]]: ...
def node(function: Any = None, /, **flags: Any) -> Any:
    """Make a typed function a node.

    version, migrate: raise the version when inputs change meaning, and give `migrate(old, values)`,
    which returns the values for the new one from those of version `old`.
    effect: it writes something, through `context.asset` only, and is a target of a run.
    exact=False: its result is never reused.
    """
    if function is None:
        return lambda f: NodeFunction(f, **flags)
    return NodeFunction(function)
