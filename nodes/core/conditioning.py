"""What a prompt became, and where and when it leads. Tensors are torch's: no torch here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .facts import ConditioningFacts
from .shown import Shown
from .told import Sizes

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Place:
    """Where in a picture a prompt leads, when in a run, and how strongly beside others.

    `area` is (x, y, width, height), in parts of the picture, or in pixels where `pixels` says so;
    `mask` (1 or B, 1, H, W), 0 to 1, is stretched over the picture. None is everywhere. It leads
    from the part `start` of the run on and before `end`.
    """

    area: tuple[float, float, float, float] | None = None
    pixels: bool = False
    mask: Tensor | None = None
    strength: float = 1.0
    start: float = 0.0
    end: float = 1.0


@dataclass(frozen=True)
class Conditioning:
    """What a prompt became: `text` (B, tokens, width), and `pooled` (B, width) or None.

    `unconditional` is the family's own negative (the empty prompt, or zeros where it says so),
    used when no negative is wired. `mask` (B, tokens) is 1 where the text has words, for families
    that tell their denoiser. `guidance` is the scale for models that take it as a number: samplers
    set it. `sizes` has one for each prompt, or for all; none are those of the picture itself.
    `place` says where and when it leads, and `others` are those that lead beside it, each at a
    place of its own and with no others. `shown` is the picture a model is to enlarge: the first one
    in a conditioning and its others counts.
    """

    text: Tensor
    pooled: Tensor | None = None
    unconditional: Conditioning | None = None
    families: tuple[str, ...] = ()
    mask: Tensor | None = None
    guidance: float | None = None
    sizes: tuple[Sizes, ...] = ()
    place: Place = Place()
    others: tuple[Conditioning, ...] = ()
    shown: Shown | None = None

    @property
    def facts(self) -> ConditioningFacts:
        pooled = 0 if self.pooled is None else self.pooled.shape[-1]
        places = [one.place for one in (self, *self.others)]
        counts = [len(one.text) for one in (self, *self.others)]
        counts += [len(place.mask) for place in places if place.mask is not None]
        counts += [len(one.shown.values) for one in (self, *self.others) if one.shown]
        corners = [place.area[:2] for place in places if place.area and place.pixels]
        return ConditioningFacts(
            self.text.shape[-1],
            pooled,
            self.families,
            max(counts),
            tuple((place.start, place.end) for place in places),
            (max(x for x, _ in corners), max(y for _, y in corners)) if corners else (0.0, 0.0),
            any(one.shown for one in (self, *self.others)),
        )
