"""A whole program: docstring, imports, what it uses of the helpers, then what was written for the spec."""

from __future__ import annotations

from collections.abc import Iterable

from zoodsl.targets.bigdl.bindings.library import HELPERS
from zoodsl.targets.inlining import Imported, excerpts
from zoodsl.targets.pyast import WIDTH, Page, import_lines

STANDARD, THIRD_PARTY, ENGINE = range(3)


def assemble(doc: str, own: Page, title: str) -> Page:
    """The program whose own part is ``own``; what it uses of the helpers is put in before it."""
    helpers = excerpts(HELPERS, (symbol.name for symbol in own.symbols if symbol.module == HELPERS))
    imported = {Imported(symbol.module, symbol.name) for symbol in own.symbols if symbol.module != HELPERS}
    page = Page()
    page.add(f'"""{doc}"""\n')
    page.add("from __future__ import annotations\n")
    page.add("\n".join(_imports(imported.union(*(helper.imports for helper in helpers)))))
    for helper in helpers:
        page.add(f"\n\n{_rule(helper.doc)}\n\n{_spaced(helper.text)}")
    page.add(f"\n\n{_rule(title)}\n\n")
    page.extend(own)
    return page


def _imports(imported: Iterable[Imported]) -> list[str]:
    """All imports in three blocks: Python's own, other packages, BigDL."""
    blocks: list[list[str]] = []
    for block in (STANDARD, THIRD_PARTY, ENGINE):
        own = [each for each in imported if _block(each.module) == block]
        whole = [f"import {module}" for module in sorted({each.module for each in own if not each.name})]
        parts = import_lines((each.module, each.name) for each in own if each.name)
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
    """A helper's text with two blank lines before it where it begins with a function or a class."""
    return f"\n{body}" if body.startswith(("def ", "class ", "@")) else body


def _rule(title: str) -> str:
    """A line that separates the parts of a program."""
    return f"# --- {title} ".ljust(WIDTH, "-").rstrip()
