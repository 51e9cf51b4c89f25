"""Inlining: what a program uses of a target's helper modules, which are real files with tests of their own.

A helper module imports at its top, and of zoodsl only other helpers. Each of its definitions goes into a program whole if
it is used there, after those of the modules that it needs; the imports of all come together at the program's top.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
class Imported:
    """``from module import name``, or ``import module`` where ``name`` is empty; an ``as`` stands with the name."""

    module: str
    name: str


@dataclass(frozen=True, slots=True)
class Definition:
    """A statement at the top of a helper module: what it defines and uses, and its text with the comments above it."""

    names: frozenset[str]
    uses: frozenset[str]
    text: str

    @property
    def is_block(self) -> bool:
        """Whether it is a function or a class, which stands two lines apart."""
        return re.search(r"^(def|class) ", self.text, re.MULTILINE) is not None


@dataclass(frozen=True, slots=True)
class Helper:
    """A helper module: the first line of its docstring, its definitions, and what names in it are imported.

    ``siblings`` gives, for a name that another helper module defines, that module.
    """

    module: str
    doc: str
    definitions: tuple[Definition, ...]
    imports: Mapping[str, Imported]
    siblings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What a program takes of a helper module."""

    doc: str
    text: str
    imports: frozenset[Imported]


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
    return {
        name: module
        for module in modules
        for definition in helper_module(module).definitions
        for name in definition.names
    }


def read(module: str, text: str) -> Helper:
    """The helper ``module`` with this text."""
    tree = ast.parse(text)
    imports: dict[str, Imported] = {}
    siblings: dict[str, str] = {}
    statements = tree.body[1:]
    while statements and isinstance(statements[0], ast.Import | ast.ImportFrom):
        match statements.pop(0):
            case ast.ImportFrom(module=str(source), names=aliases):
                if source.startswith("zoodsl."):
                    siblings |= {alias.name: source for alias in aliases}
                elif source != "__future__":
                    imports |= {a.asname or a.name: Imported(source, _spelled(a)) for a in aliases}
            case ast.Import(names=aliases):
                imports |= {a.asname or a.name.split(".")[0]: Imported(_spelled(a), "") for a in aliases}
    return Helper(
        module=module,
        doc=(ast.get_docstring(tree) or "").splitlines()[0],
        definitions=tuple(_definitions(text.splitlines(), statements)),
        imports=imports,
        siblings=siblings,
    )


def _spelled(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _definitions(lines: list[str], statements: list[ast.stmt]) -> Iterator[Definition]:
    """Each statement, with the text that explains it if it is a constant."""
    for place, node in enumerate(statements):
        if isinstance(node, ast.Expr):
            continue
        following = statements[place + 1] if place + 1 < len(statements) else None
        last = following if isinstance(following, ast.Expr) else node
        start = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))]) - 1
        while lines[start - 1].startswith("#"):
            start -= 1
        yield Definition(
            names=frozenset(_names(node)),
            uses=frozenset(each.id for each in ast.walk(node) if isinstance(each, ast.Name)),
            text=REMARKS.sub("", "\n".join(lines[start : last.end_lineno])),
        )


def _names(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef() | ast.ClassDef():
            yield node.name
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=target)):
            yield target


def excerpts(package: str, used: Iterable[str]) -> Sequence[Excerpt]:
    """What a program needs that uses these names of the helpers of ``package``, each after what it needs itself."""
    taken: dict[str, set[Definition]] = {}
    wanted = [(homes(package)[name], name) for name in set(used)]
    while wanted:
        module, name = wanted.pop()
        helper = helper_module(module)
        for definition in helper.definitions:
            if name not in definition.names or definition in taken.setdefault(module, set()):
                continue
            taken[module].add(definition)
            wanted += [(helper.siblings.get(use, module), use) for use in definition.uses]
    return tuple(
        _excerpt(helper_module(module), taken[module]) for module in _ordered(taken) if taken[module]
    )


def _ordered(modules: Iterable[str]) -> Sequence[str]:
    """The modules, each after those that it imports."""
    ordered: dict[str, None] = {}

    def add(module: str) -> None:
        for sibling in sorted(set(helper_module(module).siblings.values())):
            if sibling in wanted and sibling not in ordered:
                add(sibling)
        ordered[module] = None

    wanted = sorted(modules)
    for module in wanted:
        if module not in ordered:
            add(module)
    return tuple(ordered)


def _excerpt(helper: Helper, taken: set[Definition]) -> Excerpt:
    text = ""
    before = None
    for definition in helper.definitions:
        if definition not in taken:
            continue
        apart = definition.is_block or (before is not None and before.is_block)
        text += ("\n\n\n" if apart else "\n\n") * (before is not None) + definition.text
        before = definition
    used = {use for definition in taken for use in definition.uses}
    imports = frozenset(imported for name, imported in helper.imports.items() if name in used)
    return Excerpt(helper.doc, text, imports)
