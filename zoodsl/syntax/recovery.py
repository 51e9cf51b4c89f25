"""Recovery: reading on after a mistake, so that one run shows all of them with few echoes.

Runs only where the parse without recovery has failed. At each mistake it reports in human words (see
``mistakes``), then takes the smallest repair after which the parser accepts the offending token: inserting what is
missing, leaving out what is too much, or giving up the rest of the statement but not its head, so that later
stages still know what was being defined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lark.parsers.lalr_analysis import Shift

from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules.syntax import UNBALANCED, UNCLOSED_TEXT
from zoodsl.source import SourceFile
from zoodsl.syntax.grammar import Grammar
from zoodsl.syntax.mistaken_claims import claim_mistake, word_before_claim
from zoodsl.syntax.mistaken_words import declaration_mistake, head_mistake, word_mistake
from zoodsl.syntax.mistakes import Mistake, Place, describe
from zoodsl.syntax.tokens import CLOSERS, END, NEWLINE, OPENERS, WORD, Token, token_at
from zoodsl.syntax.words import KEYWORD, NAME, kind_of_word

# What may be inserted, in order of preference. Each must make the offending token acceptable.
_INSERTIONS: tuple[tuple[str, ...], ...] = (
    ("UNREADABLE",),
    ("EQUAL",),
    ("COMMA",),
    ("IN",),
    ("COLON",),
    (NEWLINE,),
    ("EQUAL", "UNREADABLE"),
    ("IN", "UNREADABLE"),
    ("LPAR", "RPAR"),
    ("ELSE", "LBRACE", "UNREADABLE", "RBRACE"),
    ("LBRACE", "RBRACE"),
)

_SPELLINGS = {"EQUAL": "=", "COMMA": ",", "IN": "in", "COLON": ":", "ELSE": "else", "LPAR": "(", "RPAR": ")"}
_SPELLINGS |= {"LBRACE": "{", "RBRACE": "}", NEWLINE: "\n"}

# Reports closer than this to the one before, in tokens, are taken for its echo.
_ECHO = 2
_MOST_REPORTS = 50

# States on the stack when `zoo 1` has been read: recovery never goes back before it.
_HEADER_LENGTH = 3


class Automaton:
    """The LALR automaton: a dry run of tokens on its stack, without values."""

    def __init__(self, states: Mapping[int, Mapping[str, Any]], end_state: int) -> None:
        self.states = states
        self._end_state = end_state

    def after(self, stack: Sequence[int], *kinds: str) -> list[int] | None:
        """The stack of states after tokens of ``kinds``; None where one is not accepted."""
        stack = list(stack)
        for kind in kinds:
            while True:
                entry = self.states[stack[-1]].get(kind)
                if entry is None:
                    return None
                action, argument = entry
                if action is Shift:
                    stack.append(argument)
                    break
                if argument.expansion:
                    del stack[-len(argument.expansion) :]
                stack.append(self.states[stack[-1]][argument.origin.name][1])
                if kind == END and stack[-1] == self._end_state:
                    break
        return stack

    def accepted(self, stack: Sequence[int]) -> frozenset[str]:
        """The terminals that may come next."""
        return frozenset(
            kind
            for kind in self.states[stack[-1]]
            if (kind.isupper() or kind in {END, NEWLINE}) and self.after(stack, kind) is not None
        )


class Recovery:
    """One parse with repairs. ``tokens`` have their brackets balanced and idle newlines removed."""

    def __init__(
        self,
        rules: Grammar,
        start: str,
        tokens: Sequence[Token],
        source: SourceFile,
        diagnostics: Diagnostics,
    ) -> None:
        self._state = rules.lark.parse_interactive(start=start).parser_state
        conf = self._state.parse_conf
        self._automaton = Automaton(conf.states, conf.end_state)
        self._rules = rules
        self._source = source
        self._diagnostics = diagnostics
        length = len(source.text)
        self._end = token_at(END, "", source, length, length)
        self._tokens = [*tokens, self._end]
        self._index = 0
        self._fed: list[Token] = []
        self._reports = 0
        self._last_report = -_ECHO - 1
        self._in_foreign_text = False
        self._section = ""
        # Where a bracket or a quote is missing, whatever else does not fit in that line is its echo.
        self._spoilt = frozenset(
            span.begin.line
            for each in diagnostics.sorted()
            if each.code in (UNBALANCED, UNCLOSED_TEXT) and each.span is not None
            for span in (each.span, *(label.span for label in each.labels))
        )

    def run(self) -> Any:
        """The tree; it always comes to one."""
        while True:
            token = self._tokens[self._index]
            if self._reports >= _MOST_REPORTS and token is not self._end:
                self._give_up()
                continue
            token = self._classified(token)
            if token.type != END and self._is_accepted(token.type):
                self._feed(token)
                self._index += 1
            elif token.type == END and self._is_accepted(END):
                return self._state.feed_token(self._end, is_end=True)
            else:
                self._mend(token)

    # --- reading on

    @property
    def _stack(self) -> list[int]:
        return self._state.state_stack

    @property
    def _expected(self) -> Mapping[str, Any]:
        return self._automaton.states[self._stack[-1]]

    def _is_accepted(self, *kinds: str) -> bool:
        return self._automaton.after(self._stack, *kinds) is not None

    def _feed(self, token: Token) -> None:
        if token.type in {"KIND", "BLOCK"}:
            self._section = token.value
        if token.type == NEWLINE:
            self._last_report = -_ECHO - 1
        self._state.feed_token(token)
        self._fed.append(token)

    def _at(self, offset: int) -> Token:
        return self._tokens[min(self._index + offset, len(self._tokens) - 1)]

    def _classified(self, token: Token) -> Token:
        """The token with its terminal for this place; a mistaken word becomes the one that was meant."""
        if token.value in self._rules.keywords and token.type not in OPENERS:
            token.type = kind_of_word(token, self._at(1), self._expected, self._rules.keywords)
        place = self._place(token)
        if KEYWORD in self._expected:
            mistake = word_before_claim(place) or head_mistake(place, self._rules)
        elif "KIND" in self._expected:
            mistake = declaration_mistake(place, self._rules)
        else:
            self._in_foreign_text = False
            return token
        if mistake is None:
            return token
        self._report(mistake)
        if mistake.meant is None:
            return token
        kind, value = mistake.meant
        span = token.span
        meant = token_at(kind, value, span.file, span.start, span.end)
        self._tokens[self._index] = meant
        return meant

    def _place(self, token: Token) -> Place:
        return Place(
            previous=self._fed[-1] if self._fed else None,
            before_previous=self._fed[-2] if len(self._fed) > 1 else None,
            token=token,
            following=self._at(1),
            later=self._at(2),
            accepted=self._automaton.accepted(self._stack),
            section=self._section,
        )

    # --- repairs

    def _mistake(self, place: Place) -> Mistake:
        return claim_mistake(place) or word_mistake(place, self._rules) or describe(place, self._rules)

    def _mend(self, token: Token) -> None:
        place = self._place(token)
        mistake = self._mistake(place)
        self._report(mistake)
        if mistake.meant is not None:
            kind, value = mistake.meant
            taken = self._tokens[self._index + mistake.takes - 1].span
            if self._is_accepted(kind):
                self._feed(token_at(kind, value, taken.file, token.span.start, taken.end))
                self._index += mistake.takes
                return
        if mistake.ruins_value and self._spoil_last():
            self._index += 1
            return
        if mistake.gives_up:
            self._give_up()
            return
        for kinds in _INSERTIONS:
            if self._is_accepted(*kinds, token.type):
                for kind in kinds:
                    self._feed(self._made_up(kind, token))
                return
        following = self._at(1)
        if token.type not in {END, NEWLINE, *OPENERS, *CLOSERS} and self._is_accepted(
            following.type if following.type != WORD else NAME
        ):
            self._index += 1
            return
        self._give_up()

    def _made_up(self, kind: str, token: Token) -> Token:
        at = self._fed[-1].span.end if self._fed else token.span.start
        return token_at(kind, _SPELLINGS.get(kind, ""), self._source, at, at)

    def _spoil_last(self) -> bool:
        """Makes the literal just read unreadable; whether there was one."""
        if not self._fed or self._state.value_stack[-1] is not self._fed[-1]:
            return False
        token = self._fed[-1]
        del self._state.value_stack[-1], self._state.state_stack[-1]
        span = token.span
        self._feed(token_at("UNREADABLE", "", span.file, span.start, span.end))
        return True

    def _give_up(self) -> None:
        """Leaves out the rest of the statement; what it began to define stays, with an unreadable value."""
        read: list[Any] = []
        while len(self._stack) > _HEADER_LENGTH and not (
            KEYWORD in self._expected or "KIND" in self._expected
        ):
            read.insert(0, self._state.value_stack.pop())
            self._stack.pop()
        kinds = [item.type if isinstance(item, Token) else "" for item in read]
        self._skip_statement(kinds.count("LBRACE") - kinds.count("RBRACE"))
        following = self._tokens[self._index]
        if not self._is_accepted(following.type):
            self._leave_body(following)
            return
        head = kinds.index("") if "" in kinds else len(kinds)
        while head and not self._is_accepted(*kinds[:head], "UNREADABLE", following.type):
            head -= 1
        for token in read[:head]:
            self._feed(token)
        if read and self._is_accepted("UNREADABLE", following.type):
            self._feed(self._made_up("UNREADABLE", following))

    def _leave_body(self, token: Token) -> None:
        """Where even a statement's end is not accepted: a stray brace goes, an open body is closed."""
        if token.type == END:
            while not self._is_accepted(END):
                self._state.value_stack.pop()
                self._stack.pop()
        else:
            self._index += 1

    def _skip_statement(self, level: int) -> None:
        """Moves to the newline, closing brace or end that ends the statement, over bodies inside it.

        ``level`` is how many braces the statement has open already.
        """
        if self._reports >= _MOST_REPORTS:
            self._index = len(self._tokens) - 1
        while True:
            kind = self._tokens[self._index].type
            if kind == END or (level <= 0 and kind in {NEWLINE, "RBRACE"}):
                return
            if kind == "LBRACE":
                level += 1
            elif kind == "RBRACE":
                level -= 1
            self._index += 1

    def _report(self, mistake: Mistake) -> None:
        is_echo = self._index - self._last_report <= _ECHO or mistake.span.begin.line in self._spoilt
        if is_echo or (mistake.repeats and self._in_foreign_text):
            self._last_report = self._index
            return
        self._in_foreign_text = mistake.repeats
        self._last_report = self._index
        self._reports += 1
        self._diagnostics.report(
            mistake.code,
            mistake.span,
            mistake.message,
            help=mistake.help,
            fix=mistake.fix,
        )

    def report_first(self) -> None:
        """Reports the first mistake and reads no further."""
        while True:
            token = self._classified(self._tokens[self._index])
            if not self._is_accepted(token.type):
                place = self._place(token)
                self._report(self._mistake(place))
                return
            self._feed(token)
            self._index += 1
