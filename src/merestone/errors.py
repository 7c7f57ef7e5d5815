"""The family of errors that merestone raises on purpose.

Each class has a stable ``code``; the entry points (``cli``) turn it into an exit code.
A message is one sentence: what, where, the value, what to do. ``hint`` may follow.
"""


class MerestoneError(Exception):
    """Base of all errors that a user can do something about."""

    code = "error"

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class BadInputError(MerestoneError):
    """A file, key, feature, vertex or option value cannot be used as it is."""

    code = "bad-input"


class UsageError(MerestoneError):
    """The command line or call was put together wrongly."""

    code = "usage"


class MissingExtraError(MerestoneError):
    """An optional part is not installed; the message names the extra."""

    code = "missing-extra"


class EnvironmentRefusedError(MerestoneError):
    """Disk, permission, or another run in the same place stopped the work."""

    code = "environment"


class RefusedByRulesError(MerestoneError):
    """The rules of the joint record do not allow this; the record is as it was."""

    code = "refused"
