"""Exit codes: the one place that turns errors into numbers."""

from merestone.errors import (
    BadInputError,
    EnvironmentRefusedError,
    MerestoneError,
    MissingExtraError,
    RefusedByRulesError,
    UsageError,
)

DONE = 0
ANSWER_IS_NO = 1
USAGE = 2
BAD_INPUT = 20
MISSING_EXTRA = 21
REFUSED = 22
INTERRUPTED = 23
ENVIRONMENT = 24

EXIT_OF_ERROR: dict[type[MerestoneError], int] = {
    UsageError: USAGE,
    BadInputError: BAD_INPUT,
    MissingExtraError: MISSING_EXTRA,
    RefusedByRulesError: REFUSED,
    EnvironmentRefusedError: ENVIRONMENT,
}


def exit_code(error: MerestoneError) -> int:
    """The exit code of an error, by its nearest class in the table."""
    for kind in type(error).__mro__:
        if kind in EXIT_OF_ERROR:
            return EXIT_OF_ERROR[kind]
    return BAD_INPUT
