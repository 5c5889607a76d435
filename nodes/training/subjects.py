"""The subjects: one bold shape each, standing on y = 0, one unit high."""

from __future__ import annotations

from collections.abc import Callable

import skia

from nodes.training.pen import RGB, Pen, box, ellipse, mix, polygon, tint, union

BROWN, CREAM, DARK, GLASS = (122, 76, 44), (246, 228, 196), (48, 44, 58), (176, 220, 245)
LAMP, LEAF, SHADE, WHITE = (255, 222, 110), (64, 150, 66), (20, 16, 40), (250, 250, 252)


def house(pen: Pen, colour: RGB) -> None:
    pen.fill(box(0.2, -0.98, 0.13, 0.35), mix(colour, SHADE, 0.5))
    pen.fill(box(-0.38, -0.56, 0.76, 0.56), colour)
    pen.fill(polygon((-0.5, -0.52), (0, -0.98), (0.5, -0.52)), mix(colour, SHADE, 0.45))
    pen.fill(box(-0.09, -0.32, 0.18, 0.32), BROWN)
    for x in (-0.31, 0.15):
        pen.fill(box(x, -0.42, 0.16, 0.17), LAMP, glow=True)


def tree(pen: Pen, colour: RGB) -> None:
    pen.fill(polygon((-0.08, -0.45), (0.08, -0.45), (0.12, 0), (-0.12, 0)), BROWN)
    circles = ((-0.22, -0.5, 0.22), (0.22, -0.5, 0.22), (-0.14, -0.72, 0.22), (0.14, -0.74, 0.24))
    crown = union(*(ellipse(x, y, r, r) for x, y, r in circles))
    pen.fill(crown, colour)
    for x, y in ((-0.17, -0.68), (0.1, -0.82), (0.22, -0.52), (-0.06, -0.47)):
        pen.fill(ellipse(x, y, 0.07, 0.06), mix(colour, WHITE, 0.3), rim=False)


def sailboat(pen: Pen, colour: RGB) -> None:
    pen.fill(box(-0.05, -0.96, 0.06, 0.8), BROWN)
    pen.fill(polygon((-0.09, -0.9), (-0.09, -0.27), (-0.46, -0.27)), mix(colour, WHITE, 0.25))
    pen.fill(polygon((0.04, -0.98), (0.04, -0.27), (0.46, -0.27)), colour)
    hull = polygon((-0.5, -0.22), (0.5, -0.22), (0.34, 0.02), (-0.34, 0.02))
    pen.fill(hull, mix(colour, SHADE, 0.45))
    pen.fill(box(-0.44, -0.19, 0.88, 0.06), CREAM, rim=False)


def lighthouse(pen: Pen, colour: RGB) -> None:
    tower = polygon((-0.13, -0.7), (0.13, -0.7), (0.22, 0), (-0.22, 0))
    pen.fill(tower, WHITE if colour[1] < 230 else (205, 210, 222))
    for top in (-0.7, -0.42, -0.14):
        stripe = skia.Op(tower, box(-0.5, top, 1, 0.14), skia.PathOp.kIntersect_PathOp)
        pen.fill(stripe, colour, rim=False)
    pen.line(tower, pen.rim, pen.rim_width)
    pen.fill(box(-0.11, -0.86, 0.22, 0.13), LAMP, glow=True)
    pen.fill(box(-0.19, -0.74, 0.38, 0.05), DARK, rim=False)
    pen.fill(polygon((-0.16, -0.85), (0, -1.0), (0.16, -0.85)), colour)


def balloon(pen: Pen, colour: RGB) -> None:
    for x in (-1, 1):
        pen.line(polygon((0.17 * x, -0.32), (0.07 * x, -0.12)), mix(BROWN, SHADE, 0.3), 0.022)
    envelope = skia.Path()
    envelope.moveTo(-0.13, -0.25)
    envelope.cubicTo(-0.62, -0.6, -0.45, -1.0, 0, -1.0)
    envelope.cubicTo(0.45, -1.0, 0.62, -0.6, 0.13, -0.25)
    envelope.close()
    pen.fill(envelope, colour)
    pen.fill(ellipse(0, -0.63, 0.14, 0.36), mix(colour, WHITE, 0.45), rim=False)
    pen.fill(box(-0.1, -0.15, 0.2, 0.15, 0.03), BROWN)


def rocket(pen: Pen, colour: RGB) -> None:
    pen.fill(polygon((-0.1, -0.2), (0.1, -0.2), (0, 0.04)), (255, 170, 50), rim=False, glow=True)
    for x in (-1, 1):
        fin = polygon((0.14 * x, -0.5), (0.36 * x, -0.22), (0.36 * x, -0.08), (0.12 * x, -0.2))
        pen.fill(fin, mix(colour, SHADE, 0.45))
    body = skia.Path()
    body.moveTo(-0.15, -0.18)
    body.cubicTo(-0.26, -0.5, -0.2, -0.8, 0, -1.0)
    body.cubicTo(0.2, -0.8, 0.26, -0.5, 0.15, -0.18)
    body.close()
    pen.fill(body, colour)
    pen.fill(ellipse(0, -0.6, 0.1, 0.1), GLASS)


