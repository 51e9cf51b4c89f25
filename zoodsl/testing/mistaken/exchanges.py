"""Right things in wrong places, and right things twice."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import pairwise

from zoodsl.catalog.losses import OPERATORS as LOSSES
from zoodsl.catalog.operator import REQUIRED, Loss
from zoodsl.syntax.nodes import (
    Argument,
    Block,
    Body,
    Call,
    Definition,
    Let,
    Name,
    Node,
    Param,
    Range,
    Section,
    Setting,
    Step,
    Use,
)
from zoodsl.testing.mistaken.written import Found, Mistake, Written, bound, operator_of

_TYPES = frozenset({"ZOO203", "ZOO206", "ZOO209", "ZOO210", "ZOO211", "ZOO212"})
_LOSS = frozenset({"ZOO501", "ZOO502", "ZOO503", "ZOO504"})
_NETWORK = frozenset(
    {"ZOO201", "ZOO301", "ZOO302", "ZOO303", "ZOO305", "ZOO310", "ZOO502", "ZOO503", "ZOO504"}
)
_ONLY_ONCE = {
    "data": ("feature", "label", "split"),
    "optimize": ("loss", "optimizer"),
    "train": ("seed", "batch", "epochs", "validate", "keep"),
    "evaluate": ("metric", "plot"),
    "base": ("load", "expects"),
}


def exchanges(spec: Written, draw: random.Random) -> Iterator[Mistake]:
    """Two things of the spec that are exchanged, though their order says something."""
    for each in spec.found:
        match each.node:
            case Call() as call:
                yield from _arguments(spec, call)
            case Range(low=low, high=high):
                if low.span.text != high.span.text and not isinstance(low, Name):
                    changes = (low.span, high.span.text), (high.span, low.span.text)
                    codes = {"ZOO209", "ZOO210", "ZOO218"}
                    yield spec.mistake("swap: ends of a range", *changes, codes=codes)
            case Body(statements=statements) if each.section in ("network", "preprocess", "block"):
                yield from _statements(spec, each, statements)
            case Setting(keyword=Name(text="loss")) as setting if each.section == "optimize":
                yield from _loss(spec, setting, draw)
            case _:
                pass


def _arguments(spec: Written, call: Call) -> Iterator[Mistake]:
    operator = operator_of(call)
    if operator is None:
        return
    nameless = [(one, parameter) for one, parameter in bound(call, operator) if one.name is None]
    for (one, first), (other, second) in pairwise(nameless):
        if type(first.type) is not type(second.type) and type(one.value) is not type(other.value):
            changes = (one.span, other.span.text), (other.span, one.span.text)
            yield spec.mistake("swap: arguments", *changes, codes=_TYPES)


def _statements(spec: Written, found: Found, statements: Sequence[Node]) -> Iterator[Mistake]:
    steps = [each for each in statements if isinstance(each, Step | Definition)]
    for one, other in pairwise(steps):
        between = spec.text[one.span.end : other.span.start]
        if between.strip() or one.span.text == other.span.text:
            continue
        changes = (one.span, other.span.text), (other.span, one.span.text)
        if found.section == "preprocess":
            codes = frozenset({"ZOO311", "ZOO414", "ZOO415", "ZOO451", "ZOO484", "ZOO485"})
            yield spec.mistake("swap: steps", *changes, codes=codes)
        else:
            # What is first wrong with another order may be further down, where shapes no longer fit.
            after = [each.span for each in statements if each.span.start >= one.span.start]
            ends = [each.node.span for each in spec.found if _is_judge(each)]
            yield spec.mistake("swap: layers", *changes, codes=_NETWORK, at=(*after, *ends))


def _is_judge(found: Found) -> bool:
    """Whether a node says what the network's output must be."""
    return isinstance(found.node, Setting) and found.node.keyword.text in ("label", "loss")


def _loss(spec: Written, setting: Setting, draw: random.Random) -> Iterator[Mistake]:
    written = setting.clauses[0].value
    if not isinstance(written, Call) or not isinstance(loss := operator_of(written), Loss):
        return
    others = [
        each
        for each in LOSSES
        if not set(each.targets) & set(loss.targets)
        and all(parameter.default is not REQUIRED for parameter in each.parameters)
    ]
    if others:
        other = draw.choice(others).name
        judges = [each.node.span for each in spec.found if _is_judge(each)]
        yield spec.mistake("swap: loss", (written.span, f"{other}()"), codes=_LOSS, at=judges)


def doubles(spec: Written, _: random.Random) -> Iterator[Mistake]:
    """What may be said once, said twice."""
    for each in spec.found:
        node = each.node
        match node:
            case Param() | Let() | Use():
                yield _twice(spec, "double: definition", node, "ZOO213")
            case Block() | Section(keyword=Name(text="base")):
                yield _twice(spec, "double: definition", node, "ZOO213")
            case Definition() if each.section in ("data", "network", "block"):
                yield _twice(spec, "double: definition", node, "ZOO213", "ZOO307")
            case Section():
                yield _twice(spec, "double: section", node, "ZOO213", "ZOO225")
            case Setting(keyword=keyword) if keyword.text in _ONLY_ONCE.get(each.section, ()):
                yield _twice(spec, "double: setting", node, "ZOO224")
            case Argument(name=Name()):
                copy = f"{node.span.text}, {node.span.text}"
                yield spec.mistake("double: argument", (node.span, copy), codes={"ZOO208"})
            case _:
                pass


def _twice(spec: Written, kind: str, node: Node, *codes: str) -> Mistake:
    span = node.span
    copy = f"{span.text}\n{span.text}"
    first = spec.mistake(kind, (span, copy), codes=codes)
    line, height = span.begin.line, span.text.count("\n") + 1
    return Mistake(
        kind=kind,
        path=first.path,
        text=first.text,
        changed=f"{first.changed.split(' -> ')[0]} twice",
        lines=frozenset({line, line + height}),
        codes=first.codes,
    )
