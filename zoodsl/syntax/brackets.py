"""Brackets without a partner: reported, and mended, before the parser sees them.

An unclosed ``(`` would swallow the rest of the file, for newlines mean nothing inside it. So where brackets
do not match, lines that can only begin a statement or a declaration say where they should have closed.
"""

from __future__ import annotations

from collections.abc import Sequence

from zoodsl.diagnostics import Applicability, Diagnostics, Fix, Label
from zoodsl.diagnostics.rules.syntax import UNBALANCED, UNCLOSED_TEXT
from zoodsl.source import Span
from zoodsl.syntax.grammar import Grammar
from zoodsl.syntax.mistakes import shown
from zoodsl.syntax.tokens import (
    CLOSERS,
    NEWLINE,
    OPENERS,
    WORD,
    Token,
    begins_value,
    ends_value,
    token_at,
)

_ARGUMENTS = frozenset({"NAME", WORD, "STRING", "NUMBER", "MEASURE", "SIZE", "TRUE", "FALSE", "LSQB"})
"""What the first argument of a call may begin with."""

_SPELLINGS = {"LPAR": "(", "RPAR": ")", "LSQB": "[", "RSQB": "]", "LBRACE": "{", "RBRACE": "}"}


def balanced(tokens: list[Token], rules: Grammar, diagnostics: Diagnostics) -> list[Token]:
    """The tokens with every bracket closed; reports each that was not, and each that closes nothing."""
    return tokens if _match(tokens) else _Balancer(tokens, rules, diagnostics).run()


def _match(tokens: Sequence[Token]) -> bool:
    waiting: list[str] = []
    for token in tokens:
        if token.type in OPENERS:
            waiting.append(OPENERS[token.type])
        elif token.type in CLOSERS and (not waiting or waiting.pop() != token.type):
            return False
    return not waiting


