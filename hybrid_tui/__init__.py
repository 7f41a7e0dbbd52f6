"""hybrid-tui: compare, measure and train multilingual retrievers, in the terminal and from Python.

    import hybrid_tui as ht

    ht.search("Warum sind Flamingos rosa?", ["me5-small"], "starter")

Every name in `__all__` is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from hybrid_tui.version import __version__ as __version__

if TYPE_CHECKING:
    from hybrid_tui.api.bias import bias as bias
    from hybrid_tui.api.bias import cell_queries as cell_queries
    from hybrid_tui.api.collections import add_collection as add_collection
    from hybrid_tui.api.collections import check_data as check_data
    from hybrid_tui.api.collections import get_collection as get_collection
    from hybrid_tui.api.collections import list_collections as list_collections
    from hybrid_tui.api.collections import load_collection as load_collection
    from hybrid_tui.api.collections import remove_collection as remove_collection
    from hybrid_tui.api.comparisons import compare as compare
    from hybrid_tui.api.diagnoses import diagnose as diagnose
    from hybrid_tui.api.evaluations import evaluate as evaluate
    from hybrid_tui.api.evaluations import list_evaluations as list_evaluations
    from hybrid_tui.api.evaluations import remove_evaluations as remove_evaluations
    from hybrid_tui.api.evidence import evidence as evidence
    from hybrid_tui.api.expansions import expand as expand
    from hybrid_tui.api.expansions import plan_expansion as plan_expansion
    from hybrid_tui.api.models import add_model as add_model
    from hybrid_tui.api.models import export_model as export_model
    from hybrid_tui.api.models import list_models as list_models
    from hybrid_tui.api.models import load_model as load_model
    from hybrid_tui.api.models import merge_models as merge_models
    from hybrid_tui.api.models import remove_model as remove_model
    from hybrid_tui.api.mteb import evaluate_mteb as evaluate_mteb
    from hybrid_tui.api.reports import report as report
    from hybrid_tui.api.runs import export_run as export_run
    from hybrid_tui.api.runs import import_run as import_run
    from hybrid_tui.api.runs import list_runs as list_runs
    from hybrid_tui.api.search import search as search
    from hybrid_tui.api.spending import plan_spending as plan_spending
    from hybrid_tui.api.spending import spent as spent
    from hybrid_tui.api.training import train as train
    from hybrid_tui.api.training_plans import plan_sweep as plan_sweep
    from hybrid_tui.api.training_plans import plan_training as plan_training
    from hybrid_tui.api.tuning import tune as tune
    from hybrid_tui.api.variants import add_variants as add_variants
    from hybrid_tui.api.variants import export_variants as export_variants
    from hybrid_tui.api.variants import list_variants as list_variants
    from hybrid_tui.api.variants import remove_variant as remove_variant
    from hybrid_tui.api.verdicts import verdict as verdict

_MODULES = {
    "bias": "bias",
    "cell_queries": "bias",
    "add_collection": "collections",
    "check_data": "collections",
    "get_collection": "collections",
    "list_collections": "collections",
    "load_collection": "collections",
    "remove_collection": "collections",
    "compare": "comparisons",
    "diagnose": "diagnoses",
    "evaluate": "evaluations",
    "list_evaluations": "evaluations",
    "remove_evaluations": "evaluations",
    "evidence": "evidence",
    "expand": "expansions",
    "plan_expansion": "expansions",
    "add_model": "models",
    "export_model": "models",
    "list_models": "models",
    "load_model": "models",
    "merge_models": "models",
    "remove_model": "models",
    "evaluate_mteb": "mteb",
    "report": "reports",
    "export_run": "runs",
    "import_run": "runs",
    "list_runs": "runs",
    "search": "search",
    "plan_spending": "spending",
    "spent": "spending",
    "train": "training",
    "plan_sweep": "training_plans",
    "plan_training": "training_plans",
    "tune": "tuning",
    "add_variants": "variants",
    "export_variants": "variants",
    "list_variants": "variants",
    "remove_variant": "variants",
    "verdict": "verdicts",
}
__all__ = list(_MODULES)


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"{__name__}.api.{_MODULES[name]}"), name)
    return found


def __dir__() -> list[str]:
    return [*globals(), *__all__]
