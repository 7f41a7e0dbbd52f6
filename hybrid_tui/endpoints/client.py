"""Requests to an endpoint by the `openai` package: its retries and back-off, our words for errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from hybrid_tui.endpoints.endpoint import PREFIX, Endpoint
from hybrid_tui.errors import HybridTuiError, UsageError

if TYPE_CHECKING:
    import openai

T = TypeVar("T")
RETRIES = 5
"""After connections that fail, 408, 409, 429 and 5xx; waits for what Retry-After says, up to two minutes."""
_SHOWN = 200
"""Characters of a server's own words that a message holds."""


class Client:
    """Asks one endpoint; safe to use from several threads. Raises UsageError where the key is not set."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._key = endpoint.key()
        self._openai = _package()
        omitted = self._openai.Omit()
        self._headers: Any = {
            "Authorization": f"Bearer {self._key}" if self._key else omitted,
            # By default it sends those of OpenAI's own variables to whatever server.
            "OpenAI-Organization": omitted,
            "OpenAI-Project": omitted,
        }
        self._client = self._openai.OpenAI(
            api_key=self._key or "none",
            admin_api_key="",
            base_url=endpoint.url,
            max_retries=RETRIES,
            timeout=endpoint.timeout,
        )

    def post(self, path: str, body: dict[str, Any], kind: type[T]) -> T:
        """Return what the endpoint answers, decoded as `kind`, which msgspec can make of JSON.

        path: below the endpoint's url, such as "/embeddings". body: what is sent, without the model.
        Raises HybridTuiError, telling what to do, for whatever goes wrong.
        """
        import httpx2

        sent = body | {"model": self.endpoint.model}
        try:
            answer = self._client.post(
                path, body=sent, options={"headers": self._headers}, cast_to=httpx2.Response
            )
        except self._openai.OpenAIError as error:
            raise self._told(error, path) from None
        try:
            return msgspec.json.decode(answer.content, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise self._error(
                f"{self.endpoint.url}{path} answered what is not OpenAI's form: {self._shown(str(error))}",
                f"url must be that of an OpenAI-compatible server; it began: {self._shown(answer.text)!r}",
            ) from error

    def _told(self, error: openai.OpenAIError, path: str) -> HybridTuiError:
        at, package = self.endpoint, self._openai
        if isinstance(error, package.APITimeoutError):
            return self._error(
                f"{at.url} did not answer within {at.timeout:g} s, {RETRIES + 1} times",
                f"look after the server, or set a longer timeout in [api.{at.name}]",
            )
        if isinstance(error, package.APIStatusError):
            return self._of_status(error, path)
        cause = error.__cause__ or error
        return self._error(
            f"{at.url} cannot be reached: {self._shown(str(cause))}", "is the server up, and its url right?"
        )

    def _of_status(self, error: openai.APIStatusError, path: str) -> HybridTuiError:
        at, status = self.endpoint, error.status_code
        said = self._shown(error.message)
        if status in {401, 403}:
            if at.key_env:
                return self._error(
                    f"{at.url} refused the key in {at.key_env}: {said}", "is it the right one?"
                )
            return self._error(
                f"{at.url} wants a key: {said}", f"name its variable by key_env in [api.{at.name}]"
            )
        if status == 404:
            hint = f"look at model and url in [api.{at.name}]; most urls end in /v1"
            return self._error(f"{at.url} has no {path}, or no model {at.model!r}: {said}", hint)
        if status == 429:
            hint = f"wait, or set a lower concurrency in [api.{at.name}]; what was answered is kept"
            return self._error(f"{at.url} still refuses so many requests: {said}", hint)
        return self._error(f"{at.url}{path} failed: {said}")

    def _error(self, what: str, hint: str = "") -> HybridTuiError:
        return HybridTuiError(f"{PREFIX}{self.endpoint.name}: {what}", hint)

    def _shown(self, words: str) -> str:
        """Return a server's words in short, without the key."""
        words = " ".join(words.split())
        if self._key:
            words = words.replace(self._key, "…")
        return words if len(words) <= _SHOWN else words[:_SHOWN] + "…"


def _package() -> Any:
    try:
        import openai
    except ImportError as error:
        raise UsageError("endpoints need the package openai", "pip install 'hybrid-tui[api]'") from error
    return openai
