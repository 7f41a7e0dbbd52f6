"""Errors that a person can act on: what was wrong, where, and what to do."""

import errno
import os


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


_NO_MEMORY = ("allocate memory", "out of memory", "Unable to allocate", "bad_alloc", "failed to map segment")
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS)


def explained(error: BaseException) -> HybridTuiError | None:
    """Return what a person can act on in an error of the system or a library; None where not known.

    No memory, a disk that is full or refuses, a file that is nested too deeply, a name that is no text.
    """
    if isinstance(error, HybridTuiError):
        return error
    words = " ".join(str(error).split())
    if isinstance(error, MemoryError) or any(each in words for each in _NO_MEMORY):
        return HybridTuiError(
            "there is not enough memory",
            "end other programs, or take less: a smaller model, collection, --batch-size or --memory",
        )
    if isinstance(error, RecursionError):
        return DataError("a file is nested too deeply to be read", "it may be broken: make it again")
    if isinstance(error, UnicodeEncodeError) and error.reason.startswith("surrogates"):
        hint = "export LC_ALL=C.UTF-8, or rename what is called so"
        return UsageError(f"{error.object!a} is no text in this locale", hint)
    # A library may pass an error of the system on in words.
    number = error.errno if isinstance(error, OSError) else None
    number = number or next((each for each in (*_FULL, *_REFUSED) if os.strerror(each) in words), None)
    where = f"{error.filename}: " if isinstance(error, OSError) and error.filename else ""
    return HybridTuiError(f"{where}{os.strerror(number).lower()}", hint_of(number)) if number else None


def cannot(do: str, path: object, error: OSError) -> HybridTuiError:
    """Build the error for a file or folder that the system refuses to write or remove."""
    return HybridTuiError(f"cannot {do} {path}: {error.strerror or error}", hint_of(error.errno))


def hint_of(number: int | None) -> str:
    """Return what to do where the system refuses to write, by the number of its error."""
    if number in _FULL:
        return "free some space and try again"
    if number in _REFUSED:
        return (
            "name a folder that can be written; what the program itself keeps is under XDG_DATA_HOME, "
            "XDG_CACHE_HOME, XDG_CONFIG_HOME and XDG_STATE_HOME"
        )
    return ""
