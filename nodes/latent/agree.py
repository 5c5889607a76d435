"""What latents must be to be worked with, and to be put together: asked before a run and in it."""

from dataclasses import fields, replace

from nodes.core import LatentFacts, MaskFacts, Problem
from nodes.core.sizes import check_size, common_batch

SHARED = ("space", "width", "height")


def filled(latent: LatentFacts, port: str = "latent") -> None:
    """Refuse a blank latent."""
    if latent.channels == 0:
        raise Problem("is blank, there are no values in it yet: sample or encode it first", port)


def sized(latent: LatentFacts, port: str = "latent") -> None:
    """Refuse a blank latent that leaves its size to the model."""
    if 0 in (latent.width, latent.height):
        raise Problem("has no size of its own yet: give it a width and a height", port)


def alike(
    first: LatentFacts,
    second: LatentFacts,
    port: str = "b",
    names: tuple[str, str] = ("a", ""),
    shared: tuple[str, ...] = SHARED,
) -> None:
    """Refuse a second latent in another space or of another size than the first.

    names: what the sentence calls the first, and how it begins where the port does not tell which.
    """
    known, which = names
    channels = (first.channels, second.channels)
    if None not in channels and (channels[0] == 0) != (channels[1] == 0):
        told = f"is blank, {known} is not" if not channels[1] else f"is not blank, {known} is"
        raise Problem(f"{which}{told}: sample the blank one first", port)
    for name in shared:
        theirs, ours = getattr(second, name), getattr(first, name)
        if None not in (ours, theirs) and ours != theirs:
            raise Problem(f"{which}has {name} {theirs}, that of {known} is {ours}", port)


def together(a: LatentFacts | None, b: LatentFacts | None) -> LatentFacts:
    """What comes of two filled latents, value by value: the mask is that of a."""
    a, b = a or LatentFacts(), b or LatentFacts()
    filled(a, "a")
    filled(b, "b")
    alike(a, b)
    learnt = {f.name: getattr(b, f.name) for f in fields(a) if getattr(a, f.name) is None}
    learnt |= {"batch": common_batch(a=a.batch, b=b.batch), "masked": a.masked}
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


def covers(mask: MaskFacts, latent: LatentFacts, name: str = "the latent") -> None:
    """Refuse a mask that is not as large as the picture, up to what encoding crops from it."""
    for side in ("width", "height"):
        ours, needed = getattr(mask, side), getattr(latent, side)
        factor = latent.factor or 1
        if None not in (ours, needed, latent.factor) and not needed <= ours < needed + factor:
            raise Problem(
                f"has {side} {ours}, {name} stands for {needed} pixels: resize the mask", "mask"
            )
