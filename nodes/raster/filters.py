"""Blur and sharpen. Values are (B, C, H, W), pictures and masks alike."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

LONG = 64  # taps to a side; beyond it Fourier's way is the faster one


def blur(values: Tensor, sigma: float) -> Tensor:
    """Gaussian blur, `sigma` in pixels; 0 gives the values as they are.

    Beyond the edges the outermost pixels go on, so that any picture may be blurred by any amount,
    and what is even stays so to the last bit.
    """
    if sigma <= 0:
        return values.clone()
    kernel = gaussian(sigma).to(values)
    low, high = values.amin((-2, -1), keepdim=True), values.amax((-2, -1), keepdim=True)
    across = _along_rows(values, kernel)
    return _along_rows(across.mT, kernel).mT.clamp(low, high).contiguous()


def _along_rows(values: Tensor, kernel: Tensor) -> Tensor:
    """Each row with a symmetric kernel laid over every place. Long kernels go by way of Fourier."""
    reach = kernel.shape[0] // 2
    rows = values.reshape(-1, 1, values.shape[-2], values.shape[-1])
    rows = F.pad(rows, (reach, reach, 0, 0), "replicate")
    if reach <= LONG:
        return F.conv2d(rows, kernel.view(1, 1, 1, -1)).reshape(values.shape)
    length = rows.shape[-1]
    spread = torch.fft.rfft(rows) * torch.fft.rfft(kernel, length)
    return torch.fft.irfft(spread, length)[..., 2 * reach :].reshape(values.shape)


def gaussian(sigma: float, reach: int | None = None) -> Tensor:
    """The bell curve at whole steps from -reach to reach (four sigma), of sum 1."""
    reach = math.ceil(4 * sigma) if reach is None else reach
    at = torch.arange(-reach, reach + 1, dtype=torch.float64)
    weights = torch.exp(-(at**2) / (2 * sigma**2))
    return weights / weights.sum()


def sharpen(values: Tensor, sigma: float, amount: float, threshold: float = 0.0) -> Tensor:
    """Unsharp mask: `amount` times what a blur of `sigma` takes away is added, kept within 0..1.

    Differences of `threshold` and less are left, so that grain is not raised.
    """
    detail = values - blur(values, sigma)
    detail = torch.where(detail.abs() > threshold, detail, 0.0)
    return (values + amount * detail).clamp(0, 1)
