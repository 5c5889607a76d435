"""Pictures. `photo.png` lies beside the workflow: 72 x 64, teal."""

from tests.examples import node

NODES = {
    "photo": node("load_image", image="photo.png"),
    "save": node("save_image", image="@decode.image"),
    "show": node("preview_image", image="@decode.image"),
}
