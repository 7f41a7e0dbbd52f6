from hybrid_tui.comparison.setting_summary import EvaluatedSystem, bases, sweeps


def system(name: str, alpha: float | None, value: float, sweep: str = "s") -> EvaluatedSystem:
    return EvaluatedSystem(name, "hybrid", alpha, sweep, {"monolingual": value})


def test_systems_of_a_sweep_make_a_curve_and_seeds_count_by_their_mean() -> None:
    systems = [system("c", 1.0, 0.5), system("a", 0.0, 0.1), system("b", 0.5, 0.2), system("b2", 0.5, 0.4)]
    (curves,) = sweeps(systems).values()
    assert curves == {"monolingual": [(0.0, 0.1), (0.5, (0.2 + 0.4) / 2), (1.0, 0.5)]}


def test_two_shares_make_none_nor_do_systems_of_no_sweep() -> None:
    assert not sweeps([system("a", 0.0, 0.1), system("b", 0.5, 0.2), system("c", 1.0, 0.3, "other")])
    assert not sweeps([system(name, None, 0.1) for name in "abc"])
    assert not sweeps([system(name, alpha, 0.1, "") for alpha, name in enumerate("abc")])


def test_what_has_no_figure_is_no_base_and_the_fullest_is_the_first() -> None:
    settings = ("monolingual", "cross-lingual", "multilingual")
    whole, seen = (dict.fromkeys(settings[:count], 0.5) for count in (3, 3))
    systems = [
        EvaluatedSystem("damaged"),
        EvaluatedSystem("run", values={"monolingual": 0.5}),
        EvaluatedSystem("trained on them", values=seen, seen=5),
        EvaluatedSystem("whole", values=whole),
    ]
    assert bases(systems) == ["whole", "run", "trained on them"]
    assert bases(systems[:1]) == []


def test_a_system_that_ranked_other_languages_than_all_others_is_no_base() -> None:
    every = [
        EvaluatedSystem(name, values={"monolingual": 0.5}, languages=tuple(languages.split()))
        for name, languages in (("alone", "de"), ("a", "de en"), ("b", "de en"))
    ]
    assert bases(every) == ["a", "b"]
    assert bases(every[:1]) == ["alone"]
    assert bases(every[:2]) == []
