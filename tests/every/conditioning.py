"""Prompts put together, at places and times of their own."""

from tests.examples import node

PROMPT = "@prompt.conditioning"
NODES = {
    "sky": node("encode_text", text="(blue:1.2) sky", text_encoder="@style.text_encoder"),
    "between": node("average_conditioning", a=PROMPT, b="@sky.conditioning", amount=0.3),
    "longer": node("concat_conditioning", a=PROMPT, b="@sky.conditioning"),
    "at_the_left": node("set_area", conditioning=PROMPT, width=32.0, unit="pixels", x=8.0),
    "masked": node("set_mask", conditioning="@sky.conditioning", mask="@box.mask"),
    "strong": node("set_strength", conditioning="@masked.conditioning", strength=2.0),
    "side_by_side": node(
        "combine_conditioning", a="@at_the_left.conditioning", b="@strong.conditioning"
    ),
    "changing": node(
        "schedule_conditioning",
        conditioning="@side_by_side.conditioning",
        other="@longer.conditioning",
        end=0.5,
    ),
    "xl": node("load_model", model="xl"),
    "xl_prompt": node("encode_text", text_encoder="@xl.text_encoder"),
    "sized": node("size_conditioning", conditioning="@xl_prompt.conditioning", width=512),
    "led_by_many": node(
        "sample",
        steps=2,
        model="@style.model",
        positive="@changing.conditioning",
        negative="@between.conditioning",
        latent="@blank.latent",
    ),
}
