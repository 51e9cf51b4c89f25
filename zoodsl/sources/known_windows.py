"""Files of known windows: stretches of time by the name of a series, as the Numenta Anomaly Benchmark has them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from zoodsl.diagnostics.rules.series import KNOWN_WINDOWS
from zoodsl.sources.findings import Problem
from zoodsl.sources.paths import file_problem, is_address

Windows = Mapping[str, tuple[tuple[str, str], ...]]
"""The first and the last moment of each window, by the name of its series."""


def known_windows(root: str, path: str) -> Windows | Problem:
    """The windows in a file; none are known behind an address."""
    if is_address(path):
        return Problem(
            KNOWN_WINDOWS,
            f"`{path}` is an address, and known windows are read from a file",
            "copy it beside the spec",
        )
    problem = file_problem(root, path, "known")
    if problem is not None:
        return problem
    try:
        held = json.loads(Path(root, path).read_text(encoding="utf-8"))
    except ValueError:
        return Problem(KNOWN_WINDOWS, f"`{path}` is no JSON", "it holds an object such as " + FORM)
    return _windows(held, path)


FORM = '`{"taxi": [["2014-11-01 00:00:00", "2014-11-03 23:30:00"]]}`'


def _windows(held: object, path: str) -> Windows | Problem:
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    if not isinstance(held, dict):
        return Problem(KNOWN_WINDOWS, f"`{path}` holds no object", f"it is written like {FORM}")
    for name, pairs in held.items():
        windows: list[tuple[str, str]] = []
        for pair in pairs if isinstance(pairs, list) else [pairs]:
            if not (isinstance(pair, list) and len(pair) == 2 and all(map(is_time, pair))):
                shown = json.dumps(pair, ensure_ascii=False)[:60]
                message = f'a window of "{name}" in `{path}` is no pair of times: {shown}'
                return Problem(KNOWN_WINDOWS, message, f"it is written like {FORM}")
            windows.append((pair[0], pair[1]))
        found[name] = tuple(windows)
    return found


def is_time(text: object) -> bool:
    """Whether ``text`` is a date, or a date and a time, of ISO 8601."""
    from datetime import datetime  # loads only where there are windows: `check` starts quicker without it

    if not isinstance(text, str):
        return False
    try:
        datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError:
        return False
    return True
