"""Helper modules go into programs whole, after what they need, and nothing of zoodsl is imported there."""

from __future__ import annotations

import ast

import pytest

from zoodsl.targets.inlining import closure, helper_module, homes, read

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


@staticmethod
def work() -> float:
    """Works."""
    return PI
'''


def test_a_module_is_taken_apart():
    helper = read("zoodsl.x", MODULE)
    assert helper.doc == "What it is."
    assert helper.defines == {"LIMIT", "work"}
    assert helper.names == {("math", "pi as PI"), ("math", "tau")}
    assert helper.modules == {"os", "numpy as np"}
    assert helper.siblings == ("zoodsl.targets.arrays",)
    assert helper.body.startswith("# Why the constant.\nLIMIT: int = 3")
    assert helper.body.endswith("return PI")


def test_every_name_has_one_home():
    modules = sorted(set(homes(PACKAGE).values()))
    defined = [name for module in modules for name in helper_module(module).defines]
    assert sorted(defined) == sorted(set(defined))


@pytest.mark.parametrize("module", sorted(set(homes(PACKAGE).values())))
def test_a_helper_comes_after_all_that_it_needs(module):
    names = helper_module(module).defines
    order = [helper.module for helper in closure(PACKAGE, names)]
    for place, name in enumerate(order):
        assert set(helper_module(name).siblings) <= set(order[:place])
    assert order[-1] == module or module in order


@pytest.mark.parametrize("module", sorted(set(homes(PACKAGE).values())))
def test_a_helper_imports_nothing_of_zoodsl_below_its_top(module):
    body = ast.parse(helper_module(module).body)
    imported = [node.module or "" for node in ast.walk(body) if isinstance(node, ast.ImportFrom)] + [
        alias.name for node in ast.walk(body) if isinstance(node, ast.Import) for alias in node.names
    ]
    assert not [name for name in imported if name.startswith("zoodsl")]
