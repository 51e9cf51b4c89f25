"""A compilation: one spec through every stage, each computed once and when it is first asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from zoodsl.diagnostics import Diagnostic, Diagnostics, nearest
from zoodsl.diagnostics.rules.environment import (
    NO_SUCH_FILE,
    NOT_A_FILE,
    NOT_UTF8,
    TOO_LARGE,
    UNKNOWN_TARGET,
    UNREADABLE_FILE,
)
from zoodsl.model.spec import Spec
from zoodsl.semantics.analyzer import analyze
from zoodsl.source import SourceFile, Span
from zoodsl.syntax.nodes import Expression, File, Param, Text
from zoodsl.syntax.parser import parse, parse_expression

if TYPE_CHECKING:
    from zoodsl.plan.steps import Plan
    from zoodsl.targets.target import Program

SIZE_LIMIT = 4_000_000
"""The largest spec that is read, in bytes."""

NONE_SET: Mapping[str, str] = MappingProxyType({})


class Compilation:
    """The stages of one spec: ``source``, ``tree``, ``spec``, ``plan`` and ``program(target)``.

    Args:
        path: the ``.zoo`` file, as it was named; messages show it so, and relative paths in the spec start at its
            folder.
        text: what the file holds where that is already at hand (standard input, an editor); None reads ``path``.
        overrides: params to set, each value as written on a command line: an expression of the language, whose
            quotes may be left out where the param is a ``string`` or a ``path``.
        values: a YAML file of params to set; ``overrides`` win over it.
        compared: params that an experiment compares in place of the spec's, each with a list of values as an expression.

    A stage that has no result because of errors is None; what was wrong is in ``diagnostics``. Nothing that a file
    holds raises an exception.
    """

    def __init__(
        self,
        path: str,
        *,
        text: str | bytes | None = None,
        overrides: Mapping[str, str] = NONE_SET,
        values: str | None = None,
        compared: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.path = path
        self._text = text
        self._overrides = overrides
        self._values = values
        self._compared = compared
        self._sink = Diagnostics()
        self._programs: dict[str, Program | None] = {}

    @cached_property
    def source(self) -> SourceFile | None:
        """The file's text; None where it cannot be read at all."""
        return open_source(self.path, self._text, self._sink)

    @cached_property
    def tree(self) -> File | None:
        """The syntax tree, with the readable parts of a file that has syntax errors."""
        if self.source is None:
            return None
        tree = parse(self.source, self._sink)
        if not self._compared:
            return tree
        from zoodsl.syntax.comparing import comparing  # for experiments that the command line makes

        return comparing(tree, self._compared, self._sink)

    @cached_property
    def overrides(self) -> Mapping[str, Expression]:
        """The params that this compilation sets, read as expressions."""
        if self.tree is None:
            return {}
        types = {node.name.text: node.type.text for node in self.tree.declarations if isinstance(node, Param)}
        expressions = dict(self._values_file(types))
        for name, written in self._overrides.items():
            source = SourceFile(f"--set {name}", written)
            if types.get(name) in ("string", "path") and not written.lstrip().startswith('"'):
                expressions[name] = Text(span=Span(source, 0, len(written)), value=written)
            elif (read_as := parse_expression(source, self._sink)) is not None:
                expressions[name] = read_as
        return expressions

    def _values_file(self, types: Mapping[str, str]) -> Mapping[str, Expression]:
        """The values file's entries as expressions, empty without a values file."""
        if self._values is None:
            return {}
        source = open_source(self._values, None, self._sink)
        if source is None:
            return {}
        from zoodsl.syntax.values_file import read_values  # PyYAML loads only where there is a values file

        return read_values(source, types, self._sink)

    @cached_property
    def spec(self) -> Spec | None:
        """The resolved meaning; None where errors leave none."""
        if self.tree is None:
            return None
        return analyze(self.tree, self._sink, overrides=self.overrides)

    @cached_property
    def plan(self) -> Plan | None:
        """What a run would do; None where the spec has errors."""
        if self.spec is None or self._sink.has_errors:
            return None
        from zoodsl.plan.passes import optimised  # a check starts sooner without them
        from zoodsl.plan.planner import make_plan

        return optimised(make_plan(self.spec))

    def program(self, target: str) -> Program | None:
        """The program for ``target``; None where the spec has errors or there is no such target."""
        if target not in self._programs:
            self._programs[target] = self._emit(target)
        return self._programs[target]

    def _emit(self, target: str) -> Program | None:
        from zoodsl.targets.registry import TARGETS, load

        if target not in TARGETS:
            near = nearest(target, TARGETS)
            self._sink.report(
                UNKNOWN_TARGET,
                None,
                f"there is no target `{target}`",
                help=f"did you mean `{near[0]}`?" if near else f"the targets are {', '.join(TARGETS)}",
            )
            return None
        if self.plan is None or self._sink.has_errors:
            return None
        return load(target)(self.plan, self._sink)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything found in the spec, in source order; asks for every stage up to the meaning."""
        _ = self.spec
        return self._sink.sorted()

    @property
    def has_errors(self) -> bool:
        """Whether any error was found in the spec."""
        _ = self.spec
        return self._sink.has_errors


def open_source(path: str, text: str | bytes | None, diagnostics: Diagnostics) -> SourceFile | None:
    """The spec at ``path``, or ``text`` if given; None with a diagnostic that says why it cannot be read."""
    if isinstance(text, str):
        return SourceFile(path, text)
    content = _read(path, diagnostics) if text is None else text
    if content is None:
        return None
    if len(content) > SIZE_LIMIT:
        diagnostics.report(
            TOO_LARGE,
            None,
            f"`{path}` is larger than {SIZE_LIMIT // 1_000_000} MB, which no spec is",
            help="name the `.zoo` file, not the data or the model",
        )
        return None
    return _decode(path, content, diagnostics)


def _read(path: str, diagnostics: Diagnostics) -> bytes | None:
    """The first bytes of the file at ``path``, one more than the limit at most; None where it cannot be read."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib costs start-up time
            return file.read(SIZE_LIMIT + 1)
    except (FileNotFoundError, NotADirectoryError):
        diagnostics.report(NO_SUCH_FILE, None, f"there is no file `{path}`", help=_neighbours(path))
    except IsADirectoryError:
        diagnostics.report(
            NOT_A_FILE,
            None,
            f"`{path}` is a folder",
            help=f"name files in it, such as `{path.rstrip('/')}/*.zoo`",
        )
    except (OSError, ValueError) as problem:
        diagnostics.report(
            UNREADABLE_FILE,
            None,
            f"`{path}` cannot be read: {reason(problem)}",
            help="check the path and its permissions",
        )
    return None


