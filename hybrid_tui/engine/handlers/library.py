"""Handlers of requests about models and collections: listed, described, added, removed."""

from __future__ import annotations

from hybrid_tui.api import library, runs
from hybrid_tui.engine import messages
from hybrid_tui.engine.dispatch import Context, answers
from hybrid_tui.engine.service import Service


@answers(messages.ListCatalog)
def list_catalog(service: Service, request: messages.ListCatalog, context: Context) -> messages.Catalog:
    """List the collections, models, samplers and runs that can be named."""
    return messages.Catalog(
        collections=library.collection_infos(),
        models=library.model_infos(),
        samplers=library.sampler_infos(),
        runs=runs.list_runs(),
    )


@answers(messages.ListLibrary)
def list_library(service: Service, request: messages.ListLibrary, context: Context) -> messages.Library:
    """List every model and collection, with what is known of it."""
    found = library.library()
    return messages.Library(models=found.models, collections=found.collections)


@answers(messages.Describe)
def describe(service: Service, request: messages.Describe, context: Context) -> messages.Description:
    """Describe a model or a collection."""
    return messages.Description(facts=library.describe(request.kind, request.name))


@answers(messages.Add)
def add(service: Service, request: messages.Add, context: Context) -> messages.Added:
    """Keep what a path holds."""
    added = library.add(request.kind, request.path, request.name)
    return messages.Added(name=added.name, new=added.new)


@answers(messages.Remove)
def remove(service: Service, request: messages.Remove, context: Context) -> messages.Done:
    """Remove a model or a collection of the user's."""
    library.remove(request.kind, request.name)
    return messages.Done()
