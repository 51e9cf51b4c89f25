"""What a program uses of the helpers goes into it, after what that needs, and nothing of zoodsl is imported."""

from __future__ import annotations

import ast
import builtins

import pytest

from zoodsl.targets.inlining import Imported, excerpts, helper_module, homes, read

PACKAGE = "zoodsl.targets.bigdl.library"

MODULE = '''"""What it is.

More.
"""

from __future__ import annotations

import os
import numpy as np
from math import pi as PI, tau

from zoodsl.targets.arrays import Array

# Why the constant.
LIMIT: int = 3
"""What it means."""


@staticmethod
def work() -> float:
    """Works."""
    return PI
'''


def test_a_module_is_taken_apart():
    helper = read("zoodsl.x", MODULE)
    assert helper.doc == "What it is."
    limit, work = helper.definitions
    assert limit.names == {"LIMIT"}
    assert work.names == {"work"}
    assert limit.text == '# Why the constant.\nLIMIT: int = 3\n"""What it means."""'
    assert work.text.startswith("@staticmethod\ndef work()")
    assert {"PI", "staticmethod", "float"} <= work.uses
    assert not limit.is_block
    assert work.is_block
    assert helper.imports == {
        "os": Imported("os", ""),
        "np": Imported("numpy as np", ""),
        "PI": Imported("math", "pi as PI"),
        "tau": Imported("math", "tau"),
    }
    assert helper.siblings == {"Array": "zoodsl.targets.arrays"}


def test_only_what_is_used_is_taken_with_the_imports_that_it_needs():
    text = "\n".join(excerpt.text for excerpt in excerpts(PACKAGE, ["huber"]))
    assert "def huber" in text
    assert "def as_rows" in text  # which huber uses
    assert "def hinge" not in text
    imports = frozenset().union(*(excerpt.imports for excerpt in excerpts(PACKAGE, ["huber"])))
    assert Imported("numpy as np", "") in imports
    assert not [each for each in imports if each.module.startswith("pyspark")]


def test_every_name_has_one_home():
    modules = sorted(set(homes(PACKAGE).values()))
    defined = [
        name
        for module in modules
        for definition in helper_module(module).definitions
        for name in definition.names
    ]
    assert sorted(defined) == sorted(set(defined))


@pytest.mark.parametrize("name", sorted(homes(PACKAGE)))
def test_each_helper_stands_by_itself_with_what_it_needs(name):
    """All names that an excerpt uses are defined above, imported, or Python's own."""
    taken = excerpts(PACKAGE, [name])
    known = set(vars(builtins)) | {
        (each.name or each.module).rsplit(" as ", maxsplit=1)[-1].split(".", maxsplit=1)[0]
        for excerpt in taken
        for each in excerpt.imports
    }
    for excerpt in taken:
        tree = ast.parse(excerpt.text)
        for node in ast.walk(tree):
            match node:
                case ast.FunctionDef(name=defined) | ast.ClassDef(name=defined):
                    known.add(defined)
                case ast.Name(id=defined, ctx=ast.Store()) | ast.arg(arg=defined):
                    known.add(defined)
                case ast.ExceptHandler(name=str(defined)) | ast.MatchAs(name=str(defined)):
                    known.add(defined)
                case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                    known |= {alias.asname or alias.name.split(".")[0] for alias in aliases}
        assert {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} <= known


@pytest.mark.parametrize("module", sorted(set(homes(PACKAGE).values())))
def test_a_helper_imports_nothing_of_zoodsl_below_its_top(module):
    for definition in helper_module(module).definitions:
        body = ast.parse(definition.text)
        imported = [node.module or "" for node in ast.walk(body) if isinstance(node, ast.ImportFrom)]
        imported += [a.name for node in ast.walk(body) if isinstance(node, ast.Import) for a in node.names]
        assert not [name for name in imported if name.startswith("zoodsl")]
