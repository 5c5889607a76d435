"""Noise as a wire: what a latent begins with."""

from dataclasses import replace
from typing import Annotated

from nodes.core import Latent, Model, Noise, Seed, Slider, node
from nodes.core.facts import LatentFacts, ModelFacts, NoiseFacts
from nodes.core.sizes import filled
from nodes.diffusion import memory, sampling
from nodes.diffusion.noise import drawn

from .agree import covers, fitted

Amount = Annotated[float, Slider(0, 1, 0.01)]


@node
def noise(seed: Annotated[int, Seed()] = 0) -> Noise:
    """The noise of a seed, of whatever size. Picture i of a batch has that of seed + i."""
    return Noise(seed)


@noise.facts
def _of_seed(seed: int | None) -> NoiseFacts:
    return NoiseFacts(seed)


@node
def vary_noise(noise: Noise, seed: Annotated[int, Seed()] = 0, amount: Amount = 0.1) -> Noise:
    """A variation: some of the way from noise to that of another seed, as far as `amount`.

    At 0 it is the noise, at 1 that of the other seed. Of both seeds picture i of a batch has
    seed + i. Noise added on the way comes from the first.
    """
    return Noise(ends=(noise, Noise(seed)), amount=amount)


@vary_noise.facts
def _varied(noise: NoiseFacts | None, seed: int | None, amount: float | None) -> NoiseFacts:
    return (noise or NoiseFacts()).towards(NoiseFacts(seed), amount)


@node
def blend_noise(a: Noise, b: Noise, amount: Amount = 0.5) -> Noise:
    """Mix two noises along the sphere, so that it is noise on all the way. At 0 a, at 1 b."""
    _blended(a.facts, b.facts, amount)
    return Noise(ends=(a, b), amount=amount)


@blend_noise.facts
def _blended(a: NoiseFacts | None, b: NoiseFacts | None, amount: float | None) -> NoiseFacts:
    a, b = a or NoiseFacts(), b or NoiseFacts()
    if a.latent and b.latent:
        covers(b, a.latent, "b", "that of a")
    return a.towards(b, amount)


@node
def noise_of_latent(latent: Latent) -> Noise:
    """Take a latent as noise. It fits latents of its own size only."""
    filled(latent.facts)
    return Noise(drawn=latent)


@noise_of_latent.facts
def _taken(latent: LatentFacts | None) -> NoiseFacts:
    filled(latent)
    return NoiseFacts(latent=latent)


@node
def draw_noise(noise: Noise, latent: Latent, model: Model) -> Latent:
    """The noise itself, as large as a latent: to look at, or to work on."""
    denoiser = memory.denoiser(model)
    ready = sampling.fitted(latent, denoiser)
    return Latent(drawn(noise, ready).to(denoiser.device), ready.space)


@draw_noise.facts
def _drawn(
    noise: NoiseFacts | None, latent: LatentFacts | None, model: ModelFacts | None
) -> LatentFacts:
    facts = fitted(model, latent)
    covers(noise, facts)
    return replace(facts, masked=False, shown=False)
