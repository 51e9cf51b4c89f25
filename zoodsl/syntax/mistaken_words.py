"""Words of the language that are misspelt: keywords that begin statements and declarations, and those within."""

from __future__ import annotations

from zoodsl.diagnostics import Applicability, Diagnostics, Fix, did_you_mean, nearest
from zoodsl.diagnostics.rules.syntax import RESERVED, UNEXPECTED, UNKNOWN_KEYWORD
from zoodsl.diagnostics.suggest import ALIKE
from zoodsl.source import Span
from zoodsl.syntax.grammar import Grammar
from zoodsl.syntax.mistakes import Mistake, Place, declaration_words
from zoodsl.syntax.tokens import NEWLINE, WORD, Token, begins_value, token_at
from zoodsl.syntax.words import KEYWORD, NAME

_WITHIN = {"ELSE": "else", "IN": "in", "AS": "as"}
"""Words that stand between the parts of expressions and repeats, by terminal."""

_GOES_ON = frozenset({"LPAR", "ARROW", "DOT"})
"""What follows the first name of a value that is no name alone."""

_THEN = "then"
_AFTER_THEN = frozenset({"if", "freeze", "unfreeze"})
_LOGICAL = frozenset({"and", "or"})


def head_mistake(place: Place, rules: Grammar) -> Mistake | None:
    """A keyword defined as a name, or a misspelt keyword, where a statement begins."""
    token, following = place.token, place.following
    word = token.value
    if word in rules.keywords and following.type == "EQUAL" and token.type != NAME:
        return Mistake(
            code=RESERVED,
            span=token.span,
            message=f"`{word}` is a keyword; choose another name",
            help=f"`{word} value` would be a setting, so `{word} = value` cannot define a name",
            meant=(NAME, word),
        )
    if token.type != NAME or following.value == "as":
        return None
    if not begins_value(following) and following.type != "LBRACE":
        return None
    words = (*rules.words(KEYWORD), *rules.words("REPEAT"))
    is_defined = following.type in {NAME, WORD} and place.later.type in _GOES_ON
    near = nearest(word, words, 1, alike=1.0 if is_defined else ALIKE)
    if is_defined and not near:
        end = token.span.end
        return Mistake(
            code=UNEXPECTED,
            span=token.span,
            message=f'expected "=" after `{word}`',
            help=f"a definition is written `{word} = {following.value}{place.later.value}...`",
            fix=Fix(Span(token.span.file, end, end), " =", Applicability.MAYBE),
        )
    if near:
        return Mistake(
            code=UNKNOWN_KEYWORD,
            span=token.span,
            message=f"`{word}` is not a keyword",
            help=did_you_mean(word, words),
            fix=Fix(token.span, near[0], Applicability.MAYBE),
            meant=(rules.keywords[near[0]][0], near[0]),
        )
    if following.type == "LBRACE":
        return Mistake(
            code=UNKNOWN_KEYWORD,
            span=token.span,
            message=f"`{word}` begins no block",
            help="inside a block, braces follow `training`, or `repeat name in values`",
            gives_up=True,
        )
    return None


def declaration_mistake(place: Place, rules: Grammar) -> Mistake | None:
    """A misspelt word where a declaration begins."""
    token, following = place.token, place.following
    if token.type != NAME:
        return None
    if following.type not in {"LBRACE", NAME, WORD, "STRING"}:
        return None
    near = nearest(token.value, declaration_words(rules), 1)
    if not near:
        return None
    return Mistake(
        code=UNKNOWN_KEYWORD,
        span=token.span,
        message=f"`{token.value}` begins no declaration",
        help=did_you_mean(token.value, declaration_words(rules)),
        fix=Fix(token.span, near[0], Applicability.MAYBE),
        meant=(rules.keywords[near[0]][0], near[0]),
    )


def with_then(tokens: list[Token], diagnostics: Diagnostics) -> list[Token]:
    """The tokens with each misspelt ``then`` mended that begins a line: it goes on with the setting of the line before."""
    for index, token in enumerate(tokens[:-2]):
        if not index or tokens[index - 1].type != NEWLINE or token.type != NAME:
            continue
        following, later = tokens[index + 1 : index + 3]
        goes_on = following.value in _AFTER_THEN or (following.type == NAME and later.type == "LPAR")
        if goes_on and nearest(token.value, (_THEN,), 1, alike=1.0):
            diagnostics.report(
                UNKNOWN_KEYWORD,
                token.span,
                f"`{token.value}` is not a keyword",
                help=f"did you mean `{_THEN}`?",
                fix=Fix(token.span, _THEN, Applicability.MAYBE),
            )
            span = token.span
            tokens[index] = token_at(WORD, _THEN, span.file, span.start, span.end)
    return tokens


def word_mistake(place: Place, rules: Grammar) -> Mistake | None:
    """A misspelt word between the parts of a statement."""
    return _within(place) or _first_link(place, rules) or _link(place, rules)


def _within(place: Place) -> Mistake | None:
    """``else``, ``in`` or ``as``, where it alone is missing."""
    token = place.token
    wanted = [(kind, word) for kind, word in _WITHIN.items() if kind in place.accepted]
    if token.type != NAME or not wanted:
        return None
    near = nearest(token.value, [word for _, word in wanted], 1)
    kind, word = next(((kind, word) for kind, word in wanted if word in near), ("", ""))
    if not word or (kind == "AS" and place.following.type != "STRING"):
        return None
    return _mistaken(token.span, token.value, word, (kind, word))


def _link(place: Place, rules: Grammar) -> Mistake | None:
    """A link word after the value that it joins to the next."""
    token, following = place.token, place.following
    if "LINK" not in place.accepted or token.type != NAME or not begins_value(following):
        return None
    if token.value in _LOGICAL and following.type != "MEASURE":
        return None
    words = rules.words("LINK")
    near = nearest(token.value, words, 1)
    if near:
        return _mistaken(token.span, token.value, near[0], ("LINK", near[0]), words)
    return None


def _first_link(place: Place, rules: Grammar) -> Mistake | None:
    """A link word that its setting begins with, ``validate every 1 epoch``, and that was read as a name."""
    name, before, token = place.previous, place.before_previous, place.token
    if name is None or before is None or name.type != NAME:
        return None
    if before.type not in {KEYWORD, "COMMA", "LINK"} or not begins_value(token):
        return None
    words = (*rules.words("LINK"), "up to")
    for span in (name.span.to(token.span), name.span) if token.type in {NAME, WORD} else (name.span,):
        near = nearest(span.text, words, 1)
        if near:
            return _mistaken(span, span.text, near[0], None, words)
    return None


def _mistaken(
    span: Span, written: str, word: str, meant: tuple[str, str] | None, words: tuple[str, ...] = ()
) -> Mistake:
    return Mistake(
        code=UNKNOWN_KEYWORD,
        span=span,
        message=f"`{written}` is not a keyword",
        help=did_you_mean(written, words or (word,)),
        fix=Fix(span, word, Applicability.MAYBE),
        meant=meant,
        gives_up=meant is None,
    )
