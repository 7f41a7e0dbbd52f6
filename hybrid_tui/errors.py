"""Errors that a person can act on: what was wrong, where, and what to do."""


class HybridTuiError(Exception):
    """A failure with a clear message and, where there is one, the way out (exit code 1).

    `str(error)` says what was wrong and where (file, line, field); `hint` says what to do.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    @property
    def whole(self) -> str:
        """Both on one line."""
        return joined(str(self), self.hint)


class UsageError(HybridTuiError):
    """The request itself is off: an unknown name, a value out of range (exit code 2)."""

    exit_code = 2


class DataError(HybridTuiError):
    """Content that cannot be used: a broken file, a wrong shape, a failed check (exit code 1)."""


class Cancelled(Exception):  # noqa: N818  (it is no failure)
    """The caller asked to stop; everything finished so far is kept."""


def joined(message: str, hint: str) -> str:
    """Return what was wrong, and what to do where that is known, on one line."""
    return f"{message}: {hint}" if hint else message


def unknown(kind: str, name: str, known: list[str], hint: str = "") -> UsageError:
    """Build the error for a name that is not there, with the nearest known names."""
    from difflib import get_close_matches

    close = get_close_matches(name, known, n=3)
    guess = f"did you mean {' or '.join(close)}? " if close else ""
    return UsageError(f"no {kind} named {name!r}", f"{guess}{hint or 'known: ' + ', '.join(known)}")
