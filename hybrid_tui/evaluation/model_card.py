"""What a model card tells of a model: how to use it, its training, its data, its figures, its limits."""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

import msgspec

from hybrid_tui.comparison.colormap import Scale
from hybrid_tui.comparison.drawn_units import drawn_words
from hybrid_tui.comparison.heatmap_svg import heatmap_svg
from hybrid_tui.comparison.number_format import figure
from hybrid_tui.comparison.setting_summary import RANK_DISTANCE
from hybrid_tui.corpus import presets
from hybrid_tui.encoders import hub
from hybrid_tui.encoders.backbones import BACKBONES, Backbone
from hybrid_tui.encoders.manifest import ModelManifest
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.encoders.sources import path_of
from hybrid_tui.evaluation import contamination, heatmaps, run_depth, setting_figures
from hybrid_tui.evaluation.document import Code, Figure, Heading, Paragraph, Part, Points, Table
from hybrid_tui.evaluation.results import Evaluation
from hybrid_tui.sampling import samplers
from hybrid_tui.systems import offsets
from hybrid_tui.systems.offsets import Offsets
from hybrid_tui.version import __version__

NOT_RECORDED = "not recorded"
BIAS = "rank-gap"
TAGS = ("sentence-transformers", "feature-extraction", "sentence-similarity", "multilingual", "hybrid-tui")
_HUB_LICENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")
_CODE = re.compile(r"[a-z]{2,3}")
_PLAIN = """\
from sentence_transformers import SentenceTransformer

model = SentenceTransformer("FOLDER")
queries, passages = model.encode_query(["..."]), model.encode_document(["..."])"""
_WHOLE = """\
from hybrid_tui.integrations import load

model = load("FOLDER")
queries = model.encode_query(["..."], langs=["de"])
passages = model.encode_document(["...", "..."], langs=["de", "en"])"""


def front_matter(spec: ModelSpec) -> str:
    """Return the YAML that a card begins with; what is not known is left out.

    The licence is that of a model as its authors give it; of a trained one none is recorded.
    """
    made, entry = spec.manifest, _backbone(spec)
    codes = made.languages if made else (entry.languages if entry else ())
    langs = [] if isinstance(codes, int) else [code.partition("-")[0] for code in codes]
    langs = [code for code in dict.fromkeys(langs) if _CODE.fullmatch(code)]
    base = _hub_name(made.backbone if made else spec.name)
    licence = entry.licence if entry and not made else ""
    used = [presets.REPOSITORY] if made and any(presets.fits(each.name) for each in made.data) else []
    fields: dict[str, str | list[str]] = {
        "language": langs or ["multilingual"],
        "library_name": "sentence-transformers",
        "pipeline_tag": "sentence-similarity",
        "tags": list(TAGS),
        "base_model": base,
        "datasets": used,
    }
    if licence.startswith("LicenseRef-"):
        fields |= {"license": "other", "license_name": licence.removeprefix("LicenseRef-").lower()}
    elif _HUB_LICENCE.fullmatch(licence):
        fields["license"] = licence.lower()
    # A JSON string or list is YAML as well.
    lines = [f"{key}: {json.dumps(value)}" for key, value in fields.items() if value]
    return "\n".join(["---", *lines, "---", ""])


def card(
    spec: ModelSpec, system: str, changes: Offsets | None, evaluations: Sequence[Evaluation]
) -> list[Part]:
    """Return the card of a system that is exported.

    system: what it is called. changes: what it does to the model's embeddings. evaluations: of it, one a
    collection.
    """
    return [
        Heading(system, 1),
        Paragraph(
            f"A dense retriever over several languages, written by hybrid-tui {__version__}. "
            f"Fingerprint of the model: {spec.fingerprint}."
        ),
        *_use(changes),
        *_training(spec),
        *_data(spec.manifest),
        *_figures(evaluations, system),
        *_limits(spec, changes, evaluations),
    ]


