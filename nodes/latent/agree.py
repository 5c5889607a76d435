"""What latents must be to be worked with, and to be put together: asked before a run and in it."""

from dataclasses import fields, replace

from nodes.core import LatentFacts, MaskFacts, Problem
from nodes.core.sizes import agreed, check_size, filled, same_space


def sized(latent: LatentFacts, port: str = "latent") -> None:
    """Refuse a blank latent that leaves its size to the model."""
    if 0 in (latent.width, latent.height):
        raise Problem("has no size of its own yet: give it a width and a height", port)


def together(a: LatentFacts | None, b: LatentFacts | None) -> LatentFacts:
    """What comes of two filled latents, value by value: the mask is that of a."""
    a, b = a or LatentFacts(), b or LatentFacts()
    filled(a, "a")
    filled(b, "b")
    same_space("a", a, "b", b)
    learnt = {f.name: getattr(b, f.name) for f in fields(a) if getattr(a, f.name) is None}
    learnt |= {"batch": agreed(a=a, b=b).batch, "masked": a.masked, "shown": a.shown}
    return replace(a, **learnt)


def resized(latent: LatentFacts, width: int | None, height: int | None) -> LatentFacts:
    """The latent at a size in pixels, rounded down to whole values."""
    factor = latent.factor
    wide, high = (side - side % factor if side and factor else None for side in (width, height))
    check_size(wide, high, "width" if wide == 0 else "height")
    return replace(latent, width=wide, height=high)


def any_masked(*latents: LatentFacts) -> bool | None:
    """Whether one of them has a mask, None where that is not known."""
    known = [latent.masked for latent in latents]
    return True if True in known else None if None in known else False


def all_shown(*latents: LatentFacts) -> bool | None:
    """Whether each of them has what a model that fills holes is shown; None if not known."""
    known = [latent.shown for latent in latents]
    return False if False in known else None if None in known else True


def covers(mask: MaskFacts, latent: LatentFacts, name: str = "the latent") -> None:
    """Refuse a mask that is not as large as the picture, up to what encoding crops from it."""
    for side in ("width", "height"):
        ours, needed = getattr(mask, side), getattr(latent, side)
        factor = latent.factor or 1
        if None not in (ours, needed, latent.factor) and not needed <= ours < needed + factor:
            raise Problem(
                f"has {side} {ours}, {name} stands for {needed} pixels: resize the mask", "mask"
            )
