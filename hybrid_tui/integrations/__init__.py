"""Parts of other libraries that bring our measures and models there; each is loaded when it is first used.

from hybrid_tui.integrations import MultilingualRetrievalEvaluator, load, mteb_task
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hybrid_tui.integrations.corrected import load as load
    from hybrid_tui.integrations.evaluator import (
        MultilingualRetrievalEvaluator as MultilingualRetrievalEvaluator,
    )
    from hybrid_tui.integrations.mteb_tasks import import_predictions as import_predictions
    from hybrid_tui.integrations.mteb_tasks import mteb_task as mteb_task

_MODULES = {
    "MultilingualRetrievalEvaluator": "evaluator",
    "import_predictions": "mteb_tasks",
    "load": "corrected",
    "mteb_task": "mteb_tasks",
}
__all__ = list(_MODULES)


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    return found
