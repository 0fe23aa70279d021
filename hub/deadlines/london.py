"""Where the people are who read the times: days end there, and times are shown as there."""

from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
