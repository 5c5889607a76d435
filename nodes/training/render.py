"""A scene as a picture of 128 by 128 pixels, and the boxes of its subjects."""

from __future__ import annotations

import random

import numpy as np
import skia

from nodes.training.backdrop import EARTH, LIGHT, LIGHT_ON_SUBJECT, PIXELS, Backdrop
from nodes.training.pen import RGB, Pen, ellipse, solid, tint
from nodes.training.scene import Scene
from nodes.training.subjects import SHAPES

PAINTS: dict[str, RGB] = {
    "red": (218, 44, 46),
    "orange": (246, 134, 30),
    "yellow": (250, 212, 48),
    "green": (48, 160, 72),
    "blue": (44, 104, 222),
    "purple": (134, 62, 184),
    "pink": (246, 132, 182),
    "white": (244, 244, 248),
    "black": (50, 48, 58),
}
HEIGHTS = {"small": 40, "medium": 72, "large": 96}
# Where subjects may stand, in steps of eight pixels.
PLACES = {
    ("left", "small"): (24, 32),
    ("left", "medium"): (40,),
    ("left", "large"): (48,),
    ("centre", "small"): (64,),
    ("centre", "medium"): (64,),
    ("centre", "large"): (64,),
    ("right", "small"): (96, 104),
    ("right", "medium"): (88,),
    ("right", "large"): (80,),
}
FLOATING = ("balloon", "rocket")
Box = tuple[int, int, int, int]


def render(scene: Scene) -> tuple[np.ndarray, list[Box]]:
    """Pixels (height, width, 3) as bytes; boxes as left, top, right, bottom."""
    rng = random.Random(scene.seed)
    pixels = np.zeros((PIXELS, PIXELS, 4), np.uint8)
    surface = skia.Surface(pixels, colorType=skia.kRGBA_8888_ColorType)
    horizon = rng.choice((72, 80))
    with surface as canvas:
        Backdrop(canvas, scene, horizon).paint()
        boxes = [
            _place(canvas, scene, x, foot, height)
            for x, foot, height in _stands(scene, horizon, rng)
        ]
    return pixels[..., :3].copy(), boxes


def _stands(scene: Scene, horizon: int, rng: random.Random) -> list[tuple[int, int, int]]:
    """Centre, foot and height of each subject."""
    height = {1: HEIGHTS[scene.size], 2: 56, 3: 40}[scene.count]
    foot = horizon + {40: 24, 56: 32, 72: 32, 96: 40}[height]
    if scene.subject in FLOATING:
        foot -= {40: 40, 56: 32, 72: 24, 96: 16}[height]
    if scene.count == 1:
        return [(rng.choice(PLACES[scene.position, scene.size]), foot, height)]
    centres = (32, 96) if scene.count == 2 else (24, 64, 104)
    return [(x, foot - rng.choice((0, 8)), height) for x in centres]


def _place(canvas: skia.Canvas, scene: Scene, x: int, foot: int, height: int) -> Box:
    if scene.subject not in FLOATING:
        _stand(canvas, scene, x, foot, height)
    light = LIGHT_ON_SUBJECT[scene.sky]
    dark = scene.sky == "night"
    rim = (150, 165, 215) if dark else tint((44, 36, 56), light)
    canvas.save()
    canvas.translate(x, foot)
    canvas.scale(height, height)
    SHAPES[scene.subject](Pen(canvas, light, rim, 1.2 / height), PAINTS[scene.colour])
    canvas.restore()
    half = height // 2
    return max(x - half, 0), max(foot - height, 0), min(x + half, PIXELS), min(foot + 8, PIXELS)


def _stand(canvas: skia.Canvas, scene: Scene, x: int, foot: int, height: int) -> None:
    """A shadow on the ground; at sea an islet, and for a boat on land a pond."""
    light = LIGHT[scene.sky]
    boat, sea = scene.subject == "sailboat", scene.ground == "sea"
    if boat or sea:
        layers: list[tuple[RGB, float, float]] = [
            ((228, 204, 140), 0.52, 0.13),
            ((104, 172, 76), 0.43, 0.085),
        ]
        if boat:
            layers = [(EARTH["sea"][1], 0.6, 0.12)] if not sea else [((150, 205, 240), 0.46, 0.05)]
        for colour, rx, ry in layers:
            _oval(canvas, (x, foot), (rx * height, ry * height), solid(tint(colour, light)))
    if not boat:
        _oval(canvas, (x, foot), (0.4 * height, 0.06 * height), solid((0, 0, 20), 0.3))


def _oval(
    canvas: skia.Canvas, centre: tuple[int, int], radii: tuple[float, float], colour: int
) -> None:
    canvas.drawPath(ellipse(*centre, *radii), skia.Paint(AntiAlias=True, Color=colour))
