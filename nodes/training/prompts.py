"""The sixteen prompts a model is judged by, fixed before the first one was trained."""

PROMPTS = (
    "a red sailboat at sunset",
    "two blue houses in the snow at night",
    "three yellow flowers in a meadow under a stormy sky",
    "a pink cat in the desert",
    "a white lighthouse by the sea on a sunny day",
    "a green car in the city at night",
    "two orange trees in a meadow at sunset",
    "a purple castle in the snow under a blue sky",
    "three red mushrooms in a meadow on a sunny day",
    "a yellow hot air balloon over the sea at sunset",
    "a big blue rocket in the desert at night",
    "a black cat in the snow",
    "two pink flowers in the desert on a sunny day",
    "a small red house on the left in a meadow",
    "three white sailboats at sea under a stormy sky",
    "an orange balloon over the city at sunset",
)
