"""How much of a vector tells its language: a linear rule, and the distances between languages' means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.diagnosis.sure import Estimate, share

FOLDS = 5
RIDGE = 1.0
FEWEST = 5
"""Passages of a language below which the rule is not asked about it."""

Floats = NDArray[np.float64]


class Separability(NamedTuple):
    """right: share of passages whose language the rule tells, over languages alike. guess: that by chance."""

    right: Estimate
    guess: float
    languages: int


class Offset(NamedTuple):
    """The distance between the means of two languages, by the spread of passages around their own mean."""

    a: str
    b: str
    distance: float


def separability(
    vectors: Mapping[str, NDArray[np.float32]], documents: Mapping[str, NDArray[np.str_]], seed: int
) -> Separability | None:
    """Return how well ridge regression on the languages tells those of documents that it has not seen.

    vectors, documents: by language, shapes (passages, dimension) and (passages,). Languages weigh alike. None
    where fewer than two have `FEWEST` passages.
    """
    langs = [lang for lang, rows in vectors.items() if len(rows) >= FEWEST]
    if len(langs) < 2:
        return None
    x = np.concatenate([vectors[lang] for lang in langs]).astype(np.float64)
    y = np.repeat(np.arange(len(langs)), [len(vectors[lang]) for lang in langs])
    names, unit = np.unique(np.concatenate([documents[lang] for lang in langs]), return_inverse=True)
    fold = np.random.default_rng(seed).permutation(len(names))[unit] % FOLDS
    if len(names) < FOLDS * len(langs):  # documents are too few: what the rule has seen has the same subjects
        fold = np.random.default_rng(seed).permutation(len(x)) % FOLDS
    told = np.empty(len(x), np.int64)
    weight = 1 / np.bincount(y)[y]
    for each in range(FOLDS):
        seen = fold != each
        if seen.all():
            continue
        told[~seen] = _rule(x[seen], y[seen], weight[seen], x[~seen], len(langs))
    right = told == y
    per_language = np.array([right[y == each].mean() for each in range(len(langs))])
    spread = share(right, names[unit] if len(names) >= FOLDS * len(langs) else np.arange(len(x)).astype(str))
    value = float(per_language.mean())
    moved = value - spread.value
    estimate = Estimate(value, max(0.0, spread.low + moved), min(1.0, spread.high + moved))
    return Separability(estimate, 1 / len(langs), len(langs))


def _rule(x: Floats, y: NDArray[np.int64], weight: Floats, asked: Floats, langs: int) -> NDArray[np.int64]:
    middle = x.mean(axis=0)
    x, wanted = x - middle, np.eye(langs)[y] - 1 / langs
    scale = np.sqrt(np.square(x).sum(axis=1).mean())
    gram = (x * weight[:, None]).T @ x / scale**2
    gram[np.diag_indices_from(gram)] += RIDGE * langs / x.shape[1]
    solved = np.linalg.solve(gram, (x * weight[:, None]).T @ wanted / scale)
    told: NDArray[np.int64] = ((asked - middle) / scale @ solved).argmax(axis=1)
    return told


def offsets(vectors: Mapping[str, NDArray[np.float32]]) -> list[Offset]:
    """Return the distances between the means of languages with two passages or more, the largest first."""
    rows = {lang: each.astype(np.float64) for lang, each in vectors.items() if len(each) > 1}
    means = {lang: each.mean(axis=0) for lang, each in rows.items()}
    noise = {
        lang: np.square(each - means[lang]).sum(axis=1).sum() / (len(each) - 1) for lang, each in rows.items()
    }
    found = []
    for number, a in enumerate(rows):
        for b in list(rows)[number + 1 :]:
            spread = (noise[a] + noise[b]) / 2
            # The means of samples differ by chance as well.
            square = np.square(means[a] - means[b]).sum() - noise[a] / len(rows[a]) - noise[b] / len(rows[b])
            found.append(Offset(a, b, float(np.sqrt(max(square, 0) / max(spread, 1e-12)))))
    return sorted(found, key=lambda each: -each.distance)
