"""The tests of significance hold what they promise: on simulated questions, and against scipy."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from hybrid_tui.comparison.number_format import p_text
from hybrid_tui.comparison.verdicts import judged, rule
from hybrid_tui.errors import DataError
from hybrid_tui.evaluation import resampling, significance
from hybrid_tui.evaluation.samples import Sample
from hybrid_tui.evaluation.sentences import in_words
from hybrid_tui.evaluation.significance import PairedTest

QUICK = PairedTest(draws=400)
SIMULATIONS = 400
FIVE_PERCENT = stats.binom(SIMULATIONS, 0.05).interval(0.999)
"""How many false alarms a test at 5 % gives in so many simulations, but for one in a thousand."""

differences = arrays(np.float64, st.integers(2, 30), elements=st.floats(-1, 1, width=16))


def parallel(
    rng: np.random.Generator, items: int, versions: int = 11, effect: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Two systems on the same questions, shape (items, versions): versions share their item's luck."""
    difficulty = rng.normal(0, 0.3, (items, 1))
    luck = rng.normal(0, 0.1, (2, items, 1))
    noise = rng.normal(0, 0.1, (2, items, versions))
    a, b = difficulty + luck + noise
    return a, b + effect


def test_false_alarms_are_five_in_a_hundred_where_versions_share_their_difficulty():
    rng = np.random.default_rng(0)
    ours = naive = outside = 0
    for seed in range(SIMULATIONS):
        a, b = parallel(rng, items=60)
        found = significance.compare(a.mean(axis=1), b.mean(axis=1), PairedTest(draws=400, seed=seed))
        ours += found.p < 0.05
        outside += not found.low <= 0 <= found.high
        naive += stats.ttest_rel(a.ravel(), b.ravel()).pvalue < 0.05
    assert FIVE_PERCENT[0] <= ours <= FIVE_PERCENT[1]
    assert outside <= 1.3 * FIVE_PERCENT[1]
    assert naive > 5 * ours


@pytest.mark.parametrize("effect", [0.0, 0.02])
def test_intervals_cover_the_true_difference(effect: float):
    rng = np.random.default_rng(1)
    bca = percentile = 0
    for seed in range(SIMULATIONS):
        a, b = parallel(rng, items=120, versions=3, effect=effect)
        found = significance.compare(a.mean(axis=1), b.mean(axis=1), PairedTest(draws=400, seed=seed))
        bca += found.low <= effect <= found.high
        percentile += found.percentile_low <= effect <= found.percentile_high
    lowest = stats.binom(SIMULATIONS, 0.935).ppf(0.001)
    assert lowest <= bca < SIMULATIONS
    assert lowest <= percentile < SIMULATIONS


def test_power_grows_with_the_effect():
    rng = np.random.default_rng(2)

    def found(effect: float) -> int:
        pairs = (parallel(rng, items=80, effect=effect) for _ in range(60))
        return sum(resampling.permutation((b - a).mean(axis=1), draws=400) < 0.05 for a, b in pairs)

    small, medium, large = (found(effect) for effect in (0.01, 0.04, 0.1))
    assert small < medium < large == 60


def test_a_margin_is_not_crossed_too_often():
    """B worse by exactly the margin is called "not worse" about 5 times in 100."""
    rng = np.random.default_rng(3)
    wrong = 0
    for seed in range(SIMULATIONS):
        a, b = parallel(rng, items=120, versions=3, effect=-0.05)
        test = PairedTest(margin=0.05, draws=400, seed=seed)
        wrong += significance.compare(a.mean(axis=1), b.mean(axis=1), test).verdict == "not worse"
    assert wrong <= stats.binom(SIMULATIONS, 0.065).ppf(0.999)


@given(differences, st.integers(0, 5))
def test_the_same_seed_gives_the_same_figures(values: np.ndarray, seed: int):
    test = PairedTest(draws=200, seed=seed)
    zero = np.zeros_like(values)
    assert significance.compare(zero, values, test) == significance.compare(zero, values, test)


@given(differences)
def test_swapping_the_systems_swaps_what_is_told(values: np.ndarray):
    zero = np.zeros_like(values)
    there, back = significance.compare(zero, values, QUICK), significance.compare(values, zero, QUICK)
    assert there.p == back.p
    assert there.difference == -back.difference
    assert (there.wins, there.losses, there.ties) == (back.losses, back.wins, back.ties)
    assert there.percentile_low == pytest.approx(-back.percentile_high, abs=1e-12)


