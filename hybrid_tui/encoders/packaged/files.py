"""Weight files inside installed packages: found without running the package, checked by their hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from hybrid_tui.errors import DataError


@dataclass(frozen=True)
class PackagedFile:
    """A file inside an installed package.

    package: the name that Python imports; distribution: the name on PyPI.
    path: where the file lies inside the package, with "/".
    sha256: of its content, 64 hexadecimal digits.
    """

    package: str
    distribution: str
    path: str
    sha256: str

    def find(self) -> Path | None:
        """Return the file's place, or None where it is not installed; its content is not looked at."""
        spec = find_spec(self.package)
        for folder in (spec and spec.submodule_search_locations) or ():
            file = Path(folder, self.path)
            if file.is_file():
                return file
        return None

    def verified(self) -> Path:
        """Return the file's place once its content has been read and found right; DataError otherwise."""
        file = self.find()
        mend = f"pip install --force-reinstall {self.distribution}"
        if file is None:
            raise DataError(f"{self.path} of the package {self.distribution} is not installed", mend)
        try:
            with file.open("rb") as opened:
                found = hashlib.file_digest(opened, "sha256").hexdigest()
        except OSError as error:
            raise DataError(f"cannot read {file}: {error.strerror}", mend) from error
        if found != self.sha256:
            size = file.stat().st_size
            raise DataError(f"{file} ({size:,} bytes) is damaged or of another version", mend)
        return file
