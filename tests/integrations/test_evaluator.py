"""The evaluator in a training of sentence-transformers, against our own evaluation of the same model."""

from __future__ import annotations

from pathlib import Path

import pytest
from datasets import Dataset
from sentence_transformers import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from sentence_transformers.sentence_transformer import modules
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

import hybrid_tui as ht
from hybrid_tui.errors import UsageError
from hybrid_tui.integrations import MultilingualRetrievalEvaluator

from ..checkpoints import WORDS, checkpoint
from ..toys import toy

PROMPTS = {"query": "a river", "document": "a moon"}


@pytest.fixture
def tiny(tmp_path: Path) -> SentenceTransformer:
    base = checkpoint(tmp_path / "base", "xlm-roberta")
    layers = [modules.Transformer(str(base)), modules.Pooling(16, "mean")]
    return SentenceTransformer(modules=layers, prompts=PROMPTS, device="cpu")


def test_its_figures_are_those_of_an_evaluation(tiny: SentenceTransformer, tmp_path: Path):
    toy(items=4, models=())
    found = MultilingualRetrievalEvaluator("toy", metric="ndcg@10")(tiny)
    tiny.save(str(tmp_path / "tiny"), create_model_card=False)
    ours = ht.evaluate(str(tmp_path / "tiny"), "toy", metrics=["nDCG@10"])
    (summary,) = ours.summaries
    wanted = {f"toy_{setting}_nDCG@10": each["nDCG@10"] for setting, each in summary.items()}
    wanted["toy_rank_distance"] = ours.evaluations[0].manifest.bias["rank_distance"]
    assert found == pytest.approx(wanted, abs=1e-6)


def test_it_chooses_checkpoints_of_a_training(tiny: SentenceTransformer, tmp_path: Path, one_thread: None):
    toy(items=4, models=())
    pairs = {"anchor": [*WORDS[:4]] * 2, "positive": [*WORDS[4:8]] * 2}
    evaluator = MultilingualRetrievalEvaluator("toy", primary="rank_distance")
    told = SentenceTransformerTrainingArguments(
        output_dir=str(tmp_path / "out"),
        max_steps=2,
        per_device_train_batch_size=4,
        eval_strategy="steps",
        eval_steps=1,
        save_strategy="steps",
        save_steps=1,
        load_best_model_at_end=True,
        metric_for_best_model=evaluator.primary_metric,
        greater_is_better=evaluator.greater_is_better,
        report_to="none",
        use_cpu=True,
        disable_tqdm=True,
    )
    trainer = SentenceTransformerTrainer(
        tiny, told, Dataset.from_dict(pairs), loss=MultipleNegativesRankingLoss(tiny), evaluator=evaluator
    )
    trainer.train()
    logged = [each for each in trainer.state.log_history if "eval_toy_rank_distance" in each]
    assert [each["step"] for each in logged] == [1, 2]
    for each in logged:
        assert {"eval_toy_monolingual_mAP", "eval_toy_cross-lingual_mAP", "eval_toy_multilingual_mAP"} <= set(
            each
        )
    assert trainer.state.best_metric == min(each["eval_toy_rank_distance"] for each in logged)


def test_unknown_names_are_told():
    with pytest.raises(UsageError, match="no collection"):
        MultilingualRetrievalEvaluator("nowhere")
    toy(items=4, models=())
    with pytest.raises(UsageError, match="no figure named 'mono'"):
        MultilingualRetrievalEvaluator("toy", primary="mono")
    with pytest.raises(UsageError, match="no metric"):
        MultilingualRetrievalEvaluator("toy", metric="precision")


def test_a_figure_that_there_is_not_is_told(tiny: SentenceTransformer):
    toy(items=4, langs=["en"], models=())
    with pytest.raises(UsageError, match="toy has no multilingual_mAP") as caught:
        MultilingualRetrievalEvaluator("toy")(tiny)
    assert "monolingual_mAP" in caught.value.hint