@given(arrays(np.float64, st.integers(2, 9), elements=st.sampled_from([-2.0, -1.0, 0.0, 1.0, 3.0])))
def test_p_is_that_of_all_sign_flips(values: np.ndarray):
    signs = np.array(np.meshgrid(*[[-1, 1]] * len(values))).reshape(len(values), -1)
    exact = np.mean(np.abs(signs.T @ values) >= abs(values.sum()) - 1e-9)
    assert resampling.permutation(values, draws=100) == pytest.approx(exact, abs=1e-12)


def test_sums_that_are_equal_but_for_rounding_count():
    """Tenths have no exact float: a plain comparison would miss sums that equal the one found."""
    tenths = np.array([1, 2, 3, -1, 2, 1, -2, 3, 1, -1, -1, 2, 1, -3, -2, 1, 2, -1, -1, 2])
    ways = np.ones(1)
    for tenth in np.abs(tenths):
        step = np.zeros(2 * tenth + 1)
        step[[0, -1]] = 0.5
        ways = np.convolve(ways, step)
    sums = np.arange(len(ways)) - np.abs(tenths).sum()
    exact = ways[np.abs(sums) >= abs(tenths.sum())].sum()
    without = ways[np.abs(sums) > abs(tenths.sum())].sum()
    assert exact - without > 0.05
    assert resampling.permutation(tenths / 10, draws=40_000) == pytest.approx(exact, abs=0.01)


def test_p_is_never_zero():
    """The order found is one of those that could have come up (Phipson & Smyth 2010)."""
    assert resampling.permutation(np.full(60, 0.1), draws=99) == 1 / 100


def test_few_items_give_an_exact_p_as_scipy_does():
    values = np.random.default_rng(10).normal(0.3, 1, 11)
    theirs = stats.permutation_test((values,), np.mean, permutation_type="samples", n_resamples=np.inf)
    assert resampling.permutation(values, seed=1) == pytest.approx(theirs.pvalue, abs=1e-12)
    assert resampling.permutation(np.full(7, 0.01)) == 2 / 2**7


def test_scipy_finds_the_same_p_and_interval():
    rng = np.random.default_rng(4)
    values = rng.exponential(1.0, 90) - 0.8
    found = significance.compare(np.zeros(90), values, PairedTest(draws=10_000))
    theirs = stats.permutation_test(
        (values,), np.mean, permutation_type="samples", n_resamples=9_999, rng=np.random.default_rng(5)
    )
    assert found.p == pytest.approx(theirs.pvalue, abs=0.02)
    interval = stats.bootstrap(
        (values,), np.mean, n_resamples=20_000, method="BCa", rng=np.random.default_rng(6)
    ).confidence_interval
    assert (found.low, found.high) == pytest.approx(tuple(interval), abs=0.02)


def test_the_interval_of_one_system_is_that_of_its_difference_from_nothing():
    values = np.random.default_rng(7).exponential(1.0, 90) - 0.8
    found = significance.compare(np.zeros(90), values, QUICK)
    assert significance.interval(Sample.of_values(values[None]), QUICK) == (found.low, found.high)
    assert significance.interval(Sample.of_values(values[None, :1]), QUICK) == (None, None)
    assert None not in significance.interval(Sample.of_values(values[None, :2]), QUICK)


SKEWED = np.random.default_rng(20).exponential(1.0, 25)
TIED = np.array([0, 0, 1, 1, 1, 0, 2, 0, 1, 0, 3, 0, 1, 0, 0, 6], np.float64)


@pytest.mark.parametrize("values", [SKEWED, -SKEWED, TIED], ids=["right", "left", "ties with the mean"])
def test_of_the_same_resampled_means_scipy_makes_the_same_interval(values: np.ndarray):
    drawn = stats.bootstrap(
        (values,), np.mean, n_resamples=1_999, method="percentile", rng=np.random.default_rng(21)
    )
    theirs = stats.bootstrap((values,), np.mean, n_resamples=0, bootstrap_result=drawn, method="BCa")
    means, without = drawn.bootstrap_distribution, (values.sum() - values) / (len(values) - 1)
    ours = resampling.bca(float(values.mean()), means, without, (0.025, 0.975))
    assert ours == pytest.approx(np.array(theirs.confidence_interval), abs=1e-9)
    gaps = np.append(means, [np.nan] * 100)
    assert resampling.bca(float(values.mean()), gaps, without, (0.025, 0.975)).tolist() == ours.tolist()
    rounded = means * (1 - 4e-16)
    assert resampling.bca(float(values.mean()), rounded, without, (0.025, 0.975)) == pytest.approx(ours)