def _use(changes: Offsets | None) -> list[Part]:
    loaded: list[Part] = [
        Heading("Use"),
        Paragraph("sentence-transformers loads the model" + (" without the correction:" if changes else ":")),
        Code(_PLAIN, "python"),
    ]
    if not changes:
        return loaded
    about = changes.about
    codes = ", ".join(about.languages)
    fitted = (
        f"The correction was fitted on {about.fitted_on}. It has something of its own for {codes}; what "
        "serves other languages, where there is such a thing, has the name *."
    )
    return [
        *loaded,
        Paragraph(
            f"What {about.system} does to its embeddings lies beside it, in {offsets.TENSORS} and "
            f"{offsets.ABOUT}. Ten lines apply it to each query, and to passages before they go into a "
            "vector database (pip install numpy safetensors; run in this folder):"
        ),
        Code(offsets.LINES.rstrip("\n"), "python"),
        Paragraph("With hybrid-tui, one call does both; without langs, each text's language is detected:"),
        Code(_WHOLE, "python"),
        *([Paragraph(fitted)] if about.fitted_on else []),
    ]


def _training(spec: ModelSpec) -> list[Part]:
    made, entry = spec.manifest, _backbone(spec)
    heading, backbone = Heading("Training"), _said(made.backbone if made else spec.name)
    known = NOT_RECORDED
    if entry:
        source = f"the Python package {entry.source}" if entry.offline else entry.source
        known = f"{entry.title} ({source}), licence {entry.licence}"
    if not made:
        authors = "Its authors' card says how it was trained." if entry else ""
        return [heading, Paragraph(f"It was not trained further here. Origin: {known}. {authors}".rstrip())]
    use = made.settings
    told = "temperature" in use  # a merged model was trained with none of its own
    kind = f"{use.get('loss', 'infonce')}, in-batch negatives, temperature"
    loss = f"{kind} {_said(use['temperature'])}" if told else NOT_RECORDED
    rows = [
        ("backbone", backbone),
        ("origin of the backbone", known),
        ("fingerprint of the backbone", made.backbone_fingerprint),
        ("tuned", made.tuning),
        ("sampler of batches", made.drawn),
        *([("how it draws", samplers.summary(made.sampler))] if made.sampler in samplers.SAMPLERS else []),
        ("steps taken", f"{made.steps:,}"),
        ("batch size", _said(use.get("batch_size"))),
        ("loss", loss),
        *((f"loss, {name.replace('_', ' ')}", f"{value:g}") for name, value in made.losses.items()),
        ("precision", _said(made.hardware.get("precision"))),
        ("seed", str(made.seed)),
        ("wall time", f"{made.seconds:,.0f} s"),
        ("trained", made.created),
        *((name, _said(value)) for name, value in made.hardware.items() if name != "precision"),
    ]
    settings = ", ".join(f"{name} = {_said(value)}" for name, value in use.items())
    versions = ", ".join(f"{name} {version}" for name, version in made.versions.items())
    return [
        heading,
        Table(["what", "value"], [list(row) for row in rows]),
        Paragraph(f"Every setting: {settings}."),
        Paragraph(f"Made with hybrid-tui {made.version}, {versions}."),
    ]


def _data(made: ModelManifest | None) -> list[Part]:
    heading = Heading("Data and licences")
    if not made:
        return [heading, Paragraph("What its authors trained it on is not known here: see their card.")]
    if not made.data:
        return [heading, Paragraph("The training data was not recorded.")]
    sets = [
        [_said(each.name), f"{each.items:,}", f"{each.rows:,}", " ".join(sorted(each.languages)), each.sha256]
        for each in made.data
    ]
    kinds = {"source": Counter[str](), "licence": Counter[str]()}
    for each in made.data:
        kinds["source"].update(each.sources)
        kinds["licence"].update(each.licences)
    tables: list[Part] = [
        Table([kind, "rows"], [[name or NOT_RECORDED, f"{rows:,}"] for name, rows in counts.most_common()])
        for kind, counts in kinds.items()
        if counts
    ]
    return [
        heading,
        Paragraph(
            "A row is a query and its passage in one language. Licences are those that the data came with; "
            "none is recorded for the trained weights: choose one that these and the backbone's allow."
        ),
        Table(["training pairs", "items", "rows", "languages", "sha256"], sets),
        *tables,
    ]


