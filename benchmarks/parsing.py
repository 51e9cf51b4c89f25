"""Parsing: ``zoodsl.syntax.parser.parse``, which builds typed nodes and keeps comments, against bare Lark's LALR parser."""

from __future__ import annotations

import re
import time
from pathlib import Path
from statistics import median

from lark import Lark

from zoodsl.diagnostics import Diagnostics
from zoodsl.source import SourceFile
from zoodsl.syntax.grammar import FILE_START, grammar_path
from zoodsl.syntax.parser import parse

SPEC = Path(__file__).parent / "sixty.zoo"
RUNS = 100
BUDGET = 2.0


def measure(runs: int = RUNS) -> tuple[float, float]:
    """Medians of the parse and of bare Lark on the same text, in turns, both warm; in seconds."""
    text = SPEC.read_text(encoding="utf-8")
    bare = Lark(
        grammar_path().read_text(encoding="utf-8"),
        parser="lalr",
        start=FILE_START,
        propagate_positions=True,
        maybe_placeholders=False,
    )
    joined = re.sub(
        r'\n\s*(?=""")', " ", text
    )  # the one newline here that our lexer takes away and Lark's cannot
    pairs = []
    for _ in range(runs):
        begun = time.perf_counter()
        parse(SourceFile(str(SPEC), text), Diagnostics())
        between = time.perf_counter()
        bare.parse(joined)
        pairs.append((between - begun, time.perf_counter() - between))
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


if __name__ == "__main__":
    parsed, lark = measure()
    print(f"parse:      {parsed * 1000:6.2f} ms")
    print(f"bare Lark:  {lark * 1000:6.2f} ms")
    print(f"ratio:      {parsed / lark:6.2f}  (budget {BUDGET})")
