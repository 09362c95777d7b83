"""Where events of the office come from: the shell and the clock, channels from which nobody writes."""

from __future__ import annotations

SHELL, CLOCK = "cli", "clock"
BOT = "office"
OFFICE_CHANNELS = frozenset({SHELL, CLOCK})
