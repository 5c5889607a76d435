"""Latents. `encoded` is 72 x 64 as `photo` is, `free` the same with a mask set."""

from tests.examples import node

PAIR = {"a": "@encoded.latent", "b": "@free.latent"}
NODES = {
    "blank": node("empty_latent", width=64, height=72, batch="@count.int"),
    "as_photo": node("empty_latent_like", image="@photo.image"),
    "encoded": node("vae_encode", vae="@vae.vae", image="@photo.image"),
    "in_tiles": node("vae_encode", vae="@vae.vae", image="@photo.image", tile=64, seed=3),
    "blend": node("blend_latents", a="@encoded.latent", b="@encoded.latent", amount="@sum.float"),
    "arc": node("blend_latents", how="spherical", amount=0.3, **PAIR),
    "added": node("add_latents", **PAIR),
    "less": node("subtract_latents", a="@free.latent", b="@encoded.latent"),
    "twice": node("multiply_latent", latent="@free.latent", by=2.0),
    "stretched": node("resize_latent", latent="@free.latent", width=100, height=32),
    "doubled": node("resize_latent_by", latent="@free.latent", factor=1.3),
    "blank_doubled": node("resize_latent_by", latent="@blank.latent"),
    "piece": node("crop_latent", latent="@free.latent", x=12, y=8, width=33, height=40),
    "mirrored": node("flip_latent", latent="@free.latent"),
    "on_its_side": node("rotate_latent", latent="@free.latent"),
    "laid": node("composite_latents", x=16, y=-8, mask="@photo.mask", feather=16, **PAIR),
    "several": node("batch_latents", latents=["@encoded.latent", "@free.latent", "@laid.latent"]),
    "second": node("pick_latent", latent="@several.latent", index=1, count="@count.int"),
    "apart": node("split_latent", latent="@several.latent", at=1),
    "again_and_again": node("repeat_latent", latent="@several.latent"),
    "free": node("set_latent_mask", latent="@encoded.latent", mask="@photo.mask"),
    "holed": node("encode_inpaint", vae="@vae.vae", image="@photo.image", mask="@photo.mask"),
    "all_free": node("clear_latent_mask", latent="@several.latent"),
    "shown_mask": node("latent_mask", latent="@several.latent"),
    "latent_numbers": node("measure_latent", latent="@several.latent"),
    "decode": node("vae_decode", vae="@model.vae", latent="@sample.latent"),
}
