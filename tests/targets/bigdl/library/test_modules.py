"""What the emitter relies on when it puts modules into one file."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from zoodsl.targets.bigdl import library

MODULES = sorted(path for path in Path(library.__file__).parent.glob("*.py") if path.stem != "__init__")
ALLOWED = {"numpy", "pyspark", "bigdl", "py4j"}


def defined(tree: ast.Module) -> list[str]:
    names: list[str] = []
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.append(name)
            case ast.Assign(targets=targets):
                names += [target.id for target in targets if isinstance(target, ast.Name)]
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.append(name)
            case _:
                pass
    return names


def test_names_are_unique_among_modules() -> None:
    counts = Counter(name for path in MODULES for name in defined(ast.parse(path.read_text())))
    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_modules_import_little_at_their_top(path: Path) -> None:
    import sys

    tree = ast.parse(path.read_text())
    for node in tree.body:
        match node:
            case ast.Import(names=names):
                roots = {alias.name.split(".")[0] for alias in names}
            case ast.ImportFrom(module=str(module)):
                roots = set() if module.startswith("zoodsl.targets.") else {module.split(".")[0]}
            case _:
                continue
        assert roots <= ALLOWED | sys.stdlib_module_names
    assert len(path.read_text().splitlines()) < 300
