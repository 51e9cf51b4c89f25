"""Noise: bytes and tokens of a text changed by chance. Whatever comes of it is a spec, most often a wrong one."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

TOKENS = re.compile(r'"(?:[^"\\\n]|\\.)*"|\w+|\s+|->|\.\.|[^\w\s]')
"""What a text is taken apart into, roughly as a lexer would."""

STRANGE = (
    *("\x00", "\ufeff", "\u202e", "\u2028", "\r", "\t", "é", "日", "😀", "\\"),
    *('"', '"""', "'", "`", "$", ";", "\n\n"),
)
"""Characters that mean nothing, or too much."""

PIECES = (
    *"{}()[],=.:-+*/<>#",
    *("->", "..", "==", "then", "for", "as", "repeat", "if", "else", "true", "none"),
    *("-1", "0", "1e400", "9" * 30, "50%", "1x1", "0x0", "3x224x224", "5 epochs", "1 / 0"),
    *('"{k}"', "network", "data", "let a = a", "(" * 300, "[" * 300),
)
"""Tokens that are right somewhere, and a few that are right nowhere."""

Mutate = Callable[[bytes, random.Random], bytes]
"""A change of a text that is not empty."""


def flip_a_byte(content: bytes, draw: random.Random) -> bytes:
    """Another byte in the place of one."""
    at = draw.randrange(len(content))
    return content[:at] + bytes([draw.randrange(256)]) + content[at + 1 :]


def cut_the_end(content: bytes, draw: random.Random) -> bytes:
    """The beginning alone."""
    return content[: draw.randrange(len(content))]


def take_a_slice_out(content: bytes, draw: random.Random) -> bytes:
    """Up to 39 bytes less."""
    low = draw.randrange(len(content))
    return content[:low] + content[low + draw.randrange(40) :]


def repeat_a_slice(content: bytes, draw: random.Random) -> bytes:
    """Up to 199 bytes two to four times more."""
    low = draw.randrange(len(content))
    return content[:low] + content[low : low + draw.randrange(200)] * draw.randrange(2, 5) + content[low:]


def insert_something_strange(content: bytes, draw: random.Random) -> bytes:
    """One of ``STRANGE`` anywhere."""
    text = content.decode(errors="replace")
    at = draw.randrange(len(text))
    return (text[:at] + draw.choice(STRANGE) + text[at:]).encode()


def lose_a_token(content: bytes, draw: random.Random) -> bytes:
    """One token less."""
    tokens = TOKENS.findall(content.decode(errors="replace"))
    del tokens[draw.randrange(len(tokens))]
    return "".join(tokens).encode()


def replace_a_token(content: bytes, draw: random.Random) -> bytes:
    """One of ``PIECES``, or of the text's own tokens, in the place of another."""
    tokens = TOKENS.findall(content.decode(errors="replace"))
    tokens[draw.randrange(len(tokens))] = draw.choice([*PIECES, *tokens])
    return "".join(tokens).encode()


def insert_a_token(content: bytes, draw: random.Random) -> bytes:
    """One of ``PIECES``, or of the text's own tokens, between two others."""
    tokens = TOKENS.findall(content.decode(errors="replace"))
    tokens.insert(draw.randrange(len(tokens)), f" {draw.choice([*PIECES, *tokens])} ")
    return "".join(tokens).encode()


def swap_two_lines(content: bytes, draw: random.Random) -> bytes:
    """Two lines in each other's place."""
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
"""Every way to change a text."""


def mutated(content: bytes, draw: random.Random) -> bytes:
    """A text after one, two or four changes of ways that are drawn; equal draws give equal texts. It is never empty."""
    for _ in range(draw.choice([1, 1, 2, 4])):
        content = draw.choice(WAYS)(content, draw) or b"\n"
    return content
