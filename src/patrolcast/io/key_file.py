"""A key that an environment variable names: a small file outside the project that nobody else may open.

What is in it is for whoever asks: `signing` keeps a secret of evidence, `trail/keys` a private key of checkpoints.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from patrolcast.domain.errors import ConfigError, NotPermittedError, shown


@dataclass(frozen=True)
class KeyFile:
    """An open key file: ``name`` as messages call it, and whose it is and who else may open it."""

    name: str
    is_ours: bool
    mode: int
    handle: int

    @property
    def is_closed(self) -> bool:
        """Nobody but its owner may read or change it."""
        return not self.mode & (stat.S_IRWXG | stat.S_IRWXO)

    def read(self, most_bytes: int) -> bytes:
        """Its bytes, at most one more than may be in it."""
        return os.read(self.handle, most_bytes + 1)


@contextmanager
def key_file(variable: str, project: Path, *, cure: str) -> Iterator[KeyFile | None]:
    """The plain file that the variable names, open; None where the variable is not set.

    Raises
    ------
    ConfigError
        no absolute path, no such file, inside ``project``, or no plain file.
    NotPermittedError
        the system refuses to open it.

    Parameters
    ----------
    cure : how such a key is made, for the messages.
    """
    named = os.environ.get(variable)
    if named is None:
        yield None
        return
    path = Path(named)
    if not path.is_absolute() or "\0" in named:
        raise ConfigError(variable, got=shown(named), rule="must be an absolute path", cure=cure)
    path = path.resolve()
    if path.is_relative_to(project.resolve()):
        rule = "the key must lie outside the project that it guards"
        raise ConfigError(variable, got="a file in the project", rule=rule, cure=cure)
    name = f"{variable}: {shown(path.name)[1:-1]}"
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except PermissionError:
        raise NotPermittedError(name, got="permission denied", rule="must be readable to its owner") from None
    except OSError as error:
        raise ConfigError(name, got=shown(error.strerror)[1:-1], rule="must be a plain file", cure=cure) from None
    try:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode):
            raise ConfigError(name, got="no plain file", rule="must be a plain file", cure=cure)
        yield KeyFile(name, facts.st_uid in {os.geteuid(), 0}, stat.S_IMODE(facts.st_mode), handle)
    finally:
        os.close(handle)
