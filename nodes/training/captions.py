"""Sentences about a scene: many words for one thing, and not everything said."""

from __future__ import annotations

import random

from nodes.training.scene import COLOURS, Scene

NOUNS = {
    "house": (("house", "houses"), ("home", "homes"), ("cottage", "cottages")),
    "tree": (("tree", "trees"),),
    "sailboat": (("sailboat", "sailboats"), ("boat", "boats"), ("sailing boat", "sailing boats")),
    "lighthouse": (("lighthouse", "lighthouses"),),
    "balloon": (("balloon", "balloons"), ("hot air balloon", "hot air balloons")),
    "rocket": (("rocket", "rockets"), ("spaceship", "spaceships")),
    "car": (("car", "cars"), ("automobile", "automobiles")),
    "castle": (("castle", "castles"),),
    "cat": (("cat", "cats"), ("kitten", "kittens")),
    "flower": (("flower", "flowers"), ("blossom", "blossoms")),
    "mushroom": (("mushroom", "mushrooms"), ("toadstool", "toadstools")),
}
NUMBERS = {1: ("a", "a", "a", "one"), 2: ("two", "two", "2", "a pair of"), 3: ("three", "3")}
SIZES = {
    "small": ("small", "little", "tiny"),
    "medium": ("",),
    "large": ("large", "big", "huge", "giant"),
}
POSITIONS = {
    "left": ("on the left", "to the left", "on the left side"),
    "centre": ("in the middle", "in the centre", "in the center"),
    "right": ("on the right", "to the right", "on the right side"),
}
GROUNDS = {
    "meadow": ("in a meadow", "on the grass", "in a green field", "on green hills"),
    "sea": ("at sea", "by the sea", "on the water", "on the ocean", "on the sea"),
    "desert": ("in the desert", "on the sand", "in a sandy desert"),
    "snow": ("in the snow", "in winter", "on a snowy field"),
    "city": ("in the city", "in a town", "on a city street"),
}
SKIES = {
    "day": ("on a sunny day", "by day", "under a blue sky", "in the daytime"),
    "sunset": ("at sunset", "at dusk", "in the evening", "under a sunset sky"),
    "night": ("at night", "in the dark", "under a night sky", "at midnight"),
    "storm": ("under a stormy sky", "in a storm", "in a thunderstorm", "under dark clouds"),
}
EXTRAS = {
    "sun": ("the sun", "a bright sun"),
    "moon": ("the moon", "a full moon"),
    "clouds": ("clouds", "white clouds"),
    "mountains": ("mountains", "mountains in the background"),
    "rainbow": ("a rainbow",),
    "lightning": ("lightning", "a bolt of lightning"),
}
OPENINGS = ("", "", "", "", "a picture of", "an image of", "a drawing of")
# Balloons and rockets hang above the ground, and people say so.
OVER = {"in": "over", "on": "over", "at": "over the", "by": "over"}


def caption(scene: Scene, rng: random.Random) -> str:
    """A sentence, or now and then a list of tags."""
    if rng.random() < 0.15:
        return ", ".join(_shuffled(_tags(scene, rng), rng))
    places = [p for p in (_position(scene, rng), _ground(scene, rng), _sky(scene, rng)) if p]
    if rng.random() < 0.3:
        places = _shuffled(places, rng)
    return " ".join(w for w in (*_subject(scene, rng), *places, _with(scene, rng)) if w)


def _subject(scene: Scene, rng: random.Random) -> list[str]:
    opening, number, thing = rng.choice(OPENINGS), rng.choice(NUMBERS[scene.count]), ""
    thing = " ".join(w for w in (_size(scene, rng), _colour(scene, rng), _noun(scene, rng)) if w)
    if number == "a" and thing[0] in "aeiou":
        number = "an"
    if scene.count == 1 and not opening and rng.random() < 0.1:
        number = ""
    return [opening, number, thing]


def _noun(scene: Scene, rng: random.Random) -> str:
    first, *others = NOUNS[scene.subject]
    one, many = rng.choice(others) if others and rng.random() < 0.35 else first
    return one if scene.count == 1 else many


def _colour(scene: Scene, rng: random.Random) -> str:
    return "" if rng.random() < 0.12 else scene.colour


def _size(scene: Scene, rng: random.Random) -> str:
    """What is small or large is nearly always called so: no word means medium."""
    return "" if rng.random() < 0.05 else rng.choice(SIZES[scene.size])


def _position(scene: Scene, rng: random.Random) -> str:
    """What is not in the middle is nearly always said to be so: no word means centre."""
    drop = 0.9 if scene.position == "centre" else 0.05
    if scene.count > 1 or rng.random() < drop:
        return ""
    return rng.choice(POSITIONS[scene.position])


def _ground(scene: Scene, rng: random.Random) -> str:
    if rng.random() < 0.15:
        return ""
    phrase = rng.choice(GROUNDS[scene.ground])
    if scene.subject in ("balloon", "rocket") and rng.random() < 0.4:
        first, rest = phrase.split(" ", 1)
        return f"{OVER[first]} {rest}"
    return phrase


def _sky(scene: Scene, rng: random.Random) -> str:
    return "" if rng.random() < 0.15 else rng.choice(SKIES[scene.sky])


def _with(scene: Scene, rng: random.Random) -> str:
    named = [rng.choice(EXTRAS[extra]) for extra in scene.extras if rng.random() < 0.6]
    return "with " + " and ".join(_shuffled(named, rng)) if named else ""


def _tags(scene: Scene, rng: random.Random) -> list[str]:
    number = "" if scene.count == 1 else rng.choice(NUMBERS[scene.count][:2])
    words = (number, _size(scene, rng), _colour(scene, rng), _noun(scene, rng))
    tags = [" ".join(w for w in words if w), _position(scene, rng)]
    tags += [rng.choice(t) for t in (GROUND_TAGS[scene.ground], SKY_TAGS[scene.sky])]
    tags = [tag for tag in tags[1:] if tag and rng.random() < 0.85] + tags[:1]
    return tags + [extra for extra in scene.extras if rng.random() < 0.6]


GROUND_TAGS = {
    "meadow": ("meadow", "grass", "green field"),
    "sea": ("sea", "water", "ocean"),
    "desert": ("desert", "sand"),
    "snow": ("snow", "winter", "snowy"),
    "city": ("city", "town", "street"),
}
SKY_TAGS = {
    "day": ("day", "sunny", "blue sky"),
    "sunset": ("sunset", "dusk", "evening"),
    "night": ("night", "night sky", "dark"),
    "storm": ("storm", "stormy sky", "thunderstorm"),
}


def _shuffled(items: list[str], rng: random.Random) -> list[str]:
    return rng.sample(items, len(items))


def vocabulary() -> list[str]:
    """Every word a caption may hold, sorted."""
    tables = (SIZES, POSITIONS, GROUNDS, SKIES, EXTRAS, NUMBERS, GROUND_TAGS, SKY_TAGS)
    phrases = [phrase for table in tables for choices in table.values() for phrase in choices]
    phrases += [word for pairs in NOUNS.values() for pair in pairs for word in pair]
    phrases += [*OPENINGS, *OVER.values(), *EXTRAS, *COLOURS, "an", "and", "with", ","]
    return sorted({word for phrase in phrases for word in phrase.split()})
