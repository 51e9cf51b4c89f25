"""A whole program: docstring, imports, the helpers that it uses, then what was written for the spec."""

from __future__ import annotations

from collections.abc import Iterable

from zoodsl.targets.bigdl.bindings.library import HELPERS
from zoodsl.targets.inlining import Helper, closure
from zoodsl.targets.pyast import WIDTH, Page, import_lines

STANDARD, THIRD_PARTY, ENGINE = range(3)


def assemble(doc: str, own: Page, title: str) -> Page:
    """The program whose own part is ``own``; helpers it names are put in before it, whole."""
    helpers = closure(HELPERS, (symbol.name for symbol in own.symbols if symbol.module == HELPERS))
    names = {(symbol.module, symbol.name) for symbol in own.symbols if symbol.module != HELPERS}
    page = Page()
    page.add(f'"""{doc}"""\n')
    page.add("from __future__ import annotations\n")
    page.add("\n".join(_imports(names, helpers)))
    for helper in helpers:
        page.add(f"\n\n{_rule(helper.doc)}\n\n{_spaced(helper.body)}")
    page.add(f"\n\n{_rule(title)}\n\n")
    page.extend(own)
    return page


def _imports(names: set[tuple[str, str]], helpers: Iterable[Helper]) -> list[str]:
    """All imports in three blocks: Python's own, other packages, BigDL."""
    modules: set[str] = set()
    for helper in helpers:
        names = names | helper.names
        modules |= helper.modules
    blocks: list[list[str]] = []
    for block in (STANDARD, THIRD_PARTY, ENGINE):
        whole = [f"import {name}" for name in sorted(modules) if _block(name) == block]
        parts = import_lines(pair for pair in names if _block(pair[0]) == block)
        if whole or parts:
            blocks.append([*whole, *parts])
    return "\n\n".join("\n".join(lines) for lines in blocks).split("\n")


def _block(module: str) -> int:
    import sys

    top = module.split(".", maxsplit=1)[0].split(" ", maxsplit=1)[0]
    if top in sys.stdlib_module_names:
        return STANDARD
    return ENGINE if top == "bigdl" else THIRD_PARTY


def _spaced(body: str) -> str:
    """A helper's body with two blank lines before it where it begins with a function or a class."""
    return f"\n{body}" if body.startswith(("def ", "class ", "@")) else body


def _rule(title: str) -> str:
    """A line that separates the parts of a program."""
    return f"# --- {title} ".ljust(WIDTH, "-")
