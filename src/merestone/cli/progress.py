"""A progress line for a terminal: stage, what it is at, share done."""

import shutil
import time
from typing import TextIO

_SILENT_S = 1.0


class ProgressLine:
    """Draws nothing in the first second, then at most ten times a second; leaves no line behind."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._start = time.monotonic()
        self._last = 0.0
        self._width = 0

    def __call__(self, stage: str, item: str | None = None, share: float | None = None) -> None:
        """Show where the work is; `share` from 0 to 1."""
        now = time.monotonic()
        if now - self._start < _SILENT_S or now - self._last < 0.1:
            return
        self._last = now
        text = stage if item is None else f"{stage}: {item}"
        if share is not None:
            text += f"  {round(share * 100):d} %"
        self._draw(text)

    def clear(self) -> None:
        """Wipe the line before other output."""
        if self._width:
            self._draw("")
            self._width = 0

    def _draw(self, text: str) -> None:
        text = text[: shutil.get_terminal_size().columns - 1]  # a wrapped line could not be wiped
        self._stream.write("\r" + text.ljust(self._width))
        self._stream.write("\r" if not text else "")
        self._stream.flush()
        self._width = max(self._width, len(text))