def car(pen: Pen, colour: RGB) -> None:
    pen.fill(polygon((-0.3, -0.36), (-0.2, -0.64), (0.18, -0.64), (0.34, -0.36)), colour)
    pen.fill(polygon((-0.22, -0.37), (-0.15, -0.57), (-0.02, -0.57), (-0.02, -0.37)), GLASS, False)
    pen.fill(polygon((0.04, -0.37), (0.04, -0.57), (0.15, -0.57), (0.25, -0.37)), GLASS, False)
    pen.fill(box(-0.5, -0.39, 1.0, 0.27, 0.1), colour)
    pen.fill(ellipse(0.45, -0.28, 0.05, 0.05), LAMP, glow=True)
    for x in (-0.27, 0.27):
        pen.fill(ellipse(x, -0.12, 0.125, 0.125), DARK)
        pen.fill(ellipse(x, -0.12, 0.055, 0.055), (190, 192, 200), rim=False)


def castle(pen: Pen, colour: RGB) -> None:
    for x in (-0.47, 0.21):
        pen.fill(box(x, -0.62, 0.26, 0.62), colour)
        roof = polygon((x - 0.04, -0.6), (x + 0.13, -0.92), (x + 0.3, -0.6))
        pen.fill(roof, mix(colour, SHADE, 0.45))
        pen.fill(box(x + 0.08, -0.5, 0.1, 0.16), LAMP, rim=False, glow=True)
    pen.fill(box(-0.22, -0.5, 0.44, 0.5), mix(colour, WHITE, 0.1))
    for x in (-0.22, -0.06, 0.1):
        pen.fill(box(x, -0.58, 0.12, 0.1), mix(colour, WHITE, 0.1), rim=False)
    pen.fill(union(ellipse(0, -0.22, 0.12, 0.12), box(-0.12, -0.22, 0.24, 0.22)), (70, 46, 40))


def cat(pen: Pen, colour: RGB) -> None:
    tail = skia.Path()
    tail.moveTo(0.2, -0.06)
    tail.cubicTo(0.52, -0.02, 0.46, -0.28, 0.4, -0.4)
    pen.line(tail, pen.rim, 0.13)
    pen.line(tail, tint(colour, pen.light), 0.09)
    pen.fill(ellipse(0, -0.24, 0.27, 0.25), colour)
    pen.fill(ellipse(0, -0.19, 0.14, 0.16), mix(colour, WHITE, 0.45), rim=False)
    for side in (-1, 1):
        pen.fill(polygon((0.29 * side, -0.99), (0.3 * side, -0.66), (0.06 * side, -0.82)), colour)
    pen.fill(ellipse(0, -0.64, 0.31, 0.25), colour)
    for x in (-0.13, 0.13):
        pen.fill(ellipse(x, -0.67, 0.075, 0.085), (225, 235, 120), rim=False, glow=True)
        pen.fill(ellipse(x, -0.67, 0.028, 0.075), (20, 20, 24), rim=False)
    pen.fill(polygon((-0.045, -0.56), (0.045, -0.56), (0, -0.51)), (235, 120, 140), rim=False)


def flower(pen: Pen, colour: RGB) -> None:
    pen.fill(box(-0.035, -0.6, 0.07, 0.6), LEAF, rim=False)
    for side in (-1, 1):
        pen.fill(ellipse(0.17 * side, -0.12, 0.16, 0.07), LEAF)
    for x, y in ((0, -0.24), (0.23, -0.07), (0.14, 0.2), (-0.14, 0.2), (-0.23, -0.07)):
        pen.fill(ellipse(x, y - 0.64, 0.155, 0.155), colour)
    yellow = colour[0] > 220 and colour[1] > 120 and colour[2] < 90
    pen.fill(ellipse(0, -0.64, 0.13, 0.13), (120, 66, 34) if yellow else (255, 205, 60))


def mushroom(pen: Pen, colour: RGB) -> None:
    pen.fill(polygon((-0.13, -0.5), (0.13, -0.5), (0.18, 0), (-0.18, 0)), CREAM)
    cap = skia.Path()
    cap.moveTo(-0.48, -0.42)
    cap.cubicTo(-0.46, -1.1, 0.46, -1.1, 0.48, -0.42)
    cap.cubicTo(0.25, -0.34, -0.25, -0.34, -0.48, -0.42)
    cap.close()
    pen.fill(cap, colour)
    spot = WHITE if min(colour) < 200 else (232, 160, 150)
    for x, y, r in ((0, -0.74, 0.1), (-0.26, -0.56, 0.08), (0.26, -0.56, 0.08)):
        pen.fill(ellipse(x, y, r, r * 0.85), spot, rim=False)


SHAPES: dict[str, Callable[[Pen, RGB], None]] = {
    shape.__name__: shape
    for shape in (
        house,
        tree,
        sailboat,
        lighthouse,
        balloon,
        rocket,
        car,
        castle,
        cat,
        flower,
        mushroom,
    )
}
