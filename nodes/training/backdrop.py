"""Sky and ground behind the subjects.

Everything sits on a grid of eight pixels, the size of one latent: the autoencoder then meets
the same few patches again and again, and a small one can draw them sharply.
"""

from __future__ import annotations

import random

import skia

from nodes.training.pen import RGB, box, ellipse, mix, polygon, solid, tint, union
from nodes.training.scene import Scene

PIXELS = 128
SKY: dict[str, tuple[RGB, RGB, RGB]] = {
    "day": ((70, 150, 235), (135, 195, 248), (205, 232, 252)),
    "sunset": ((88, 58, 150), (238, 106, 92), (255, 196, 106)),
    "night": ((12, 14, 44), (26, 32, 84), (54, 62, 130)),
    "storm": ((52, 58, 74), (88, 96, 110), (140, 146, 152)),
}
LIGHT: dict[str, RGB] = {
    "day": (1, 1, 1),
    "sunset": (1, 0.8, 0.74),
    "night": (0.36, 0.4, 0.66),
    "storm": (0.66, 0.7, 0.74),
}
# Subjects keep more of their own colour, so that it can still be named in the dark.
LIGHT_ON_SUBJECT: dict[str, RGB] = {
    "day": (1, 1, 1),
    "sunset": (1, 0.93, 0.9),
    "night": (0.78, 0.8, 0.92),
    "storm": (0.88, 0.9, 0.92),
}
EARTH: dict[str, tuple[RGB, RGB]] = {
    "meadow": ((126, 200, 84), (58, 140, 58)),
    "sea": ((58, 142, 206), (22, 76, 150)),
    "desert": ((240, 208, 138), (208, 160, 88)),
    "snow": ((250, 252, 255), (204, 218, 238)),
    "city": ((118, 120, 130), (70, 72, 82)),
}


