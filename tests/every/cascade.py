"""Models that begin where another one ended."""

from tests.examples import node

NODES = {
    "shown": node("show_picture", conditioning="@prompt.conditioning", image="@photo.image"),
}
