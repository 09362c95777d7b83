"""How moments are written for people, in the zone of the office."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


class Dates:
    """Writes moments with the patterns of formats.toml."""

    def __init__(self, patterns: Mapping[str, str], zone: ZoneInfo) -> None:
        self._patterns = patterns
        self._zone = zone

    def when(self, moment: object) -> str:
        """Time and day, in full and with the word for day: 16:05, then 08/01/2026."""
        return self._written("when", self._local(moment))

    def moment(self, moment: object) -> str:
        """Time and day of a moment not long ago, short: "16:05 08/01"."""
        return self._written("moment", self._local(moment))

    def day(self, moment: object) -> str:
        """The day alone: "14/01/2026"."""
        return self._written("day", self._local(moment))

    def hour(self, moment: object) -> str:
        """The time alone: "09:30"."""
        return self._written("hour", self._local(moment))

    def short_day(self, moment: object) -> str:
        """The day where the year goes without saying: "12/01"."""
        return self._written("short_day", self._local(moment))

    def due(self, moment: object) -> str:
        """The last instant to hand something in: the first day that is too late if it ends a day, else the time."""
        local = self._local(moment)
        end = local + timedelta(minutes=1)
        if local.hour == local.minute == 0:
            return self._written("before_day", local)
        if end.date() > local.date():
            return self._written("before_day", end)
        return self._written("before_time", local)

    def _local(self, moment: object) -> datetime:
        if not isinstance(moment, datetime) or moment.tzinfo is None:
            raise TypeError(f"an aware datetime is needed, not {type(moment).__name__}")
        return moment.astimezone(self._zone)

    def _written(self, name: str, local: datetime) -> str:
        return self._patterns[name].format(
            hour=f"{local.hour:02d}",
            minute=f"{local.minute:02d}",
            day=f"{local.day:02d}",
            month=f"{local.month:02d}",
            year=local.year,
        )
