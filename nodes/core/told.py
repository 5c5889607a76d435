"""What a model is told of a picture besides the text."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """What a model is told of the picture besides the text (Podell et al., 2023), in pixels.

    `width` and `height` of the original it was cut from, `left` and `top` of the cut, and the
    `target_width` and `target_height` it was scaled to; 0 is the size of the picture itself.
    `score` is how much people like it, None the model's own for a prompt, or for a `negative` one.
    """

    width: int = 0
    height: int = 0
    left: int = 0
    top: int = 0
    target_width: int = 0
    target_height: int = 0
    score: float | None = None
    negative: bool = False
