"""Handlers of requests about models and collections: listed, described, added, removed."""

from __future__ import annotations

from hybrid_tui.engine import messages
from hybrid_tui.engine.dispatch import Context, answers
from hybrid_tui.engine.service import Service


@answers(messages.ListCatalog)
def catalog(service: Service, request: messages.ListCatalog, context: Context) -> messages.Catalog:
    """List the collections and models that can be named."""
    return messages.Catalog(collections=service.collections(), models=service.models())


@answers(messages.ListLibrary)
def library(service: Service, request: messages.ListLibrary, context: Context) -> messages.Library:
    """List every model and collection, with what is known of it."""
    from hybrid_tui.engine import library

    return library.library()


@answers(messages.Describe)
def describe(service: Service, request: messages.Describe, context: Context) -> messages.Description:
    """Describe a model or a collection."""
    from hybrid_tui.engine import library

    return library.described(request.kind, request.name)


@answers(messages.Add)
def add(service: Service, request: messages.Add, context: Context) -> messages.Added:
    """Keep what a path holds."""
    from hybrid_tui.engine import library

    return library.add(request.kind, request.path, request.name)


@answers(messages.Remove)
def remove(service: Service, request: messages.Remove, context: Context) -> messages.Done:
    """Remove a model or a collection of the user's."""
    from hybrid_tui.engine import library

    library.remove(request.kind, request.name)
    return messages.Done()