def reason(problem: OSError | ValueError) -> str:
    """Why the operating system refused, in its words."""
    words = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
    return words[:1].lower() + words[1:]


def _decode(path: str, content: bytes, diagnostics: Diagnostics) -> SourceFile:
    """The text of ``content``. Bytes that are not UTF-8 are reported once and stand as U+FFFD."""
    content = content.removeprefix(b"\xef\xbb\xbf")  # the byte order mark that some editors write
    try:
        return SourceFile(path, content.decode())
    except UnicodeDecodeError as problem:
        source = SourceFile(path, content.decode(errors="replace"))
        start = len(content[: problem.start].decode())
        diagnostics.report(
            NOT_UTF8,
            Span(source, start, start + 1),
            f"byte {problem.start} (hexadecimal {content[problem.start]:02X}) is not UTF-8 text",
            help="save the file as UTF-8",
        )
        return source


def _neighbours(path: str) -> str:
    """The files beside ``path`` with names near its own, as a question, or other advice."""
    folder, name = os.path.split(path)
    try:
        names = os.listdir(folder or ".")  # noqa: PTH208 - as above
    except OSError:
        return f"there is no folder `{folder}` either"
    near = [f"`{os.path.join(folder, other)}`" for other in nearest(name, names, 2)]  # noqa: PTH118
    return f"did you mean {' or '.join(near)}?" if near else "check the path"
