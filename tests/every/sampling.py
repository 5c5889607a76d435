"""The sampler, whole and taken apart."""

from tests.examples import node

SIGMAS = "@schedule.sigmas"
MODEL = {"model": "@style.model"}
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
    "following": node(
        "sample",
        steps=2,
        latent="@blank.latent",
        model="@steered.model",
        positive="@prompt.conditioning",
    ),
    "some_noise": node("noise", seed="@luck.int"),
    "variation": node("vary_noise", noise="@some_noise.noise", seed=8, amount=0.2),
    "taken": node("noise_of_latent", latent="@encoded.latent"),
    "two_noises": node("blend_noise", a="@taken.noise", b="@variation.noise"),
    "grain": node("draw_noise", noise="@variation.noise", latent="@free.latent", **MODEL),
    "led": node("guidance", scale=4.0, end=0.5, rescale=0.7),
    "falling": node("guidance_curve", curve="0:8, 1:2", guider="@led.guider"),
    "dual": node("dual_guidance", middle="@prompt.conditioning", guider="@falling.guider"),
    "inpainted": node(
        "sample",
        **LED,
        latent="@free.latent",
        sigmas=SIGMAS,
        noise="@two_noises.noise",
        guider="@dual.guider",
        sampler="euler_ancestral",
        eta=0.5,
    ),
    "scale_here": node("guidance_step", guider="@falling.guider", index=0, steps="@count.int"),
    "schedule": node("noise_schedule", steps="@count.int", model="@style.model"),
    "noise": node("add_noise", latent="@blend.latent", sigmas=SIGMAS, model="@style.model"),
    "level": node("noise_schedule_step", index=0, sigmas=SIGMAS),
    "after": node("noise_schedule_step", index=1, sigmas=SIGMAS),
    "unet": node("unet_denoise", latent="@noise.latent", sigma="@level.sigma", **READ),
    "three": node(
        "unet_denoise_dual",
        latent="@noise.latent",
        sigma="@level.sigma",
        middle="@prompt.conditioning",
        **READ,
    ),
    "dual_guide": node(
        "guide_dual",
        positive="@three.denoised",
        middle="@three.middle_denoised",
        negative="@three.negative_denoised",
    ),
    "calm": node(
        "guide",
        positive="@unet.denoised",
        negative="@unet.negative_denoised",
        guidance="@scale_here.float",
        rescale=0.7,
        latent="@noise.latent",
        sigma="@level.sigma",
        **MODEL,
    ),
    "guide": node("guide", positive="@unet.denoised", negative="@unet.negative_denoised"),
    "step": node("sampler_step", sampler="dpmpp_2m", denoised="@guide.denoised", **LEVELS),
    "again": node("sampler_step", sampler="dpmpp_2m", denoised="@guide.denoised", **NEXT),
}
