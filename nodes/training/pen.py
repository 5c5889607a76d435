"""A pen that fills shapes with a gradient and draws their rim."""

from __future__ import annotations

from dataclasses import dataclass

import skia

RGB = tuple[float, float, float]
Point = tuple[float, float]


def mix(a: RGB, b: RGB, amount: float) -> RGB:
    """At 0 the first colour, at 1 the second."""
    red, green, blue = (x + (y - x) * amount for x, y in zip(a, b, strict=True))
    return red, green, blue


def tint(colour: RGB, light: RGB) -> RGB:
    """A colour as it looks in coloured light."""
    red, green, blue = (c * part for c, part in zip(colour, light, strict=True))
    return red, green, blue


def solid(colour: RGB, alpha: float = 1.0) -> int:
    return skia.Color(*(round(min(max(c, 0), 255)) for c in colour), round(255 * alpha))


def polygon(*points: Point) -> skia.Path:
    return skia.Path.Polygon([skia.Point(*p) for p in points], True)


def ellipse(x: float, y: float, rx: float, ry: float) -> skia.Path:
    return skia.Path.Oval(skia.Rect.MakeLTRB(x - rx, y - ry, x + rx, y + ry))


def box(x: float, y: float, width: float, height: float, round_by: float = 0.0) -> skia.Path:
    """A rectangle from its top left corner."""
    return skia.Path.RRect(skia.Rect.MakeXYWH(x, y, width, height), round_by, round_by)


def union(*paths: skia.Path) -> skia.Path:
    whole = paths[0]
    for path in paths[1:]:
        whole = skia.Op(whole, path, skia.PathOp.kUnion_PathOp)
    return whole


@dataclass
class Pen:
    """Draws in units of the subject's size; the light tints every colour."""

    canvas: skia.Canvas
    light: RGB
    rim: RGB
    rim_width: float

    def fill(self, path: skia.Path, colour: RGB, rim: bool = True, glow: bool = False) -> None:
        """Lighter at the top left, darker at the bottom right. What glows ignores the light."""
        colour = colour if glow else tint(colour, self.light)
        area = path.getBounds()
        shader = skia.GradientShader.MakeLinear(
            [skia.Point(area.left(), area.top()), skia.Point(area.right(), area.bottom())],
            [solid(mix(colour, (255, 255, 255), 0.16)), solid(mix(colour, (0, 0, 20), 0.2))],
        )
        self.canvas.drawPath(path, skia.Paint(AntiAlias=True, Shader=shader))
        if rim:
            self.line(path, self.rim, self.rim_width)

    def line(self, path: skia.Path, colour: RGB, width: float) -> None:
        paint = skia.Paint(
            AntiAlias=True,
            Color=solid(colour),
            Style=skia.Paint.kStroke_Style,
            StrokeWidth=width,
            StrokeJoin=skia.Paint.kRound_Join,
            StrokeCap=skia.Paint.kRound_Cap,
        )
        self.canvas.drawPath(path, paint)
