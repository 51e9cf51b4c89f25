"""Any bytes are a spec, most often a wrong one: mutations of the executable specification never raise.

``ZOODSL_FUZZ`` sets how many mutations are tried (1,000 without it); ``ZOODSL_FUZZ_SEED`` where they begin.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from zoodsl.compiler import Compilation
from zoodsl.diagnostics.plain import render
from zoodsl.testing.mistaken.mutations import mutated

ROOT = Path(__file__).parent.parent
SEEDS = sorted(path for folder in ("specs", "examples") for path in (ROOT / folder).rglob("*.zoo"))
MUTATIONS = int(os.environ.get("ZOODSL_FUZZ", "1000"))
FIRST = int(os.environ.get("ZOODSL_FUZZ_SEED", "0"))
BATCH = 100
SECONDS = 2.0
"""The processor time that one spec may take; typical is a hundredth of it."""


def look(path: str, content: bytes) -> float:
    """Everything that ``zoodsl check`` does, and the processor time it took."""
    begun = time.process_time()
    render(Compilation(path, text=content).diagnostics)
    return time.process_time() - begun


@pytest.mark.parametrize("first", range(FIRST, FIRST + MUTATIONS, BATCH))
def test_mutations_are_answered_by_diagnostics_in_time(first):
    for seed in range(first, first + BATCH):
        draw = random.Random(seed)
        path = draw.choice(SEEDS)
        content = mutated(path.read_bytes(), draw)
        try:
            seconds = look(str(path), content)
        except Exception as problem:  # noqa: BLE001 - the seed is what is needed to see it again
            pytest.fail(f"seed {seed}, {path.name}: {problem!r}\n{content!r}")
        assert seconds < SECONDS, f"seed {seed}, {path.name} took {seconds:.1f} s"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"\x00" * 1000,
        bytes(range(256)),
        b"\xff\xfe" + "zoo 1\n".encode("utf-16-le"),
        b"zoo 1\n" + b"(" * 100_000,
        b"zoo 1\nlet a = " + b"-" * 100_000 + b"1\n",
        b"zoo 1\nlet a = " + b"1 + " * 20_000 + b"1\n",
        b"zoo 1\nnetwork {\n"
        + b"repeat i in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] {\n" * 30
        + b"ReLU()\n"
        + b"}\n" * 31,
        b"zoo 1\n" + b"x" * 1_000_000,
        b'zoo 1\n"""' + b"never closed " * 10_000,
        b"zoo 1\r\nnetwork {\r\n  input 1x8x8\r\n  Flatten()\r\n}\r\n",
        b"zoo 1\nnetwork {\n input 3\n repeat i in 1..1000000 {\n  Densee(i)\n }\n}\n",
        b"zoo 1\nlet a = b\nlet b = a\n",
        b'zoo 1\ndata {\n rows = Images("a\0b/*.png")\n feature rows.image\n}\nnetwork {\n input 3\n}\n',
        b"zoo 1\nblock a(x) { output b(x) }\nblock b(x) { output a(x) }\nnetwork {\n input 3\n a()\n}\n",
    ],
    ids=lambda content: repr(content[:24]),
)
def test_the_worst_that_comes_to_mind(content):
    assert look("worst.zoo", content) < 5 * SECONDS
