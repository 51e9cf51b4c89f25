"""Inlining: a target's helper modules, which are real files with tests of their own, put whole into a program.

A helper module imports at its top and nowhere else from zoodsl, and only other helpers. Those are put in before it, and
the imports of all come together at the program's top.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

REMARKS = re.compile(
    r"( +# (noqa(: \w+(, \w+)*)?|type: ignore\[[\w, -]+\])( - [^#\n]*|  # [^\n]*)?)+$", re.MULTILINE
)
"""What is meant for this project's own linters."""

ROOT = Path(__file__).parent.parent
"""The folder of the package ``zoodsl``."""


@dataclass(frozen=True, slots=True)
class Helper:
    """A helper module: its first line of ``doc``, what it defines, imports and needs, and its text below the imports.

    ``names`` are pairs of module and name (``from module import name``), ``modules`` whole modules (``import
    module``), ``siblings`` the helpers that it needs.
    """

    module: str
    doc: str
    defines: frozenset[str]
    names: frozenset[tuple[str, str]]
    modules: frozenset[str]
    siblings: tuple[str, ...]
    body: str


@cache
def helper_module(module: str) -> Helper:
    """The helper of this dotted name."""
    path = ROOT.joinpath(*module.split(".")[1:]).with_suffix(".py")
    return read(module, path.read_text(encoding="utf-8"))


@cache
def homes(package: str) -> dict[str, str]:
    """The module of ``package`` that defines a name, for every name that one of its modules defines."""
    folder = ROOT.joinpath(*package.split(".")[1:])
    modules = [f"{package}.{path.stem}" for path in sorted(folder.glob("*.py")) if path.stem != "__init__"]
    return {name: module for module in modules for name in helper_module(module).defines}


def read(module: str, text: str) -> Helper:
    """The helper ``module`` with this text."""
    tree = ast.parse(text)
    names: set[tuple[str, str]] = set()
    modules: set[str] = set()
    siblings: dict[str, None] = {}
    statements = tree.body[1:]
    while statements and isinstance(statements[0], ast.Import | ast.ImportFrom):
        match statements.pop(0):
            case ast.ImportFrom(module=str(source), names=aliases):
                if source.startswith("zoodsl."):
                    siblings[source] = None
                elif source != "__future__":
                    names.update((source, _spelled(alias)) for alias in aliases)
            case ast.Import(names=aliases):
                modules.update(map(_spelled, aliases))
    return Helper(
        module=module,
        doc=(ast.get_docstring(tree) or "").splitlines()[0],
        defines=frozenset(_defined(statements)),
        names=frozenset(names),
        modules=frozenset(modules),
        siblings=tuple(siblings),
        body=_from(text, statements[0]),
    )


def _spelled(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _from(text: str, first: ast.stmt) -> str:
    """The text from statement ``first`` on, with its decorators and the comments right above it, less remarks for linters."""
    lines = text.splitlines()
    start = min([first.lineno, *(item.lineno for item in getattr(first, "decorator_list", ()))]) - 1
    while lines[start - 1].startswith("#"):
        start -= 1
    return REMARKS.sub("", "\n".join(lines[start:])).rstrip()


def _defined(statements: Iterable[ast.stmt]) -> Iterable[str]:
    for node in statements:
        match node:
            case ast.FunctionDef() | ast.ClassDef():
                yield node.name
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=target)):
                yield target


def closure(package: str, used: Iterable[str]) -> Sequence[Helper]:
    """The helpers of ``package`` that define the names ``used`` and all that they need, each after what it needs."""
    ordered: dict[str, Helper] = {}

    def add(helper: Helper) -> None:
        for sibling in helper.siblings:
            if sibling not in ordered:
                add(helper_module(sibling))
        ordered.setdefault(helper.module, helper)

    for name in sorted(set(used)):
        add(helper_module(homes(package)[name]))
    return tuple(ordered.values())
