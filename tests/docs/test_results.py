"""README's figures are those of RESULTS.md and RESULTS-systems.md."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SETTINGS = ("monolingual", "cross-lingual", "multilingual")
README = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
RESULTS = (ROOT / "RESULTS.md").read_text(encoding="utf-8")
SYSTEMS = (ROOT / "RESULTS-systems.md").read_text(encoding="utf-8")


def tables(text: str) -> dict[str, dict[str, list[str]]]:
    """The tables of a document by the names of their first two columns: cells by row, marks left out."""
    found: dict[str, dict[str, list[str]]] = {}
    rows: dict[str, list[str]] = {}
    before = ""
    for line in text.splitlines():
        cells = [re.sub(r"[▲▼]", "", cell).strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and not before.startswith("|"):
            rows = found.setdefault(" ".join(cells[:2]), {})
        elif line.startswith("|") and not cells[1].startswith("-"):
            rows[cells[0]] = cells[1:]
        before = line
    return found


def figures(text: str) -> dict[str, list[str]]:
    """The accuracy of each system in each setting, and its rank distance."""
    found = tables(text)
    columns = [*(found[f"{setting} mAP"] for setting in SETTINGS), found["system rank distance"]]
    return {system: [column[system][0] for column in columns] for system in columns[0]}


def test_the_table_of_systems():
    results, systems = figures(RESULTS), figures(SYSTEMS)
    shown = tables((ROOT / "README.md").read_text(encoding="utf-8"))[" monolingual"]
    assert len(shown) > 10
    for system, cells in shown.items():
        there = [found[system] for found in (results, systems) if system in found]
        assert there, system
        assert all(each == cells for each in there), system


def test_what_another_form_of_the_query_and_fusion_bring():
    systems = figures(SYSTEMS)
    plain, both, fused = (
        [float(each) for each in systems[f"me5-small{stages}"][:3]]
        for stages in ("", "+center:.75+query:en:.5", "+fuse:bm25")
    )
    found = re.search(
        r"cross-lingual accuracy by (\S+) and that in the pool of all languages by (\S+),", README
    )
    assert found
    assert [f"{b - a:.3f}".lstrip("0") for a, b in zip(plain, both, strict=True)][1:] == [found[1], found[2]]
    assert both[0] >= plain[0]
    found = re.search(r"best within languages \(\+(\S+)\)", README)
    assert found
    assert f"{fused[0] - plain[0]:.3f}".lstrip("0") == found[1]
    assert fused[0] == max(float(values[0]) for name, values in systems.items() if "lora" not in name)


def test_how_many_systems_and_what_is_drawn():
    found = re.search(r"has the rest: (\d+) systems, articles drawn", README)
    assert found
    assert int(found[1]) == len(tables(RESULTS)["monolingual mAP"])
    assert re.search(r"\d+ articles drawn", RESULTS)


def test_the_verdict():
    found = re.search(r"in (\d+ of \d+) comparisons .*?; in (\d+) of them it is behind", README)
    assert found
    assert f"no in {found[1]}; behind beyond chance in {found[2]}" in RESULTS
    paper = re.search(
        r"accuracy in (\d+) comparisons \(.*?\), and in (\d+) \(MIRACL\) it is undecided", README
    )
    assert paper
    assert f"no in {paper[1]}, undecided in {paper[2]} of 8" in RESULTS


def test_what_lora_costs_and_gains():
    found = re.search(
        r"With LoRA it is (\S+) behind mono there \(95 % interval (\S+) to (\S+)\), (\S+) ahead across "
        r"languages and (\S+) ahead in the pool of all languages",
        README,
    )
    assert found
    said = "xquad-r, me5-small lora (kept evaluations): {} mAP: hybrid is {} than mono"
    own = said.format("monolingual", "not worse") + " (behind, within the margin)"
    assert f"{own}: -{found[1]} [-{found[3]}, -{found[2]}]" in RESULTS
    for setting, gain in (("cross-lingual", found[4]), ("multilingual", found[5])):
        assert f"{said.format(setting, 'better')}: +{gain} [" in RESULTS


def test_hybrid_stands_between_mono_and_cross():
    for setting in SETTINGS:
        rows = tables(RESULTS)[f"{setting} mAP"]
        mono, cross, hybrid = (
            float(rows[f"me5-small-lora-{each}"][0]) for each in ("mono", "cross", "hybrid")
        )
        assert min(mono, cross) < hybrid < max(mono, cross)
