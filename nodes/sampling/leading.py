"""What prompts must be to lead a sampler, and where in its run a step is."""

from typing import Annotated

from nodes.core import Number, Problem
from nodes.core.facts import ConditioningFacts, LatentFacts, ModelFacts
from nodes.diffusion.regions import refuse_beyond

from .agree import fills, reads, sees

Index = Annotated[int | None, Number(0, 1000, 1)]
Count = Annotated[int | None, Number(1, 1000, 1)]


def lead(
    model: ModelFacts | None, latent: LatentFacts, /, **prompts: ConditioningFacts | None
) -> None:
    """Refuse prompts, named by port, that the model cannot read or that do not fit the latent, and
    a latent without what the model is shown.
    """
    fills(model, latent)
    shown = model.controlled if model else None
    if None not in (shown, latent.batch) and shown not in (1, latent.batch):
        told = f"is controlled by {shown} pictures, the latent has {latent.batch}"
        raise Problem(f"{told}: give as many, or one for all", "model")
    for port, known in prompts.items():
        if known is None:
            continue
        reads(model, known, port)
        if port in ("positive", "conditioning"):
            sees(model, known, port)
        refuse_beyond(known.corner, latent.width, latent.height, port)
        if None not in (known.batch, latent.batch) and known.batch not in (1, latent.batch):
            told = f"is for {known.batch} pictures, the latent has {latent.batch}"
            raise Problem(f"{told}: give as many, or one for all", port)


def moment(index: int | None, steps: int | None) -> float | None:
    """The part of the run that a step begins at, from 0, or None where that is not told."""
    if index is None or steps is None:
        return None
    if index >= steps:
        raise Problem(f"is {index}, this run has {steps} steps (counted from 0)", "index")
    return index / steps
