"""A diagnostic: what is wrong with a spec, where, and what to do. It knows only spans, never the tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from zoodsl.diagnostics.codes import Code
from zoodsl.source import Span


class Severity(Enum):
    """How bad it is: an error stops compilation; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Applicability(Enum):
    """Whether a fix may be applied without a look: SAFE keeps the meaning the user must have had."""

    SAFE = "safe"
    MAYBE = "maybe"


@dataclass(frozen=True, slots=True)
class Label:
    """A secondary place involved, with a few words on its part."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A replacement of ``span`` by ``text`` that mends the mistake."""

    span: Span
    text: str
    applicability: Applicability = Applicability.SAFE


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One mistake. ``message`` says what is wrong; ``help`` what to do; ``labels`` show other places.

    ``span`` is None only for mistakes outside any file (no such file, no Java).
    """

    code: Code
    span: Span | None
    message: str
    help: str = ""
    labels: tuple[Label, ...] = ()
    fix: Fix | None = None

    @property
    def severity(self) -> Severity:
        """Error or warning, as the code is registered."""
        return Severity.WARNING if self.code.warning else Severity.ERROR


class Diagnostics:
    """The sink to which stages report. Order of reporting is kept; ``sorted`` gives source order."""

    def __init__(self) -> None:
        self._items: list[Diagnostic] = []

    def report(
        self,
        code: Code,
        span: Span | None,
        message: str,
        *,
        help: str = "",  # noqa: A002 - the word users and docs know
        labels: Iterable[Label] = (),
        fix: Fix | None = None,
    ) -> Diagnostic:
        """Adds a diagnostic, once: the same code at the same place is kept only the first time."""
        new = Diagnostic(code=code, span=span, message=message, help=help, labels=tuple(labels), fix=fix)
        for old in self._items:
            if (old.code, old.span, old.message) == (code, span, message):
                return old
        self._items.append(new)
        return new

    def add(self, found: Diagnostic) -> None:
        """Takes in what another collection has."""
        self._items.append(found)

    def withdraw(self, is_echo: Callable[[Diagnostic], bool]) -> None:
        """Takes back what a later find has shown to be only its echo."""
        self._items = [each for each in self._items if not is_echo(each)]

    @property
    def has_errors(self) -> bool:
        """Whether any error was reported."""
        return any(item.severity is Severity.ERROR for item in self._items)

    def sorted(self) -> tuple[Diagnostic, ...]:
        """All diagnostics in source order; those without a place come first."""
        return tuple(
            sorted(
                self._items,
                key=lambda item: (
                    (item.span.file.path, item.span.start, item.code.name)
                    if item.span
                    else ("", -1, item.code.name)
                ),
            )
        )

    def __len__(self) -> int:
        return len(self._items)
