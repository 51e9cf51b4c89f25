"""Any bytes are a spec, most often a wrong one: mutations of the executable specification never raise.

``ZOODSL_FUZZ`` sets how many mutations are tried (1,000 without it); ``ZOODSL_FUZZ_SEED`` where they begin.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from zoodsl.compiler import Compilation
from zoodsl.diagnostics.plain import render

ROOT = Path(__file__).parent.parent
SEEDS = sorted(path for folder in ("specs", "examples") for path in (ROOT / folder).rglob("*.zoo"))
MUTATIONS = int(os.environ.get("ZOODSL_FUZZ", "1000"))
FIRST = int(os.environ.get("ZOODSL_FUZZ_SEED", "0"))
BATCH = 100
SECONDS = 2.0
"""The processor time that one spec may take; typical is a hundredth of it."""

TOKENS = re.compile(r'"(?:[^"\\\n]|\\.)*"|\w+|\s+|->|\.\.|[^\w\s]')
STRANGE = [
    "\x00",
    "\ufeff",
    "\u202e",
    "\u2028",
    "\r",
    "\t",
    "é",
    "日",
    "😀",
    "\\",
    '"',
    '"""',
    "'",
    "`",
    "$",
    ";",
    "\n\n",
]
PIECES = [
    *"{}()[],=.:-+*/<>#",
    *(
        "->",
        "..",
        "==",
        "then",
        "for",
        "as",
        "repeat",
        "if",
        "else",
        "true",
        "none",
        "-1",
        "0",
        "1e400",
        "9" * 30,
    ),
    *(
        "50%",
        "1x1",
        "0x0",
        "3x224x224",
        "5 epochs",
        "1 / 0",
        '"{k}"',
        "network",
        "data",
        "let a = a",
        "(" * 300,
        "[" * 300,
    ),
]

Mutate = Callable[[bytes, random.Random], bytes]


def flip_a_byte(content: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(content))
    return content[:at] + bytes([draw.randrange(256)]) + content[at + 1 :]


def cut_the_end(content: bytes, draw: random.Random) -> bytes:
    return content[: draw.randrange(len(content))]


def take_a_slice_out(content: bytes, draw: random.Random) -> bytes:
    low = draw.randrange(len(content))
    return content[:low] + content[low + draw.randrange(40) :]


def repeat_a_slice(content: bytes, draw: random.Random) -> bytes:
    low = draw.randrange(len(content))
    return content[:low] + content[low : low + draw.randrange(200)] * draw.randrange(2, 5) + content[low:]


def insert_something_strange(content: bytes, draw: random.Random) -> bytes:
    text = content.decode(errors="replace")
    at = draw.randrange(len(text))
    return (text[:at] + draw.choice(STRANGE) + text[at:]).encode()


def lose_a_token(content: bytes, draw: random.Random) -> bytes:
    tokens = TOKENS.findall(content.decode(errors="replace"))
    del tokens[draw.randrange(len(tokens))]
    return "".join(tokens).encode()


def replace_a_token(content: bytes, draw: random.Random) -> bytes:
    tokens = TOKENS.findall(content.decode(errors="replace"))
    tokens[draw.randrange(len(tokens))] = draw.choice([*PIECES, *tokens])
    return "".join(tokens).encode()


def insert_a_token(content: bytes, draw: random.Random) -> bytes:
    tokens = TOKENS.findall(content.decode(errors="replace"))
    tokens.insert(draw.randrange(len(tokens)), f" {draw.choice([*PIECES, *tokens])} ")
    return "".join(tokens).encode()


def swap_two_lines(content: bytes, draw: random.Random) -> bytes:
    lines = content.split(b"\n")
    one, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


WAYS: tuple[Mutate, ...] = (
    flip_a_byte,
    cut_the_end,
    take_a_slice_out,
    repeat_a_slice,
    insert_something_strange,
    lose_a_token,
    replace_a_token,
    insert_a_token,
    swap_two_lines,
)


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
        content = path.read_bytes()
        for _ in range(draw.choice([1, 1, 2, 4])):
            content = draw.choice(WAYS)(content, draw) or b"\n"
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
        b"zoo 1\nlet a = b\nlet b = a\n",
        b"zoo 1\nblock a(x) { output b(x) }\nblock b(x) { output a(x) }\nnetwork {\n input 3\n a()\n}\n",
    ],
    ids=lambda content: repr(content[:24]),
)
def test_the_worst_that_comes_to_mind(content):
    assert look("worst.zoo", content) < 5 * SECONDS
