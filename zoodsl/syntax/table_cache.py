"""The LALR tables on disk, so that a command does not build them anew (50 ms) but reads them (a few ms).

The file is JSON, which cannot run code, in a directory that only its user may write, named after a
digest of everything the tables depend on, and holds a digest of its own contents. Whatever goes wrong
(no home, no permission, a torn or forged file) only means that the tables are built again.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import lark
from lark.grammar import Rule
from lark.lexer import TerminalDef

# Raised when this module's or the builder's use of the tables changes.
_FORMAT = 1


def cache_directory() -> Path:
    """``$XDG_CACHE_HOME/zoodsl``, or ``~/.cache/zoodsl``."""
    root = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (root if root.is_absolute() else Path.home() / ".cache") / "zoodsl"


def cache_file(grammar_text: str) -> Path:
    """The file for this grammar, this Lark and this Python."""
    key = repr((_FORMAT, grammar_text, lark.__version__, sys.version_info[:3]))
    return cache_directory() / f"tables-{_digest(key)[:32]}.json"


def load_tables(grammar_text: str, *, lexer: type, transformer: object) -> lark.Lark | None:
    """The stored tables, or None where there are none that can be trusted."""
    try:
        path = cache_file(grammar_text)
        if not _is_private(path.parent) or not _is_private(path):
            return None
        digest, _, body = path.read_text(encoding="utf-8").partition("\n")
        if digest != _digest(body):
            return None
        stored = json.loads(body, object_hook=_with_integer_keys)
        stored["data"]["options"]["lexer"] = lexer
        stored["data"]["parser"]["lexer_conf"]["lexer_type"] = lexer
        # What Lark.load does with a file, but for unpickling it.
        tables: lark.Lark = lark.Lark.__new__(lark.Lark)
        tables._load(stored, transformer=transformer)  # noqa: SLF001
    except Exception:  # noqa: BLE001 - a cache that cannot be read, for whatever reason, is no cache
        return None
    return tables


def store_tables(grammar_text: str, tables: lark.Lark) -> None:
    """Stores the tables for the next process; silently does nothing where that cannot be done."""
    import tempfile  # loads much, for a table that is written once

    with suppress(OSError, RuntimeError):
        path = cache_file(grammar_text)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_private(path.parent):
            return
        data, memo = tables.memo_serialize([TerminalDef, Rule])
        for holder, key in ((data["options"], "lexer"), (data["parser"]["lexer_conf"], "lexer_type")):
            holder[key] = None
        data["options"]["transformer"] = None
        body = json.dumps({"data": data, "memo": memo}, separators=(",", ":"))
        # Written beside and renamed: a reader sees the whole file or none, whoever else writes it.
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".part")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(f"{_digest(body)}\n{body}")
            Path(name).replace(path)
        except OSError:
            Path(name).unlink()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _is_private(path: Path) -> bool:
    """Whether ``path`` belongs to this user and nobody else may write it."""
    if not hasattr(os, "getuid"):
        return path.exists()
    status = path.stat()
    return status.st_uid == os.getuid() and not status.st_mode & 0o022


def _with_integer_keys(value: dict[str, Any]) -> dict[Any, Any]:
    """JSON has only text as keys; Lark's tables are keyed by numbers."""
    return {int(key) if key.isdecimal() else key: item for key, item in value.items()}
