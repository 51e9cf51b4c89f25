"""A comparison from the command line, put into the tree as if the spec had said it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from zoodsl.diagnostics import Diagnostics
from zoodsl.source import SourceFile, Span
from zoodsl.syntax.nodes import Body, Clause, Expression, File, Link, Name, Section, Sequence, Setting
from zoodsl.syntax.parser import parse_expression

EXPERIMENT, COMPARE, IN = "experiment", "compare", "in"


def comparing(file: File, lists: Iterable[tuple[str, str]], diagnostics: Diagnostics) -> File:
    """``file`` whose section ``experiment`` compares the params of ``lists``, each with an expression, and nothing else."""
    clauses = tuple(_clause(name, written, diagnostics) for name, written in lists)
    span = clauses[0].span
    setting = Setting(span=span, keyword=Name(span=span, text=COMPARE), clauses=clauses)
    sections = [each for each in file.declarations if _is_experiment(each)]
    if not sections:
        body = Body(span=span, doc=None, statements=(setting,))
        made = Section(span=span, keyword=Name(span=span, text=EXPERIMENT), name=None, body=body)
        return replace(file, declarations=(*file.declarations, made))
    (section, *_) = sections
    assert isinstance(section, Section)  # noqa: S101 - of that kind
    others = [each for each in section.body.statements if not _compares(each)]
    body = replace(section.body, statements=(setting, *others))
    return replace(
        file,
        declarations=tuple(
            replace(section, body=body) if each is section else each for each in file.declarations
        ),
    )


def compared(file: File) -> dict[str, tuple[str, ...]]:
    """The params that ``file`` compares, as far as it is well written, with their values as they are written."""
    found: dict[str, tuple[str, ...]] = {}
    for clause in _clauses(file):
        match clause:
            case Clause(value=Name(text=name), links=[Link(value=Sequence(items=items))]):
                found[name] = tuple(item.span.text for item in items)
            case _:
                pass
    return found


def is_in_comparison(place: Span, file: File) -> bool:
    """Whether ``place`` is one of what ``file`` compares, in the spec or on the command line."""
    return any(
        place.file is clause.span.file and clause.span.start <= place.start and place.end <= clause.span.end
        for clause in _clauses(file)
    )


def _clauses(file: File) -> Iterator[Clause]:
    for section in file.declarations:
        if not isinstance(section, Section) or not _is_experiment(section):
            continue
        for setting in section.body.statements:
            if isinstance(setting, Setting) and _compares(setting):
                yield from setting.clauses


def _is_experiment(declaration: object) -> bool:
    return isinstance(declaration, Section) and declaration.keyword.text == EXPERIMENT


def _compares(statement: object) -> bool:
    return isinstance(statement, Setting) and statement.keyword.text == COMPARE


def _clause(name: str, written: str, diagnostics: Diagnostics) -> Clause:
    source = SourceFile(f"--compare {name}", written)
    span = Span(source, 0, len(written))
    values: Expression | None = parse_expression(source, diagnostics)
    link = Link(span=span, word=Name(span=span, text=IN), value=values)
    return Clause(span=span, value=Name(span=span, text=name), links=(link,))