class _Balancer:
    def __init__(self, tokens: list[Token], rules: Grammar, diagnostics: Diagnostics) -> None:
        self._tokens = tokens
        self._keywords = rules.keywords
        self._diagnostics = diagnostics
        self._kept: list[Token] = []
        self._open: list[Token] = []
        # The braces among them that hold a branch of a choice, and stand on one line with it.
        self._branches: set[int] = set()
        # Brackets are often lost several to a line; one report a line is enough, or that of a quote that swallowed them.
        self._reported_lines = {
            each.span.begin.line for each in diagnostics.sorted() if each.code is UNCLOSED_TEXT and each.span
        }

    def run(self) -> list[Token]:
        for index, token in enumerate(self._tokens):
            if token.type == NEWLINE:
                self._open_section(index)
                self._new_line(index + 1)
            elif token.type == "LBRACE":
                if self._is_conditional():
                    self._branches.add(id(token))
                elif self._innermost() != "LBRACE":
                    self._close_down_to("LBRACE", token)
            elif token.value == "else" and self._kept and self._kept[-1].type != "RBRACE":
                self._close_branch(token)
            elif token.type in CLOSERS:
                if self._ends_unopened_branch(index) or not self._closes(token):
                    continue
                self._kept.append(token)
                continue
            if token.type in OPENERS:
                self._open.append(token)
            self._kept.append(token)
        while self._open:
            self._close(None)
        return self._kept

    def _innermost(self) -> str | None:
        return self._open[-1].type if self._open else None

    def _is_conditional(self) -> bool:
        """Whether a brace that comes now belongs to an ``if`` expression inside the open bracket."""
        for token in reversed(self._kept):
            if token.value in {"if", "else"}:
                return True
            if token is self._open[-1] if self._open else token.type == NEWLINE:
                return False
        return False

    def _close_branch(self, cause: Token) -> None:
        """Closes the branch of a choice that is open where ``cause`` can only stand behind it."""
        branch = next((each for each in reversed(self._open) if each.type == "LBRACE"), None)
        if branch is not None and id(branch) in self._branches:
            while self._open and self._open[-1] is not branch:
                self._close(cause)
            self._close(cause)

    def _ends_unopened_branch(self, index: int) -> bool:
        """Whether a brace closes a branch that has none to open it, as ``else`` behind it shows; it is left out then."""
        token, after = self._tokens[index], self._at(index + 1)
        if token.type != "RBRACE" or after is None or after.value != "else":
            return False
        innermost = next((each for each in reversed(self._open) if each.type == "LBRACE"), None)
        if innermost is not None and id(innermost) in self._branches:
            return False
        self._report(
            token, '"}" closes nothing: "{" is missing after the condition', "write `if x { a } else { b }`",
            (), Fix(token.span, "}", Applicability.MAYBE),
        )  # fmt: skip
        return True

    def _closes(self, token: Token) -> bool:
        """Deals with a closing bracket; whether it is kept."""
        opener = CLOSERS[token.type]
        kinds = [item.type for item in self._open]
        if opener in kinds and ("LBRACE" not in kinds[_last(kinds, opener) + 1 :]):
            self._close_down_to(opener, token)
            self._open.pop()
            return True
        if kinds and opener != "LBRACE" and kinds[-1] != "LBRACE":
            # `[1, 2)`: it was meant to close what is open.
            right = OPENERS[kinds[-1]]
            self._report(
                token,
                f'"{token.value}" cannot close "{self._open[-1].value}"',
                f'write "{_SPELLINGS[right]}"',
                (Label(self._open[-1].span, "opened here"),),
                Fix(token.span, _SPELLINGS[right], Applicability.MAYBE),
            )
            self._open.pop()
            self._insert(right, token.span.start)
            return False
        if token.type == "RPAR" and self._open_call():
            self._open.pop()
            return True
        self._report(
            token, f'"{token.value}" closes nothing', "remove it, or open what it should close",
            (), Fix(token.span, "", Applicability.MAYBE),
        )  # fmt: skip
        return False

    def _open_call(self) -> bool:
        """Opens the call of this line whose bracket is missing, as a name with a value right behind it shows."""
        for index in range(len(self._kept) - 1, 0, -1):
            name, value = self._kept[index - 1 : index + 1]
            if value.type == NEWLINE:
                return False
            if name.type != "NAME" or value.type not in _ARGUMENTS:
                continue
            place = Span(name.span.file, name.span.end, value.span.start)
            self._report(
                name, f'"(" is missing after {shown(name)}', f"write `{name.value}({value.value}`",
                (), Fix(place, "(", Applicability.MAYBE),
            )  # fmt: skip
            opener = token_at("LPAR", "(", name.span.file, name.span.end, name.span.end)
            self._kept.insert(index, opener)
            self._open.append(opener)
            return True
        return False

    def _close_down_to(self, opener: str, cause: Token) -> None:
        while self._open and self._open[-1].type != opener:
            self._close(cause)

    def _close(self, cause: Token | None) -> None:
        """Closes the innermost bracket, which was left open when ``cause`` came."""
        opener = self._open.pop()
        closer = OPENERS[opener.type]
        at = len(self._kept)
        # Before the newlines, so that the closing bracket ends the line it was missing on.
        while closer != "RBRACE" and at and self._kept[at - 1].type == NEWLINE:
            at -= 1
        last = self._kept[at - 1].span
        place = Span(last.file, last.end, last.end)
        self._report(
            opener,
            f'"{opener.value}" opened here is never closed',
            f'add "{_SPELLINGS[closer]}"',
            (Label(place, f'"{_SPELLINGS[closer]}" is missing here at the latest'),),
            Fix(place, _SPELLINGS[closer], Applicability.MAYBE),
        )
        rest = self._kept[at:]
        del self._kept[at:]
        self._insert(closer, last.end)
        if closer == "RBRACE" and cause is not None and cause.type != "RBRACE":
            self._insert(NEWLINE, last.end)
        self._kept.extend(rest)

    def _insert(self, kind: str, offset: int) -> None:
        file = self._tokens[0].span.file
        self._kept.append(token_at(kind, _SPELLINGS.get(kind, "\n"), file, offset, offset))

    def _open_section(self, index: int) -> None:
        """Opens the body of a section, a block, a group or a repeat whose line ends at ``index`` without its brace."""
        line: list[Token] = []
        for token in reversed(self._kept):
            if token.type == NEWLINE:
                break
            line.insert(0, token)
        after = next((item for item in self._tokens[index:] if item.type != NEWLINE), None)
        if after is None or after.type == "LBRACE" or not line or not self._lacks_body(line):
            return
        last = line[-1].span
        place = Span(last.file, last.end, last.end)
        self._report(
            line[0],
            f'expected "{{" after {shown(line[-1])}',
            'a block begins with "{" on the same line',
            (),
            Fix(place, " {", Applicability.MAYBE),
        )
        self._insert("LBRACE", last.end)
        self._open.append(self._kept[-1])

    def _lacks_body(self, line: Sequence[Token]) -> bool:
        """Whether a line is the head of something that has a body, and that only."""
        head, last = line[0], line[-1]
        if self._open:
            within = self._open[-1].type == "LBRACE"
            is_repeat = head.value == "repeat" and any(each.value == "in" for each in line)
            return within and (
                (is_repeat and ends_value(last)) or (head.value == "training" and len(line) == 1)
            )
        if head.value == "block":
            return last.type == "RPAR"
        is_kind = "KIND" in self._keywords.get(head.value, ())
        return is_kind and len(line) <= 2 and last.type in {"STRING", "NAME", WORD}

    def _new_line(self, index: int) -> None:
        """Closes what the line that begins at ``index`` shows to have been left open."""
        if not self._open or index >= len(self._tokens):
            return
        token = self._tokens[index]
        if self._begins_declaration(index):
            while self._open:
                self._close(token)
            return
        innermost = self._open[-1]
        if id(innermost) in self._branches and innermost is not self._last_of_line():
            self._close_branch(token)
        elif innermost.type != "LBRACE" and self._begins_statement(index):
            self._close_down_to("LBRACE", token)

    def _last_of_line(self) -> Token | None:
        """The last token before the newlines that were read."""
        return next((each for each in reversed(self._kept) if each.type != NEWLINE), None)

    def _begins_declaration(self, index: int) -> bool:
        token, after, later = (self._at(index + step) for step in range(3))
        if token is None or after is None or token.type != WORD:
            return False
        word = token.value
        if word in {"let", "param", "block"}:
            wanted = {"let": "EQUAL", "param": "COLON", "block": "LPAR"}[word]
            return after.type in {"NAME", WORD} and later is not None and later.type == wanted
        if word == "use":
            return after.type in {"STRING", "NAME", WORD}
        if "KIND" not in self._keywords[word]:
            return False
        return after.type == "LBRACE" or (
            after.type in {"STRING", "NAME", WORD} and later is not None and later.type == "LBRACE"
        )

    def _begins_statement(self, index: int) -> bool:
        token, after = self._at(index), self._at(index + 1)
        if token is None or after is None or token.type not in {"NAME", WORD}:
            return False
        kinds = self._keywords.get(token.value, ())
        if ("KEYWORD" in kinds or "REPEAT" in kinds) and (begins_value(after) or after.type == "LBRACE"):
            return True
        opener_line = self._open[-1].span.begin.line
        indent = _indent(token.span.file.line(opener_line))
        if token.span.begin.column - 1 > indent:
            return False
        previous = self._kept[-1] if self._kept else None
        return after.type == "EQUAL" or (previous is not None and ends_value(previous))

    def _at(self, index: int) -> Token | None:
        return self._tokens[index] if index < len(self._tokens) else None

    def _report(self, token: Token, message: str, help_: str, labels: tuple[Label, ...], fix: Fix) -> None:
        line = token.span.begin.line
        if line not in self._reported_lines and len(self._reported_lines) < 50:
            self._reported_lines.add(line)
            self._diagnostics.report(UNBALANCED, token.span, message, help=help_, labels=labels, fix=fix)


def _last(kinds: Sequence[str], kind: str) -> int:
    return max(index for index, item in enumerate(kinds) if item == kind)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
