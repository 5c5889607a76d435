"""Noise schedules, made, cut, joined and drawn."""

from tests.examples import node

NODES = {
    "karras": node("karras_schedule", steps=4, model="@style.model"),
    "poly": node("polyexponential_schedule", steps="@count.int", sigma_max=10.0, sigma_min=0.1),
    "spaced": node("beta_schedule", steps=4, model="@style.model"),
    "typed": node("custom_schedule", levels="1, 0.75, 0.5, 0"),
    "shifted": node("shift_schedule", sigmas="@typed.sigmas"),
    "halves": node("split_schedule", at=1, sigmas="@karras.sigmas"),
    "middle_part": node("cut_schedule", start=1, sigmas="@spaced.sigmas"),
    "joined": node("join_schedules", sigmas=["@halves.high", "@halves.low"]),
    "numbers": node("schedule_values", sigmas="@joined.sigmas"),
    "plot": node(
        "plot_schedule", sigmas=["@joined.sigmas", "@shifted.sigmas", "@middle_part.sigmas"]
    ),
    "plotted": node("preview_image", image="@plot.image"),
}
