"""The option that says how much memory the weights of models may take."""

import argparse
import re

UNITS = {"": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?B?)", re.IGNORECASE)


def weights_argument(parser: argparse.ArgumentParser) -> None:
    """`options.weights`: bytes, or None where it is left to us."""
    parser.add_argument(
        "--weights",
        metavar="SIZE",
        type=_size,
        help="memory that weights of models may take, such as 8GB; what does not fit comes from "
        "disk piece by piece (60%% of the device's)",
    )


def _size(text: str) -> int:
    found = SIZE.fullmatch(text.strip())
    unit = found[2].upper().removesuffix("B") + "B" if found and found[2] else ""
    size = int(float(found[1]) * UNITS.get(unit, 1)) if found else 0
    if not size:
        raise argparse.ArgumentTypeError(f"{text} is no size: 500MB, 8GB … are")
    return size
