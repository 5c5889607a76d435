"""What a picture shows, drawn at random from a small world."""

from __future__ import annotations

import random
from dataclasses import dataclass

SUBJECTS = (
    "house",
    "tree",
    "sailboat",
    "lighthouse",
    "balloon",
    "rocket",
    "car",
    "castle",
    "cat",
    "flower",
    "mushroom",
)
COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white", "black")
COUNTS = (1, 2, 3)
POSITIONS = ("left", "centre", "right")
SIZES = ("small", "medium", "large")
GROUNDS = ("meadow", "sea", "desert", "snow", "city")
SKIES = ("day", "sunset", "night", "storm")
EXTRAS = ("sun", "moon", "clouds", "mountains", "rainbow", "lightning")

EXTRAS_OF_SKY = {
    "day": ("sun", "clouds", "mountains", "rainbow"),
    "sunset": ("sun", "clouds", "mountains"),
    "night": ("moon", "mountains"),
    "storm": ("lightning", "mountains"),
}
CHANCE_OF_EXTRA = {"rainbow": 0.12, "mountains": 0.2, "lightning": 0.45}


@dataclass(frozen=True)
class Scene:
    """Everything a caption may name, and a seed for what it may not."""

    subject: str
    colour: str
    count: int
    position: str
    size: str
    ground: str
    sky: str
    extras: tuple[str, ...]
    seed: int

    def classes(self) -> dict[str, int]:
        """The index of each attribute, for a classifier."""
        return {name: values.index(getattr(self, name)) for name, values in ATTRIBUTES.items()} | {
            extra: int(extra in self.extras) for extra in EXTRAS
        }


ATTRIBUTES: dict[str, tuple[str, ...] | tuple[int, ...]] = {
    "subject": SUBJECTS,
    "colour": COLOURS,
    "count": COUNTS,
    "position": POSITIONS,
    "size": SIZES,
    "ground": GROUNDS,
    "sky": SKIES,
}
# How many classes each attribute has; an extra is there or not.
CLASSES = {name: len(values) for name, values in ATTRIBUTES.items()} | dict.fromkeys(EXTRAS, 2)


def random_scene(rng: random.Random) -> Scene:
    """One scene. Only single subjects have a position and a size; most are plain."""
    count = rng.choices(COUNTS, (5, 3, 3))[0]
    single = count == 1
    sky = rng.choice(SKIES)
    return Scene(
        subject=rng.choice(SUBJECTS),
        colour=rng.choice(COLOURS),
        count=count,
        position=rng.choices(POSITIONS, (1, 3, 1))[0] if single else "centre",
        size=rng.choices(SIZES, (1, 4, 1))[0] if single else "medium",
        ground=rng.choice(GROUNDS),
        sky=sky,
        extras=tuple(e for e in EXTRAS_OF_SKY[sky] if rng.random() < CHANCE_OF_EXTRA.get(e, 0.5)),
        seed=rng.randrange(2**31),
    )


def scenes(count: int, seed: int) -> list[Scene]:
    """The same list for the same seed."""
    rng = random.Random(seed)
    return [random_scene(rng) for _ in range(count)]