def _figures(evaluations: Sequence[Evaluation], system: str) -> list[Part]:
    heading = Heading("Evaluation")
    if not evaluations:
        return [
            heading,
            Paragraph(
                "No evaluation of it was kept when this card was written, so there are no figures. This "
                "makes one, and exporting again puts it here:"
            ),
            Code(f"hybrid-tui evaluate --model {shlex.quote(system)} --data COLLECTION"),
        ]
    return [heading, *(part for each in evaluations for part in _on_one(each, system))]


def _on_one(evaluation: Evaluation, system: str) -> list[Part]:
    """Return the figures of one collection, with 95 % intervals, and the heatmap of its bias."""
    about = evaluation.manifest
    found = setting_figures.figures(evaluation)
    rows = [
        [
            name if name == RANK_DISTANCE else f"{name} mAP",
            figure(each.value, digits),
            f"{figure(each.low, digits)} – {figure(each.high, digits)}",
        ]
        for name, each in found.items()
        for digits in [1 if name == RANK_DISTANCE else 3]
    ]
    named = msgspec.structs.replace(about, written=system)
    same = about.fitted_on.startswith(f"{about.collection}@")
    fitted = "The correction was fitted on these very texts: on new ones it may do less" if same else ""
    notes = [fitted, *about.notes, contamination.note(named), run_depth.note(evaluation)]
    seen = heatmaps.observed(evaluation, BIAS)
    drawn: list[Part] = []
    if seen:
        file = "".join(char if char.isalnum() else "-" for char in f"{BIAS}-{about.collection}")
        picture = heatmap_svg(seen.matrix, Scale.of(seen.matrix), system)
        drawn = [Figure(file, f"{about.collection}: {seen.matrix.title}", picture)]
    return [
        Heading(about.collection, 3),
        Paragraph(
            f"{about.items:,} items with {about.queries:,} queries, {sum(about.pool):,} passages in "
            f"{', '.join(about.languages)}; every passage is ranked. Intervals are 95 %, by bootstrap "
            f"({drawn_words(each.drawn for each in found.values())}). Rank distance: worst less best rank of "
            f"the answers to one question in the multilingual pool; less is better. Collection "
            f"{about.collection_fingerprint}, evaluated {about.made[:10]} with hybrid-tui {about.version}."
        ),
        Table(["figure", "value", "95 % interval"], rows),
        *(Paragraph(f"{words}.") for words in notes if words),
        *drawn,
    ]


def _limits(spec: ModelSpec, changes: Offsets | None, evaluations: Sequence[Evaluation]) -> list[Part]:
    made, facts = spec.manifest, spec.source.facts()
    limits = [facts[key] for key in ("query_tokens", "passage_tokens") if isinstance(facts.get(key), int)]
    longest = max((each for each in limits if isinstance(each, int)), default=0)
    told = [
        f"Texts are cut after {longest:,} tokens." if longest else "",
        f"It was tuned in {', '.join(made.languages)}; of other languages the training says nothing."
        if made
        else "",
        "The correction needs the language of each text; of a wrong one it removes the wrong thing."
        if changes and changes.about.fitted_on
        else "",
        "Queries and passages are corrected apart, and a vector database must hold corrected passages alone."
        if changes and changes.about.fitted_on
        else "",
        f"Figures are of {', '.join(each.manifest.collection for each in evaluations)} alone; other texts "
        "may give others."
        if evaluations
        else "How well it retrieves was not measured for this card.",
        "Which languages it favours beyond these figures, and harmful content in what it finds, was not "
        "examined.",
    ]
    return [Heading("Limits"), Points([words for words in told if words])]


def _backbone(spec: ModelSpec) -> Backbone | None:
    """Return the registry's entry of a model, or of what it was trained upon."""
    return BACKBONES.get(spec.manifest.backbone) if spec.manifest else spec.backbone


def _hub_name(name: str) -> str:
    """Return a backbone as the hub names it; empty where that is not known."""
    entry = BACKBONES.get(name)
    named = entry.source if entry else "" if path_of(name) else name
    parsed = hub.parse(named)
    return parsed.repo if parsed else ""


def _said(value: object) -> str:
    """Return a value of a manifest in words; of a path of the machine that wrote it, the last part alone."""
    if value is None:
        return NOT_RECORDED
    if isinstance(value, list):
        return ", ".join(map(_said, value))
    text = str(value)
    return PurePath(text).name if PurePath(text).is_absolute() or text.startswith("~") else text
