"""Words misspelt by one edit: a letter too few, too many or another, two exchanged, or the wrong case."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator
from functools import cache

from zoodsl.catalog import registry
from zoodsl.catalog.values import Kind, choices
from zoodsl.semantics.declarations import OPERATOR_TYPES, OTHER_TYPES, TYPES
from zoodsl.semantics.functions import FUNCTIONS
from zoodsl.source import Span
from zoodsl.syntax.grammar import grammar
from zoodsl.syntax.nodes import (
    Argument,
    Attribute,
    Call,
    Group,
    Index,
    Link,
    Measure,
    Name,
    Param,
    Section,
    Setting,
    Text,
    Use,
)
from zoodsl.syntax.nodes import Parameter as BlockParameter
from zoodsl.syntax.words import UNITS
from zoodsl.testing.mistaken.written import Found, Mistake, Written, declared_name

SHORTEST = 3
"""Letters of the shortest word that is misspelt: of shorter ones nobody could say what was meant."""

_WORD = frozenset({"ZOO107"})
_UNKNOWN = frozenset({"ZOO201", "ZOO202"})
_WORDS = {"param", "let", "use", "block", "repeat", "in", "if", "else", "true", "false", "as"}


def misspelt(word: str, draw: random.Random) -> str:
    """The word with one edit, of a kind that is drawn."""
    at = draw.randrange(len(word))
    letter = draw.choice(string.ascii_lowercase)
    match draw.randrange(5):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[:at] + letter + word[at:]
        case 2:
            return word[:at] + letter + word[at + 1 :]
        case 3:
            at = min(at, len(word) - 2)
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case _:
            return word[:at] + word[at].swapcase() + word[at + 1 :]


@cache
def known_words() -> frozenset[str]:
    """Every word that means something in some spec: a misspelling is none of them."""
    words = {*grammar().keywords, *UNITS, *FUNCTIONS, *TYPES, *OTHER_TYPES, *OPERATOR_TYPES, "zoo"}
    for kind in Kind:
        for operator in registry.operators(kind):
            words |= {operator.name, *operator.old_names}
            for parameter in operator.parameters:
                words |= {parameter.name, *parameter.old_names, *choices(parameter.type)}
    return frozenset(words)


def misspellings(spec: Written, draw: random.Random) -> Iterator[Mistake]:
    """Every word of the spec misspelt once."""
    for each in spec.found:
        match each.node:
            case Name():
                yield from _name(spec, each, each.node, draw)
            case Text():
                yield from _text(spec, each, each.node, draw)
            case Measure(unit=unit, span=span) if len(unit) > 1:
                place = spec.span(span.end - len(unit), span.end)
                yield from _misspelling(spec, "unit", place, {"ZOO109"}, draw)
            case _:
                pass
    for token in spec.tokens:
        if token.value in _WORDS and token.type == "WORD":
            codes = {"ZOO107"} if token.value in {"param", "let", "use", "block", "repeat"} else {
                "ZOO101", "ZOO107", "ZOO108", "ZOO201", "ZOO202"
            }  # fmt: skip
            if not any(name.span.start == token.span.start for name in _names(spec)):
                yield from _misspelling(spec, "word", token.span, codes, draw)


def _names(spec: Written) -> Iterator[Name]:
    return (each.node for each in spec.found if isinstance(each.node, Name))


def _name(spec: Written, found: Found, name: Name, draw: random.Random) -> Iterator[Mistake]:
    parent = found.parent
    if declared_name(parent) is name:
        if not isinstance(parent, Use) or parent.alias is name:
            yield from _declared(spec, name, draw)
        else:
            yield from _misspelling(spec, "import", name.span, {"ZOO201", "ZOO220"}, draw)
        return
    what = codes = None
    match parent:
        case Section(keyword=keyword) if keyword is name:
            what, codes = "section", _WORD
        case Setting(keyword=keyword) | Group(keyword=keyword) if keyword is name:
            what, codes = "setting", _WORD | {"ZOO222"}
        case Link(word=word) if word is name:
            what, codes = "link word", _WORD | {"ZOO108", "ZOO209", "ZOO229"}
        case Param(type=type_) | BlockParameter(type=type_) if type_ is name:
            what, codes = "type", frozenset({"ZOO230"})
        case Argument(name=written) if written is name:
            what, codes = "argument", frozenset({"ZOO204"})
        case Call(callee=callee) if callee is name:
            is_operator = any(registry.find(kind, name.text) for kind in Kind)
            what, codes = ("operator" if is_operator else "block or function"), _UNKNOWN
        case Attribute(name=column, value=Name(text=home)) if column is name:
            imported = any(
                isinstance(each.node, Use) and (own := declared_name(each.node)) and own.text == home
                for each in spec.found
            )
            what = "imported block" if imported else "column"
            codes = _UNKNOWN if imported else frozenset({"ZOO409"})
        case Use():
            return
        case _ if name.text in spec.declared:
            what, codes = "reference", _bare_codes(found)
        case _:
            what, codes = "choice", _bare_codes(found)
    yield from _misspelling(spec, what, name.span, codes, draw)


def _bare_codes(found: Found) -> frozenset[str]:
    """What is reported of a bare name that nothing defines."""
    if isinstance(found.parent, Argument):
        return frozenset({"ZOO201", "ZOO202", "ZOO212", "ZOO511"})
    special = {"compare": "ZOO530", "offer": "ZOO581", "metric": "ZOO534", "keep": "ZOO511"}
    settings = (each.keyword.text for each in found.around if isinstance(each, Setting))
    by_setting = {special[each] for each in settings if each in special}
    return frozenset({"ZOO201", "ZOO202", "ZOO212", "ZOO229", *by_setting})


def _declared(spec: Written, name: Name, draw: random.Random) -> Iterator[Mistake]:
    """A name misspelt where it is defined: its uses name what there is not."""
    uses = [span for span in spec.uses(name.text) if span.start != name.span.start]
    if not uses or len(name.text) < SHORTEST:
        return
    wrong = _wrong_word(spec, name.text, draw)
    if wrong:
        yield spec.mistake(
            "misspell: definition",
            (name.span, wrong),
            codes=_UNKNOWN | {"ZOO204", "ZOO214", "ZOO314"},
            at=(name.span, *uses),
            meant=wrong,
        )


def _text(spec: Written, found: Found, text: Text, draw: random.Random) -> Iterator[Mistake]:
    inner = spec.span(text.span.start + 1, text.span.end - 1)
    if inner.text != text.value or not text.value.isidentifier():
        return
    if isinstance(found.parent, Index):
        yield from _misspelling(spec, "column", inner, {"ZOO409"}, draw)
    elif found.section == "base" and not any(isinstance(each, Call) for each in found.around):
        yield from _misspelling(spec, "name of a layer", inner, {"ZOO607", "ZOO608"}, draw)


def _misspelling(
    spec: Written, what: str, place: Span, codes: frozenset[str] | set[str], draw: random.Random
) -> Iterator[Mistake]:
    word = place.text
    if len(word) < (2 if what == "unit" else SHORTEST) or not word.replace(" ", "").isidentifier():
        return
    wrong = _wrong_word(spec, word, draw)
    if wrong:
        yield spec.mistake(f"misspell: {what}", (place, wrong), codes=codes, meant=word)


def _wrong_word(spec: Written, word: str, draw: random.Random) -> str:
    """A misspelling of the word that means nothing itself; empty where ten tries give none."""
    for _ in range(10):
        wrong = misspelt(word, draw)
        if (
            wrong != word
            and wrong.replace(" ", "").isidentifier()
            and wrong not in known_words()
            and wrong not in spec.names
        ):
            return wrong
    return ""