def test_draws_that_are_made_in_portions_are_as_many_as_were_asked_for():
    units, draws = 1 << 20, 5
    counted = resampling.bootstrap(lambda times: times.sum(axis=1), units, draws=draws)
    assert counted.tolist() == [units] * draws
    assert resampling.permutation(np.zeros(units), draws=draws) == 1.0


@pytest.mark.parametrize(("units", "least"), [(1, 1.0), (2, 0.5), (16, 2**-15), (17, 1 / 100), (60, 1 / 100)])
def test_the_least_p_is_that_of_units_that_all_agree(units: int, least: float):
    assert resampling.smallest_p(units, 99) == least
    assert resampling.permutation(np.full(units, 0.1), draws=99) == least


def test_nothing_differs():
    found = significance.compare(np.ones(9), np.ones(9), QUICK)
    assert (found.p, found.low, found.high, found.verdict) == (1.0, 0.0, 0.0, "not worse")
    assert (found.wins, found.losses, found.ties) == (0, 0, 9)


def test_one_item_decides_nothing():
    found = significance.compare(np.array([0.5]), np.array([0.9]), QUICK)
    assert (found.low, found.worst, found.verdict, found.p) == (None, None, "undecided", 1.0)


def test_rounding_is_no_difference():
    a = np.random.default_rng(11).uniform(0.1, 1, 40)
    found = significance.compare(a, a - 1e-15, QUICK)
    assert (found.ties, found.p, found.verdict) == (40, 1.0, "not worse")


@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e6])
def test_the_interval_grows_with_its_values(scale: float):
    values = np.random.default_rng(12).normal(0.2, 1, 30)
    one = significance.compare(np.zeros(30), values, QUICK)
    scaled = significance.compare(np.zeros(30), values * scale, QUICK)
    assert (scaled.low / scale, scaled.high / scale) == pytest.approx((one.low, one.high), rel=1e-6)
    assert scaled.standardised == pytest.approx(one.standardised, rel=1e-6)


def test_the_size_of_an_effect():
    a = np.array([0.2, 0.4, 0.6])
    found = significance.compare(a, a + np.array([0.0, 0.1, 0.2]), QUICK)
    assert found.difference == pytest.approx(0.1)
    assert found.relative == pytest.approx(0.25)
    assert found.standardised == pytest.approx(1.0)
    nothing = significance.compare(np.zeros(3), np.zeros(3), QUICK)
    assert (nothing.relative, nothing.standardised) == (None, None)


@pytest.mark.parametrize(("of_a", "of_b"), [(1, 5), (3, 4)])
def test_systems_with_different_numbers_of_items_are_refused(of_a: int, of_b: int):
    with pytest.raises(DataError, match=f"{of_a} items of A cannot be paired with {of_b} of B"):
        significance.compare(np.zeros(of_a), np.ones(of_b))


@pytest.mark.parametrize("values", [np.array([]), np.array([0.1, np.nan])])
def test_what_is_no_number_is_refused(values: np.ndarray):
    with pytest.raises(DataError, match="nothing to compare"):
        significance.compare(np.zeros_like(values), values)


@pytest.mark.parametrize(
    ("gain", "p", "lower", "upper", "word", "mark"),
    [
        (0.005, 0.01, 0.001, 0.009, "better", "▲"),
        (0.005, 0.2, -0.009, 0.02, "not worse", ""),
        (0.016, 0.06, -0.02, 0.05, "undecided", ""),
        (-0.005, 0.01, -0.009, -0.001, "not worse, behind", "▼"),
        (-0.005, 0.01, -0.011, -0.001, "undecided, behind", "▼"),
        (-0.005, 0.2, -0.011, 0.001, "undecided", ""),
        (-0.05, 0.01, -0.08, -0.02, "worse", "▼"),
        (-0.05, 0.06, -0.08, -0.02, "undecided", ""),
    ],
)
def test_the_verdict_in_words(gain: float, p: float, lower: float, upper: float, word: str, mark: str):
    found = judged(gain=gain, p=p, lower=lower, upper=upper, margin=0.01)
    assert (found.words, found.mark) == (word, mark)


def test_the_rule_names_the_margin():
    assert rule(0.02).count(".020") == 2


