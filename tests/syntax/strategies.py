"""Hypothesis strategies for syntax trees that a right file may have."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from zoodsl.source import SourceFile, Span
from zoodsl.syntax import nodes
from zoodsl.syntax.formatter import format_file
from zoodsl.syntax.grammar import grammar

T = TypeVar("T")

_NOWHERE = SourceFile("generated.zoo", "")
_SPAN = Span(_NOWHERE, 0, 0)

_CONSTANTS = {"True", "TRUE", "False", "FALSE", "None", "null", "nil"}
_IN_EXPRESSIONS = {"if", "true", "false"}
_HEADS = {*grammar().words("KEYWORD"), "repeat", *_IN_EXPRESSIONS}


def _words(*, without: set[str]) -> SearchStrategy[str]:
    keywords = sorted(set(grammar().keywords) - without)
    free = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,11}", fullmatch=True).filter(
        lambda word: word not in without and word not in _CONSTANTS and word != "up"
    )
    return st.one_of(free, st.sampled_from(keywords), st.sampled_from(["größe", "Dense", "x"]))


def names(*, without: set[str] = frozenset()) -> SearchStrategy[nodes.Name]:  # type: ignore[assignment]
    """Any word where only a name may stand."""
    return st.builds(nodes.Name, span=st.just(_SPAN), text=_words(without=set(without)))


# What an argument or a column may be called: anything.
any_names = names()
# What is declared has to be usable as a value too, and must not look like one half of a condition.
declared_names = names(without={*_IN_EXPRESSIONS, "then", "else"})
value_names = names(without=_IN_EXPRESSIONS)
defined_names = names(without=_HEADS)

texts = st.builds(
    nodes.Text,
    span=st.just(_SPAN),
    value=st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]), max_size=12),
)
docs = st.builds(
    nodes.Text,
    span=st.just(_SPAN),
    value=st.text(st.sampled_from("abc #{}()\n'x"), max_size=20),
)
_integers = st.integers(0, 2**63 - 1)
_floats = st.floats(0, 1e300, allow_nan=False, allow_infinity=False)
numbers = st.builds(nodes.Number, span=st.just(_SPAN), value=st.one_of(_integers, _floats))
literals = st.one_of(
    value_names,
    texts,
    numbers,
    st.builds(nodes.Flag, span=st.just(_SPAN), value=st.booleans()),
    st.builds(
        nodes.Measure,
        span=st.just(_SPAN),
        value=st.one_of(_integers, _floats),
        unit=st.sampled_from(["epochs", "epoch", "iterations", "iteration", "min", "s", "GB", "MB", "%"]),
    ),
    st.builds(
        nodes.Size,
        span=st.just(_SPAN),
        dimensions=st.lists(st.integers(0, 999), min_size=2, max_size=4).map(tuple),
    ),
)


def _tuples(items: SearchStrategy[T], least: int = 0, most: int = 4) -> SearchStrategy[tuple[T, ...]]:
    return st.lists(items, min_size=least, max_size=most).map(tuple)


def _node(kind: type[T], **fields: SearchStrategy[object]) -> SearchStrategy[T]:
    return st.builds(kind, span=st.just(_SPAN), **fields)


def _maybe(items: SearchStrategy[T]) -> SearchStrategy[T | None]:
    return st.one_of(st.none(), items)


def _compound(inner: SearchStrategy[nodes.Expression]) -> SearchStrategy[nodes.Expression]:
    labelled = _node(nodes.Labelled, value=inner, label=_maybe(texts))
    argument = _node(nodes.Argument, name=_maybe(any_names), value=inner)
    return st.one_of(
        _node(nodes.Sequence, items=_tuples(inner)),
        _node(nodes.Range, low=inner, high=inner),
        _node(nodes.Unary, operator=st.sampled_from("+-"), operand=inner),
        _node(
            nodes.Binary,
            operator=st.sampled_from(["+", "-", "*", "/", "==", "!=", "<", "<=", ">", ">="]),
            left=inner,
            right=inner,
        ),
        _node(nodes.Attribute, value=inner, name=any_names),
        _node(nodes.Index, value=inner, index=inner),
        _node(nodes.Call, callee=inner, arguments=_tuples(argument)),
        _node(nodes.Chain, head=inner, label=_maybe(texts), steps=_tuples(labelled, 1)),
        _node(nodes.Chain, head=inner, label=texts, steps=st.just(())),
        _node(nodes.Conditional, condition=inner, then=inner, otherwise=inner),
    )


expressions: SearchStrategy[nodes.Expression] = st.recursive(literals, _compound, max_leaves=12)

_valued_link = _node(
    nodes.Link,
    word=st.builds(
        nodes.Name, span=st.just(_SPAN), text=st.sampled_from([*grammar().words("LINK"), "up to"])
    ),
    value=_maybe(expressions),
)
clauses = st.one_of(
    _node(nodes.Clause, value=expressions, links=_tuples(_valued_link, 0, 3)),
    _node(nodes.Clause, value=st.none(), links=_tuples(_valued_link, 1, 3)),
)
keywords = st.builds(nodes.Name, span=st.just(_SPAN), text=st.sampled_from(grammar().words("KEYWORD")))


def _is_plain_step(step: nodes.Step) -> bool:
    # A chain without steps as a step is the step's own label.
    return not (isinstance(step.value, nodes.Chain) and not step.value.steps)


_simple_statements = st.one_of(
    _node(nodes.Definition, name=defined_names, value=expressions),
    _node(nodes.Step, value=expressions, label=st.none()).filter(_is_plain_step),
    _node(nodes.Step, value=expressions, label=texts).filter(
        lambda step: not isinstance(step.value, nodes.Chain)
    ),
    _node(nodes.Setting, keyword=keywords, clauses=_tuples(clauses, 1, 3)),
)


def _bodies(statements: SearchStrategy[nodes.Statement]) -> SearchStrategy[nodes.Body]:
    return _node(nodes.Body, doc=_maybe(docs), statements=_tuples(statements))


statements: SearchStrategy[nodes.Statement] = st.recursive(
    _simple_statements,
    lambda inner: st.one_of(
        _node(nodes.Group, keyword=keywords, body=_bodies(inner)),
        _node(
            nodes.Repeat,
            variable=declared_names,
            values=expressions,
            label=_maybe(texts),
            body=_bodies(inner),
        ),
    ),
    max_leaves=6,
)
bodies = _bodies(statements)

declarations: SearchStrategy[nodes.Declaration] = st.one_of(
    _node(nodes.Param, name=declared_names, type=declared_names, default=_maybe(expressions)),
    _node(nodes.Let, name=declared_names, value=expressions),
    _node(nodes.Use, target=st.one_of(texts, _tuples(declared_names, 1, 3)), alias=_maybe(declared_names)),
    _node(
        nodes.Block,
        name=declared_names,
        parameters=_tuples(
            _node(
                nodes.Parameter, name=declared_names, type=_maybe(declared_names), default=_maybe(expressions)
            )
        ),
        body=bodies,
    ),
    _node(
        nodes.Section,
        keyword=st.builds(nodes.Name, span=st.just(_SPAN), text=st.sampled_from(grammar().words("KIND"))),
        name=_maybe(st.one_of(declared_names, texts)),
        body=bodies,
    ),
)
files: SearchStrategy[nodes.File] = st.builds(
    nodes.File,
    span=st.just(_SPAN),
    source=st.just(_NOWHERE),
    version=st.just(nodes.Number(span=_SPAN, value=1)),
    doc=_maybe(docs),
    declarations=_tuples(declarations, 0, 4),
    comments=st.just(()),
)


class Specimen:
    """A generated file; shown as its text, for trees are too long to read."""

    def __init__(self, file: nodes.File) -> None:
        self.file = file

    def __repr__(self) -> str:
        return f"Specimen({format_file(self.file)!r})"


specimens = files.map(Specimen)
