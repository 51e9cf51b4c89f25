"""Laws of whole specs: their text, the order of what they say, and what is kept of them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.laws.texts import TEXTS, compiled, program, without_lines
from tests.syntax.comparison import equal_up_to_spans
from zoodsl.compiler import Compilation
from zoodsl.diagnostics import Diagnostics
from zoodsl.model.stored import decode, encode, meaning
from zoodsl.plan.explain import describe
from zoodsl.source import SourceFile
from zoodsl.syntax import nodes
from zoodsl.syntax.formatter import format_text

FREE = {"data", "preprocess", "network", "optimize", "train", "evaluate"}
"""Sections of which there is one."""

SETTINGS = {"data", "optimize", "train"}
"""Sections whose settings may stand in any order; definitions of frames come before their use."""


def formatted(text: str) -> str:
    result = format_text(SourceFile("drawn.zoo", text), Diagnostics())
    assert result is not None
    return result


@pytest.mark.law("formatting a spec changes neither its tree nor its meaning, and twice is once")
@given(TEXTS)
def test_formatting_keeps_what_a_spec_means(text: str) -> None:
    once = formatted(text)
    assert formatted(once) == once
    before, after = compiled(text), compiled(once)
    assert equal_up_to_spans(before.tree, after.tree)
    assert meaning(before.spec) == meaning(after.spec)


def permuted(text: str, data: st.DataObject) -> str:
    """The same declarations and settings in another order, as docs/language.md says that it is free."""
    tree = compiled(text).tree
    assert tree is not None
    pieces = [_piece(node, data) for node in tree.declarations]
    free = [place for place, node in enumerate(tree.declarations) if _is_free(node)]
    order = iter(data.draw(st.permutations(free)))
    mixed = [pieces[next(order)] if place in free else piece for place, piece in enumerate(pieces)]
    first = min(node.span.start for node in tree.declarations)
    return text[:first] + "\n\n".join(mixed) + "\n"


def _is_free(node: nodes.Declaration) -> bool:
    """Params are told in their order, tasks are carried out in theirs."""
    return node.keyword.text in FREE if isinstance(node, nodes.Section) else not isinstance(node, nodes.Param)


def _piece(node: nodes.Declaration, data: st.DataObject) -> str:
    text = node.span.text
    if not (isinstance(node, nodes.Section) and node.keyword.text in SETTINGS):
        return text
    defined = [each.span.text for each in node.body.statements if not isinstance(each, nodes.Setting)]
    settings = [each.span.text for each in node.body.statements if isinstance(each, nodes.Setting)]
    return "\n".join([f"{node.keyword.text} {{", *defined, *data.draw(st.permutations(settings)), "}"])


@pytest.mark.law("the order of sections and settings changes neither meaning, nor plan, nor program")
@given(TEXTS, st.data())
def test_order_is_free_where_the_language_says_so(text: str, data: st.DataObject) -> None:
    before, after = compiled(text), compiled(permuted(text, data))
    assert meaning(before.spec) == meaning(after.spec)
    assert explained(before) == explained(after)
    one, two = program(before), program(after)
    assert (one is None) == (two is None)
    if one is not None and two is not None:
        assert without_lines(one.text) == without_lines(two.text)
        assert one.attachments == two.attachments


def explained(compilation: Compilation) -> str:
    assert compilation.plan is not None
    return without_lines(json.dumps(describe(compilation.plan)))


@pytest.mark.law("a spec stored as JSON reads back with all that it means")
@given(TEXTS)
def test_a_stored_spec_reads_back(text: str) -> None:
    spec = compiled(text).spec
    assert spec is not None
    kept = json.dumps(encode(spec), allow_nan=False)
    again = decode(json.loads(kept), spec.span.file)
    assert json.dumps(encode(again)) == kept
    assert meaning(again) == meaning(spec)
