"""The sampler, whole and taken apart."""

from tests.examples import node

SIGMAS = "@schedule.sigmas"
LED = {"model": "@style.model", "positive": "@prompt.conditioning"}
READ = {"model": "@style.model", "conditioning": "@prompt.conditioning"}
LEVELS = {"latent": "@noise.latent", "sigma": "@level.sigma", "next_sigma": "@level.next_sigma"}
NEXT = {
    "latent": "@step.latent",
    "state": "@step.state",
    "sigma": "@after.sigma",
    "next_sigma": "@after.next_sigma",
}
NODES = {
    "sample": node("sample", steps=2, seed="@luck.int", latent="@blank.latent", **LED),
    "schedule": node("noise_schedule", steps="@count.int", model="@style.model"),
    "noise": node("add_noise", latent="@blend.latent", sigmas=SIGMAS, model="@style.model"),
    "level": node("noise_schedule_step", index=0, sigmas=SIGMAS),
    "after": node("noise_schedule_step", index=1, sigmas=SIGMAS),
    "unet": node("unet_denoise", latent="@noise.latent", sigma="@level.sigma", **READ),
    "guide": node("guide", positive="@unet.denoised", negative="@unet.negative_denoised"),
    "step": node("sampler_step", sampler="dpmpp_2m", denoised="@guide.denoised", **LEVELS),
    "again": node("sampler_step", sampler="dpmpp_2m", denoised="@guide.denoised", **NEXT),
}
