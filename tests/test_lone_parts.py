"""Parts from files of their own, in every place where a model takes them."""

import pytest
import torch
from safetensors.torch import save_file

from nodes.diffusion import memory
from nodes.diffusion.describe import describe_encoders
from nodes.diffusion.text import encode
from tests import tiny_t5

READERS = ("PixArt-Sigma", "PixArt-Alpha", "DeepFloyd IF")


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """`t5`, with as many words as the tokenizer that we bring."""
    folder = tmp_path_factory.mktemp("parts")
    torch.manual_seed(0)
    words = tiny_t5.single(tiny_t5.encoder(vocabulary=32128), "")
    save_file(words, folder / "t5.safetensors")
    return folder


def test_one_file_is_read_for_each_family_as_that_reads_it(models):
    read = {}
    for family in READERS:
        encoder = describe_encoders(family, (str(models / "t5.safetensors"),))
        read[family] = encode(memory.text_encoder(encoder), "A Red Sailboat")
    assert [one.families for one in read.values()] == [(family,) for family in READERS]
    assert [one.text.shape[1] for one in read.values()] == [300, 120, 77]
