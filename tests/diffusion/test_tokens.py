"""Tokenizers that single files do not bring: the same words for the same text as everybody's."""

from nodes.diffusion.tokens import T5_TOKENS, usual_t5


def test_t5_reads_what_its_authors_vocabulary_says():
    tokenizer = usual_t5()
    assert tokenizer("a photo of a cat").input_ids == [3, 9, 1202, 13, 3, 9, 1712, 1]
    assert tokenizer("").input_ids == [1]
    assert tokenizer("hello <extra_id_3> world").input_ids == [21820, 32096, 296, 1]
    assert (len(tokenizer), tokenizer.pad_token_id) == (32100, 0)


def test_t5_cuts_and_pads_to_the_length_it_is_told():
    tokenizer = usual_t5()
    assert tokenizer.model_max_length == T5_TOKENS
    found = tokenizer(["a cat", "cat " * 600], padding="max_length", max_length=20, truncation=True)
    assert [len(ids) for ids in found.input_ids] == [20, 20]
    assert found.input_ids[1][-1] == 1 and sum(found.attention_mask[0]) == 4
