"""Names and what they stand for, from the inside out: a repeat's body, a block, the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from zoodsl.diagnostics import Applicability, Diagnostics, Fix, Label, did_you_mean, nearest
from zoodsl.diagnostics.rules import names as rules
from zoodsl.semantics.values import Value
from zoodsl.source import Span
from zoodsl.syntax.nodes import Block, Conditional, Expression, Section


class Role(Enum):
    """What kind of declaration a name comes from; the value is the word for it in messages."""

    PARAM = "param"
    LET = "let"
    FRAME = "frame"
    COLUMN = "column"
    BLOCK = "block"
    BASE = "base"
    NODE = "node"
    PARAMETER = "parameter"
    VARIABLE = "repeat variable"
    DRAWN = "variable"
    IMPORT = "import"


class Progress(Enum):
    """How far the value of a ``param`` or ``let`` has been computed."""

    WAITING = auto()
    RUNNING = auto()
    DONE = auto()


@dataclass(slots=True)
class Binding:
    """A name in a scope. ``value`` is None until it is DONE, and for ever if its definition is in error.

    ``expression`` is what a ``param`` or ``let`` is computed from, on first use; ``home`` the scope that is done
    in, and ``check`` what the result must pass. ``block``, ``section`` (of a base) and ``module`` are what those roles
    stand for.
    """

    name: str
    role: Role
    span: Span
    value: Value | None = None
    progress: Progress = Progress.DONE
    expression: Expression | None = None
    home: Scope | None = None
    check: Callable[[Value], Value | None] | None = None
    block: Block | None = None
    section: Section | None = None
    module: Scope | None = None
    used: bool = False


@dataclass(slots=True)
class Budget:
    """What one analysis may spend, so that every spec is analysed in bounded time and stack.

    ``depth`` is the present nesting of expressions, definitions and blocks; ``running`` the definitions being
    computed, outermost first. ``torn`` are the lines, by path, at which the parser has reported mistakes;
    ``unknown`` the names, with what was looked for, that were reported to be unknown, ``counts`` what was counted of whole
    columns, ``seen`` the blocks that a network has unfolded, and the choices whose other branch was looked over.
    """

    depth: int = 0
    running: list[Binding] = field(default_factory=list)
    torn: frozenset[tuple[str, int]] = frozenset()
    unknown: set[tuple[str, str]] = field(default_factory=set)
    counts: dict[str, float] = field(default_factory=dict)
    seen: set[Block | Conditional] = field(default_factory=set)


@dataclass(slots=True)
class Scope:
    """Bindings by name within an enclosing scope. Reports go to ``diagnostics``."""

    diagnostics: Diagnostics
    parent: Scope | None = None
    bindings: dict[str, Binding] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)

    def inner(self) -> Scope:
        """A new scope within this one."""
        return Scope(self.diagnostics, self, budget=self.budget)

    def find(self, name: str) -> Binding | None:
        """The innermost binding of ``name``, marked as used."""
        scope: Scope | None = self
        while scope is not None:
            binding = scope.bindings.get(name)
            if binding is not None:
                binding.used = True
                return binding
            scope = scope.parent
        return None

    def define(self, binding: Binding) -> bool:
        """Adds a binding; a second one of the same name in the same scope is reported and left out."""
        old = self.bindings.get(binding.name)
        if old is not None:
            self.diagnostics.report(
                rules.DUPLICATE_NAME,
                binding.span,
                f"the name `{binding.name}` is defined twice",
                help="give one of them another name",
                labels=[Label(old.span, f"first defined here, as a {old.role.value}")],
            )
            return False
        self.bindings[binding.name] = binding
        return True

    def publish(self, binding: Binding) -> None:
        """Makes a name known to the whole file, behind all names that the file declares itself."""
        outermost = self
        while outermost.parent is not None:
            outermost = outermost.parent
        outermost.bindings.setdefault(binding.name, binding)

    def __iter__(self) -> Iterator[Binding]:
        """All bindings visible here, innermost first."""
        scope: Scope | None = self
        while scope is not None:
            yield from scope.bindings.values()
            scope = scope.parent

    def suggest(self, name: str, *roles: Role) -> str:
        """``did you mean ...?`` among the visible names of these roles, of every role if none is given.

        What may have been meant counts as used: one mistake, one report.
        """
        candidates = self._names(roles)
        for near in nearest(name, candidates, 2):
            self.find(near)
        return did_you_mean(name, candidates)

    def _names(self, roles: tuple[Role, ...]) -> list[str]:
        """The visible names of these roles, of every role if there are none."""
        return [each.name for each in self if not roles or each.role in roles]

    def report_unknown(self, what: str, name: str, span: Span, help_: str, *roles: Role) -> None:
        """Reports a name that nothing defines, the first time that it is met: it may be misspelt where it is defined.

        ``what`` was looked for, among names of ``roles``; ``help_`` is given where none is near.
        """
        near = nearest(name, self._names(roles), 1)
        suggestion = self.suggest(name, *roles)
        flag = () if roles else nearest(name, (*near, "true", "false"), 1)
        if flag and flag != near:
            near, suggestion = flag, f"did you mean `{flag[0]}`?"
        if ("", name) not in self.budget.unknown:
            self.budget.unknown.add(("", name))
            self.diagnostics.report(
                rules.UNKNOWN_NAME,
                span,
                f"there is no {what}`{name}`",
                help=suggestion or help_,
                fix=Fix(span, near[0], Applicability.MAYBE) if near else None,
            )

    def report_misspelt(self, name: str, span: Span, *others: Role) -> bool:
        """Reports a name that is near one which stands for a value, or is of ``others``, where another form is expected."""
        roles = (Role.PARAM, Role.LET, Role.PARAMETER, Role.VARIABLE, *others)
        if not nearest(name, self._names(roles), 1):
            return False
        self.report_unknown("", name, span, "", *roles)
        return True

    def torn(self, span: Span) -> bool:
        """Whether the parser has reported a mistake on the lines of ``span`` or the line before.

        What stands there is then as likely a part of something else.
        """
        first, last = span.begin.line, span.finish.line
        return any(path == span.file.path and first - 1 <= line <= last for path, line in self.budget.torn)
