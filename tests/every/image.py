"""Pictures. `photo.png` lies beside the workflow: 72 x 64, teal."""

from tests.examples import node

PHOTO = "@photo.image"
NODES = {
    "photo": node("load_image", image="photo.png"),
    "save": node("save_image", image="@decode.image"),
    "show": node("preview_image", image="@decode.image"),
    "paper": node("solid_image", width=37, height=21, batch="@count.int"),
    "extent_of_photo": node("image_size", image=PHOTO),
    "resized": node("resize_image", image=PHOTO, width=37, height=21, how="pad"),
    "fitted": node("resize_image", image=PHOTO, width=37, height=21, how="fit"),
    "scaled": node("scale_image", image=PHOTO, factor=0.49),
    "large": node("scale_image", image=PHOTO, megapixels=0.01, multiple=8),
    "cropped": node("crop_image", image=PHOTO, width=37, height=21),
    "photo_mirrored": node("flip_image", image=PHOTO),
    "tilted": node("rotate_image", image=PHOTO, angle=33),
    "padded": node("pad_image", image=PHOTO, left=3, bottom=5, fill="reflect"),
    "mixed": node("blend_images", bottom="@resized.image", top="@paper.image", mode="hue"),
    "composed": node("composite_images", bottom=PHOTO, top="@paper.image", x=-3, mask="@spot.mask"),
    "spot": node("solid_mask", image="@resized.image"),
    "levelled": node("adjust_levels", image=PHOTO, gamma=2),
    "coloured": node("adjust_colour", image=PHOTO, hue=30, saturation=0.5),
    "negative": node("invert_image", image=PHOTO),
    "without_colour": node("greyscale_image", image=PHOTO),
    "blurred": node("blur_image", image=PHOTO),
    "sharpened": node("sharpen_image", image=PHOTO),
    "lines": node("find_edges", image=PHOTO),
    "pictures": node("batch_images", images=[PHOTO, "@blurred.image", "@negative.image"]),
    "one": node("pick_image", image="@pictures.image", index=1),
    "two_parts": node("split_image", image="@pictures.image"),
    "beside": node("join_images", images=["@paper.image", "@cropped.image", PHOTO], gap=3),
    "sheet": node(
        "image_grid",
        images=["@pictures.image", "@paper.image"],
        title="Everything",
        labels="a\nb\na label that is too long\nd\ne",
        row_labels=["first", "second"],
    ),
    "captioned": node("label_image", image="@pictures.image", text="@told.str"),
    "likeness": node("compare_images", a=PHOTO, b="@pictures.image", amplify=2),
}
