"""Masks. That of `photo` is empty."""

from tests.examples import node

MASK = "@box.mask"
NODES = {
    "full": node("solid_mask", image="@photo.image"),
    "box": node("draw_mask", width=72, height=64),
    "bright": node("mask_from_image", image="@photo.image"),
    "teal": node("mask_from_colour", image="@photo.image", colour="#008080"),
    "grey": node("mask_to_image", mask=MASK),
    "grown": node("grow_mask", mask=MASK),
    "soft": node("feather_mask", mask=MASK),
    "rest": node("invert_mask", mask=MASK),
    "both": node("combine_masks", a=MASK, b="@photo.mask"),
    "hard": node("threshold_mask", mask="@soft.mask"),
    "small": node("resize_mask", mask=MASK, width=36, height=32),
    "corner": node("crop_mask", mask=MASK, x=40, y=8, width=64, height=24),
    "turned": node("flip_mask", mask=MASK),
    "extent": node("measure_mask", mask=MASK),
    "part": node("crop_to_mask", image="@photo.image", mask=MASK, width=64, height=64),
    "stitched": node(
        "stitch_image", image="@photo.image", patch="@part.image", place="@part.place", mask=MASK
    ),
    "wider": node("pad_for_outpaint", image="@photo.image", right=20),
    "cleared": node("fill_masked", image="@photo.image", mask=MASK),
}
