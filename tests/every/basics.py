"""Values, models and prompts."""

from tests.examples import node

NODES = {
    "note": node("note", text="every node"),
    "words": node("text", value="a red sailboat"),
    "more": node("join_text", texts=["@words.str", "@words.str"]),
    "count": node("whole_number", value=2),
    "half": node("number", value=0.5),
    "sum": node("calculate", a="@half.float", b=0.25),
    "told": node("format_number", value="@sum.float", before="amount ", decimals=1),
    "luck": node("seed", value=7),
    "switch": node("toggle", value=True),
    "model": node("load_model", model="epsilon"),
    "denoiser": node("load_denoiser", model="epsilon"),
    "words_of_it": node("load_text_encoder", first="epsilon"),
    "vae": node("load_vae", vae="epsilon"),
    "style": node(
        "load_lora", lora="style", model="@model.model", text_encoder="@model.text_encoder"
    ),
    "taught": node("load_embedding", embedding="blob", text_encoder="@style.text_encoder"),
    "edges": node("load_controlnet", controlnet="edges"),
    "steered": node(
        "apply_controlnet",
        model="@style.model",
        controlnet="@edges.controlnet",
        image="@photo.image",
        end=0.9,
    ),
    "prompt": node("encode_text", text="@more.str", text_encoder="@taught.text_encoder"),
}
