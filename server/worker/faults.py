"""Errors after which a device answers nothing more: only a new process can use it again."""

STICKY = (
    "illegal memory access",
    "device-side assert",
    "misaligned address",
    "unspecified launch failure",
    "illegal instruction",
    "illegal address",
    "hardware stack error",
    "uncorrectable ecc",
    "gpu is lost",
    "driver shutting down",
    "launch timed out",
    "unknown error",
    "no cuda-capable device",
)


def is_sticky(error: BaseException | None) -> bool:
    """Whether a CUDA error, or what caused it, leaves the device useless to this process."""
    while error is not None:
        text = str(error).lower()
        if "cuda" in text and any(words in text for words in STICKY):
            return True
        error = error.__cause__
    return False