def test_a_smaller_distance_is_better():
    rng = np.random.default_rng(7)
    a = rng.normal(100, 5, 50)
    found = significance.compare(a, a - 10, PairedTest(draws=400, higher_is_better=False))
    assert (found.verdict, found.wins, found.losses) == ("better", 50, 0)
    assert significance.compare(a, a + 10, PairedTest(draws=400, higher_is_better=False)).verdict == "worse"


@pytest.mark.parametrize(("better", "sign"), [(True, -1.0), (False, 1.0)])
def test_the_bound_and_the_note_are_on_the_side_where_b_is_worse(better: bool, sign: float):
    a = np.linspace(0, 1, 400)
    loss = sign * np.random.default_rng(15).normal(0.004, 0.01, 400)
    found = significance.compare(a, a + loss, PairedTest(draws=400, higher_is_better=better))
    assert found.judged.behind
    ahead = significance.compare(a, a - loss, PairedTest(draws=400, higher_is_better=better))
    assert (ahead.verdict, ahead.judged.behind) == ("better", False)
    assert sign * found.worst > sign * found.difference
    assert found.verdict == "not worse"


def test_seeds_widen_the_interval():
    rng = np.random.default_rng(8)
    items = rng.normal(0.5, 0.1, 200)
    of_seeds = rng.normal(0, 0.05, (2, 3, 1))
    a, b = items + of_seeds + rng.normal(0, 0.01, (2, 3, 200))
    several = significance.compare_samples(Sample.of_values(a), Sample.of_values(b), QUICK)
    one = significance.compare(a.mean(axis=0), b.mean(axis=0), QUICK)
    assert several.difference == pytest.approx(one.difference)
    assert several.high - several.low > 5 * (one.high - one.low)


def test_seeds_that_move_all_items_alike_still_count():
    items = np.random.default_rng(13).normal(0.5, 0.1, 50)
    a, b = items + np.zeros((3, 1)), items + np.array([[-0.1], [0.0], [0.1]])
    found = significance.compare_samples(Sample.of_values(a), Sample.of_values(b), QUICK)
    assert found.low < -0.03
    assert found.high > 0.03


def test_holm_as_in_a_worked_example():
    assert resampling.holm(np.array([0.01, 0.04, 0.03, 0.005])) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_never_lowers_p_nor_swaps_two(values: list[float]):
    p = np.array(values)
    adjusted = resampling.holm(p)
    assert np.all(adjusted >= p)
    assert np.all(adjusted <= 1)
    assert np.all(np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0)


def test_a_comparison_as_a_sentence():
    rng = np.random.default_rng(9)
    a = rng.uniform(0, 1, 400)
    found = significance.compare(a, a - 0.05, QUICK)
    told = in_words(found, "mono", "hybrid")
    assert told.startswith("hybrid is worse than mono: -.050 [")
    assert "400 down" in told


def test_a_sure_loss_within_the_margin_is_told():
    rng = np.random.default_rng(14)
    a = rng.uniform(0, 1, 400)
    slightly = significance.compare(a, a - 0.004 + rng.normal(0, 0.01, 400), QUICK)
    told = in_words(slightly, "mono", "hybrid")
    assert told.startswith("hybrid is not worse than mono (behind, within the margin): -.00")
    same = significance.compare(a, a + rng.normal(0, 0.01, 400), QUICK)
    assert "behind" not in in_words(same, "mono", "hybrid")


def test_an_undecided_gain_is_not_called_a_loss():
    a = np.random.default_rng(16).uniform(0, 1, 12)
    gains = np.array([0.3, -0.2, 0.25, -0.15, 0.2, -0.1, 0.02, 0.01, -0.05, 0.1, -0.12, 0.04])
    found = significance.compare(a, a + gains, QUICK)
    assert found.verdict == "undecided"
    told = in_words(found, "mono", "hybrid")
    assert told.startswith("hybrid is undecided against mono: +.025 [")
    assert "worse" not in told
    assert f"p {p_text(found.p)}, < .001 at the least" in told


def test_a_comparison_is_plain_json():
    plain = significance.compare(np.zeros(3), np.array([0.1, 0.2, 0.4]), QUICK).plain()
    assert json.loads(json.dumps(plain)) == plain
    assert {"verdict", "behind", "mark", "family", "unit", "units", "design_effect"} <= plain.keys()


