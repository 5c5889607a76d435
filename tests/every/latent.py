"""Latents."""

from tests.examples import node

NODES = {
    "blank": node("empty_latent", width=64, height=72, batch="@count.int"),
    "encoded": node("vae_encode", vae="@vae.vae", image="@photo.image"),
    "blend": node("blend_latents", a="@encoded.latent", b="@encoded.latent", amount="@sum.float"),
    "decode": node("vae_decode", vae="@model.vae", latent="@sample.latent"),
}
