"""Draws `series.csv` and `windows.json`: how many taxis a city calls each half hour, and four days that are not like others.

    python draw.py

The demand has the rhythm of days and weeks, weather that comes and goes over hours, and chance. Equal seeds give equal
series.
"""

from __future__ import annotations

import csv
import json
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

FOLDER = Path(__file__).parent
SEED = 7
DAYS, STEPS = 84, 48
BEGIN = datetime(2024, 1, 1)  # noqa: DTZ001 - local time, as the city's clocks show it

WEEKDAY = (3.2, 1.6, 1.0, 1.2, 2.6, 5.6, 8.6, 9.0, 8.2, 8.0, 8.2, 8.6, 9.0, 8.8, 8.2, 8.4, 9.4, 11.4, 12.6, 12.0, 11.0, 10.0, 8.2, 5.6)  # fmt: skip
SATURDAY = (9.0, 8.0, 6.6, 4.8, 2.8, 1.8, 2.2, 3.2, 4.8, 6.4, 7.8, 8.6, 9.0, 8.8, 8.6, 8.6, 9.0, 10.0, 11.2, 11.8, 11.2, 10.8, 10.8, 10.4)  # fmt: skip
SUNDAY = (*SATURDAY[:17], 9.6, 9.8, 9.0, 8.0, 6.6, 5.4, 4.4)
"""Thousands of calls in each hour of a day."""

STRANGE = {
    "2024-02-04": "a race ends in the afternoon, and all want to go home at once",
    "2024-03-08": "a holiday: the morning stays empty",
    "2024-03-15": "a night of fireworks",
    "2024-03-20": "a storm: from noon on, nothing drives",
}


def demand() -> tuple[list[datetime], Numbers]:
    """The half hours and what is called in each."""
    chance = np.random.default_rng(SEED)
    times = [BEGIN + timedelta(minutes=30 * step) for step in range(DAYS * STEPS)]
    week = np.array([*WEEKDAY * 5, *SATURDAY, *SUNDAY, WEEKDAY[0]])
    level = np.tile(np.interp(np.arange(7 * STEPS) / 2, np.arange(len(week)), week), DAYS // 7)
    weather = np.zeros(len(times))
    for step in range(1, len(times)):
        weather[step] = 0.97 * weather[step - 1] + chance.normal(0, 0.012)
    return times, 1000 * level * np.exp(weather + chance.normal(0, 0.035, len(times)))


def strange(times: list[datetime], calls: Numbers) -> Numbers:
    """The days that are not like others."""
    hour = np.array([time.hour + time.minute / 60 for time in times])
    day = np.array([time.date().isoformat() for time in times])
    factor = np.ones(len(times))
    factor[(day == "2024-02-04") & (hour >= 15) & (hour < 16.5)] = 2.1
    factor[(day == "2024-03-08") & (hour >= 5.5) & (hour < 11)] = 0.35
    factor[(day == "2024-03-15") & (hour >= 22.5)] = 2.2
    factor[(day == "2024-03-20") & (hour >= 12) & (hour < 20)] = 0.08
    return calls * factor


def main() -> None:
    """Writes both files."""
    times, calls = demand()
    with (FOLDER / "series.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("timestamp", "value"))
        table.writerows(
            (time.isoformat(" "), round(value))
            for time, value in zip(times, strange(times, calls), strict=True)
        )
    windows = [
        [
            f"{day} 00:00:00",
            (datetime.fromisoformat(day) + timedelta(hours=30)).isoformat(" "),
        ]  # until morning
        for day in STRANGE
    ]
    (FOLDER / "windows.json").write_text(json.dumps({"drawn": windows}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