@pytest.mark.parametrize(
    ("difference", "high", "holm", "told"),
    [
        (-0.02, -0.015, 0.01, "worse"),
        (-0.02, -0.015, 0.4, "undecided"),
        (-0.02, -0.015, None, "worse"),
        (-0.02, -0.005, 0.01, "undecided"),
        (0.02, 0.03, 0.01, "better"),
        (0.02, 0.03, 0.4, "undecided"),
    ],
)
def test_of_several_comparisons_none_is_worse_or_better_by_chance(
    difference: float, high: float, holm: float | None, told: str
):
    made = significance.compare(np.full(9, 0.5), np.full(9, 0.5))
    each = replace(made, difference=difference, high=high, worst=-0.05, p=0.01, holm=holm)
    assert each.verdict == told
    assert each.plain()["verdict"] == told
    words = {"better": "is better than", "worse": "is worse than", "undecided": "is undecided against"}
    assert words[told] in in_words(each, "A", "B")


def grouped(
    rng: np.random.Generator, groups: int = 30, versions: int = 3, shared: float = 0.1
) -> tuple[Sample, Sample]:
    """Two alike systems on items of articles of 3 to 20, which share luck by article and by item."""
    group = np.repeat(np.arange(groups), rng.integers(3, 21, groups))
    size = (2, len(group), versions)
    difficulty = rng.normal(0, 0.3, (groups, 1))[group] + rng.normal(0, 0.3, (len(group), 1))
    luck = rng.normal(0, shared, (2, groups, 1))[:, group] + rng.normal(0, 0.1, (2, len(group), 1))
    values = difficulty + luck + rng.normal(0, 0.1, size)
    counts = np.ones(size[1:], np.int64)
    a, b = (Sample(each[None], counts, group, "article") for each in values)
    return a, b


def test_false_alarms_are_five_in_a_hundred_where_articles_share_their_difficulty():
    rng = np.random.default_rng(17)
    ours = by_item = outside = 0
    for seed in range(SIMULATIONS):
        a, b = grouped(rng)
        test = PairedTest(draws=400, seed=seed)
        found = significance.compare_samples(a, b, test)
        ours += found.p < 0.05
        outside += not found.low <= 0 <= found.high
        difference = replace(a, sums=b.sums - a.sums).by_item()
        by_item += resampling.permutation(difference.contributions(), draws=400, seed=seed) < 0.05
    assert FIVE_PERCENT[0] <= ours <= FIVE_PERCENT[1]
    assert outside <= 1.5 * FIVE_PERCENT[1]
    assert by_item > 3 * ours


def test_the_design_effect_is_that_of_the_groups():
    a, b = grouped(np.random.default_rng(18))
    found = significance.compare_samples(a, b, QUICK)
    by_item = significance.compare_samples(a.by_item(), b.by_item(), QUICK)
    assert found.design_effect == pytest.approx((found.standard_error / by_item.standard_error) ** 2)
    assert found.design_effect > 3
    assert (by_item.unit, by_item.design_effect) == ("item", None)
    assert found.difference == pytest.approx(by_item.difference)
    assert "; 30 articles drawn, design effect " in in_words(found, "A", "B")


@given(st.integers(0, 2**32 - 1))
def test_a_sample_is_the_macro_mean_whatever_lacks(seed: int):
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 3, (9, 4))
    counts[:4] += np.eye(4, dtype=np.int64)
    values = rng.normal(size=(2, 9, 4)) * counts
    made = Sample(values, counts, rng.permutation(np.arange(9) % 5), "article")
    expected = (values.sum(axis=1) / counts.sum(axis=0)).mean()
    assert made.mean == pytest.approx(expected)
    assert made.contributions().sum() == pytest.approx(expected)
    assert made.influence().sum() == pytest.approx(0, abs=1e-12)
    once = [values[:, made.groups != each].sum(axis=1).mean(axis=0) for each in range(5)]
    number = [counts[made.groups != each].sum(axis=0) for each in range(5)]
    without = [
        np.mean((total / np.maximum(n, 1))[n > 0]) if (n > 0).any() else np.nan
        for total, n in zip(once, number, strict=True)
    ]
    assert made.jackknife == pytest.approx(np.array(without), nan_ok=True)


def test_half_a_margin_of_loss_is_not_called_worse():
    rng = np.random.default_rng(19)
    words = []
    for seed in range(200):
        a, b = parallel(rng, items=120, versions=3, effect=-0.025)
        test = PairedTest(margin=0.05, draws=400, seed=seed)
        words.append(significance.compare(a.mean(axis=1), b.mean(axis=1), test).verdict)
    assert words.count("worse") <= 5
