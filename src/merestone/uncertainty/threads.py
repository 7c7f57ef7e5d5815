"""Matrices on one thread: threads of the linear algebra split sums by their number.

The last bits would hang on how many processors a machine has; and matrices here are too small to gain.
"""

from functools import cache

from threadpoolctl import ThreadpoolController


def one_thread() -> "ThreadpoolController._ThreadpoolLimiter":
    """A context in which linear algebra runs on one thread."""
    return _controller().limit(limits=1, user_api="blas")


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()
