"""The sample office before its season: units imported, a cycle opened weeks ago, invites for whoever tries the demo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from bot.cli.cycle import spelled
from bot.cli.invite import issue
from bot.cli.season.calendar import Calendar, Clock
from bot.cli.season.samples import read_samples
from bot.cli.season.season import Season
from bot.cli.shape import Stopped
from bot.cli.start import settle
from bot.cli.unit_rows import ImportRefused, read_units
from bot.conversation.events import ImportUnits, OpenCycle
from bot.conversation.reading.words import Words
from bot.house import Office, new_owner, open_store, receipt_prefix
from bot.intake.post import Pen
from bot.intake.take import Intake
from bot.wording import texts
from messages.render import Renderer
from scoring.library import available, digest, load_set, set_text

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.store import Store

UNITS = "don-vi-mau.csv"
SEED = 3270
USES = 500