class Backdrop:
    """Paints one scene's surroundings onto a canvas."""

    def __init__(self, canvas: skia.Canvas, scene: Scene, horizon: int) -> None:
        self.canvas, self.scene, self.horizon = canvas, scene, horizon
        self.rng = random.Random(scene.seed + 1)
        self.light = LIGHT[scene.sky]

    def paint(self) -> None:
        self.sky()
        for extra in ("moon", "sun", "rainbow", "clouds", "lightning"):
            if extra in self.scene.extras:
                getattr(self, extra)()
        if "mountains" in self.scene.extras:
            self.mountains()
        getattr(self, self.scene.ground)()

    def fill(self, path: skia.Path, top: RGB, bottom: RGB, alpha: float = 1.0) -> None:
        area = path.getBounds()
        shader = skia.GradientShader.MakeLinear(
            [skia.Point(0, area.top()), skia.Point(0, area.bottom())],
            [solid(top, alpha), solid(bottom, alpha)],
        )
        self.canvas.drawPath(path, skia.Paint(AntiAlias=True, Shader=shader))

    def glow(self, x: float, y: float, radius: float, colour: RGB, alpha: float) -> None:
        shader = skia.GradientShader.MakeRadial(
            skia.Point(x, y), radius, [solid(colour, alpha), solid(colour, 0)]
        )
        self.canvas.drawCircle(x, y, radius, skia.Paint(AntiAlias=True, Shader=shader))

    def sky(self) -> None:
        shader = skia.GradientShader.MakeLinear(
            [skia.Point(0, 0), skia.Point(0, self.horizon)],
            [solid(colour) for colour in SKY[self.scene.sky]],
        )
        self.canvas.drawRect(skia.Rect(PIXELS, PIXELS), skia.Paint(Shader=shader))
        if self.scene.sky == "night":
            self.stars()
        if self.scene.sky == "storm":
            self.dark_clouds()

    def stars(self) -> None:
        cells = [(x, y) for x in range(0, PIXELS, 8) for y in range(0, self.horizon - 16, 8)]
        for x, y in self.rng.sample(cells, 14):
            paint = skia.Paint(AntiAlias=True, Color=solid((235, 238, 255)))
            self.canvas.drawCircle(x + 4, y + 4, 1.4, paint)

    def dark_clouds(self) -> None:
        shift = self.rng.choice((0, 16, 32))
        puffs = [ellipse(x - shift, 6, 26, 16) for x in range(0, PIXELS + 48, 32)]
        self.fill(union(*puffs), (40, 44, 58), (66, 72, 86))

    def sun(self) -> None:
        x = self.rng.choice((24, 104))
        low = self.scene.sky == "sunset"
        y = self.horizon - 4 if low else self.rng.choice((20, 28))
        self.glow(x, y, 30, (255, 236, 150), 0.8)
        self.fill(ellipse(x, y, 12, 12), (255, 240, 150), (255, 214, 80))

    def moon(self) -> None:
        x, y = self.rng.choice((24, 104)), self.rng.choice((20, 28))
        self.glow(x, y, 26, (220, 225, 255), 0.4)
        self.fill(ellipse(x, y, 10, 10), (250, 246, 226), (226, 222, 206))

    def clouds(self) -> None:
        low = self.scene.sky == "sunset"
        top, bottom = ((255, 205, 180), (240, 150, 140)) if low else ((255,) * 3, (216, 230, 246))
        for x in self.rng.sample((16, 48, 80, 112), 2):
            y = self.rng.choice((24, 32))
            parts = (ellipse(x - 10, y, 10, 7), ellipse(x + 10, y, 11, 7), ellipse(x, y - 5, 11, 9))
            self.fill(union(*parts), top, bottom)

    def rainbow(self) -> None:
        bands = ((232, 70, 70), (245, 160, 60), (250, 225, 90), (90, 190, 100), (80, 130, 225))
        for step, colour in enumerate(bands):
            paint = skia.Paint(
                AntiAlias=True,
                Color=solid(colour, 0.75),
                Style=skia.Paint.kStroke_Style,
                StrokeWidth=3.2,
            )
            self.canvas.drawCircle(64, self.horizon, 60 - 3 * step, paint)

    def lightning(self) -> None:
        x = self.rng.choice((16, 112))
        bolt = ((4, 16), (-6, 38), (1, 38), (-6, 60), (11, 31), (4, 31), (12, 16))
        path = polygon(*((x + dx, dy) for dx, dy in bolt))
        self.glow(x, 36, 28, (255, 250, 210), 0.35)
        self.fill(path, (255, 246, 170), (255, 226, 90))

    def mountains(self) -> None:
        far = mix(tint((118, 132, 168), self.light), SKY[self.scene.sky][2], 0.25)
        snow = mix(tint((250, 250, 255), self.light), SKY[self.scene.sky][2], 0.15)
        foot = self.horizon + 4
        shift = self.rng.choice((0, 16))
        for x, height in ((8, 32), (56, 40), (104, 32), (136, 40)):
            x -= shift
            self.fill(polygon((x - 36, foot), (x, foot - height), (x + 36, foot)), far, far)
            cap = ((x - 9, foot - height + 10), (x, foot - height), (x + 9, foot - height + 10))
            self.fill(polygon(*cap, (x, foot - height + 7)), snow, snow)

    def floor(self, path: skia.Path, shade: float = 0.0) -> None:
        """The ground in its own colours, under this sky's light."""
        top, bottom = (tint(c, self.light) for c in EARTH[self.scene.ground])
        dark = (0.0, 0.0, 24.0)
        self.fill(path, mix(top, dark, shade), mix(bottom, dark, shade))

    def hills(self, shade: float) -> None:
        """A far hill to one side, and the near one."""
        side = self.rng.choice((16, 112))
        self.floor(union(ellipse(side, self.horizon + 32, 88, 44), self._plain(8)), shade)
        self.floor(union(ellipse(64, PIXELS + 64, 200, PIXELS + 60 - self.horizon)))

    def meadow(self) -> None:
        self.hills(0.16)

    def desert(self) -> None:
        self.hills(0.12)
        if self.rng.random() < 0.5:
            self.cactus(self.rng.choice((8, 120)), self.horizon + 16)

    def snow(self) -> None:
        self.hills(0.08)
        for x in self.rng.sample((8, 120), self.rng.choice((0, 1, 2))):
            self.pine(x, self.horizon + 16)

    def sea(self) -> None:
        self.floor(self._plain(0))
        pale = mix(tint((150, 205, 240), self.light), SKY[self.scene.sky][2], 0.3)
        for y in range(self.horizon + 8, PIXELS, 16):
            for x in self.rng.sample(range(8, PIXELS, 16), 3):
                self.fill(ellipse(x, y + 4, 7, 1.3), pale, pale, 0.7)

    def city(self) -> None:
        self.skyline()
        self.floor(self._plain(0))
        line = tint((240, 226, 150), self.light)
        for x in range(4, PIXELS, 32):
            self.fill(box(x, PIXELS - 12, 18, 4), line, line)

    def skyline(self) -> None:
        """Houses sixteen pixels wide; at night their windows are lit."""
        lit = self.scene.sky in ("night", "sunset")
        pane = (255, 220, 120) if lit else tint((205, 228, 245), self.light)
        for x in range(0, PIXELS, 16):
            top = self.horizon - self.rng.choice((16, 24, 32, 40))
            wall = mix(tint(self.rng.choice(WALLS), self.light), (0, 0, 0), 0.28)
            self.fill(box(x, top, 16, self.horizon - top), wall, mix(wall, (0, 0, 0), 0.12))
            for y in range(top, self.horizon - 8, 8):
                for dx in (2.5, 9.5):
                    self.fill(box(x + dx, y + 2, 4, 4), pane, pane)

    def cactus(self, x: float, y: float) -> None:
        green = tint((70, 130, 76), self.light)
        stem = box(x - 2.5, y - 24, 5, 24, 2.5)
        arms = (box(x - 7, y - 16, 14, 4, 2), box(x - 8, y - 20, 4, 8, 2))
        self.fill(
            union(stem, *arms, box(x + 4, y - 22, 4, 10, 2)), green, mix(green, (0, 0, 0), 0.2)
        )

    def pine(self, x: float, y: float) -> None:
        green = tint((52, 112, 92), self.light)
        for top, half in ((-28, 6), (-20, 8), (-12, 10)):
            path = polygon((x - half, y + top + 12), (x, y + top), (x + half, y + top + 12))
            self.fill(path, mix(green, (255, 255, 255), 0.15), green)

    def _plain(self, below: int) -> skia.Path:
        return box(0, self.horizon + below, PIXELS, PIXELS - self.horizon - below)


WALLS: tuple[RGB, ...] = ((150, 158, 178), (172, 160, 160), (134, 146, 166))
