"""What the libraries read from the environment, set before any of them is imported."""

import os

NOTHING_IS_FETCHED = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}
QUIET_UNLESS_ASKED = {
    "DIFFUSERS_VERBOSITY": "error",
    "TRANSFORMERS_VERBOSITY": "error",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    # its threads and our worker processes do not go together
    "TOKENIZERS_PARALLELISM": "false",
}


def prepare() -> None:
    """Nothing is downloaded at run time, and libraries speak only of errors."""
    os.environ.update(NOTHING_IS_FETCHED)
    for name, value in QUIET_UNLESS_ASKED.items():
        os.environ.setdefault(name, value)
