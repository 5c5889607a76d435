"""Pictures too large for the memory there is: they are worked on in tiles, and it is said.

What an autoencoder needs beside its weights was measured: at most PLACES times its widest layer at
full size, in float32. Where there is less than that on a CPU, which would rather end the process
than refuse, tiles are used at once; else after memory was refused with and without other weights.
"""

from collections.abc import Callable, Generator
from typing import TypeVar

from nodes.core import Context, Vae
from nodes.core.shortage import TILE, is_out_of_memory
from nodes.diffusion import memory
from nodes.diffusion.autoencoder import Autoencoder
from nodes.diffusion.machine import memory_free

Made = TypeVar("Made")
Pieces = Generator[tuple[int, int], None, Made]
PLACES = 5
SHORT = (
    "there is too little memory for the whole picture at once: it was worked on in tiles of "
    f"{TILE} pixels, which changes it a little"
)


def fitting(
    make: Callable[[Autoencoder, int], Pieces[Made]],
    vae: Vae,
    pixels: int,
    tile: int,
    context: Context,
) -> Pieces[Made]:
    """What `make` gives for tiles of a side, 0 being the whole: as asked for, if that can be.

    `pixels` are those of one picture.
    """
    coder = memory.autoencoder(vae)
    if tile:
        return (yield from make(coder, tile))
    for _ in range(0 if _is_short(coder, pixels) else 2):
        try:
            return (yield from make(memory.autoencoder(vae), 0))
        except Exception as error:
            if not is_out_of_memory(error):
                raise
        memory.release()  # not in the handler: there the traceback holds on to what was made
    if SHORT not in context.notices:
        context.notice(SHORT)
    return (yield from make(memory.autoencoder(vae), TILE))


def _is_short(vae: Autoencoder, pixels: int) -> bool:
    if vae.device.type != "cpu" or pixels <= TILE * TILE:
        return False
    free = memory_free()
    return 0 < free < needed(vae, pixels)


def needed(vae: Autoencoder, pixels: int) -> int:
    """Bytes for what is between the layers, for a picture of so many pixels."""
    config = getattr(vae.module, "config", {})
    widest = max(config.get("block_out_channels", ())[:2], default=0)
    return int(pixels * widest * 4 * PLACES)
