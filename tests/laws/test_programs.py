"""Laws of generated programs: equal specs give equal bytes, and Python can read them."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.laws.texts import TEXTS, compiled, program
from zoodsl.types import ImageType

ROOT = Path(__file__).parent.parent.parent

COMPILE_ALL = """
import hashlib, json, sys
sys.path[:0] = [sys.argv[1]]
from tests.laws.texts import compiled, program
texts = json.load(sys.stdin)
made = [program(compiled(text)) for text in texts]
print(json.dumps([made and [hashlib.sha256(made.text.encode()).hexdigest(), sorted(made.attachments)] for made in made]))
"""


def digests(texts: list[str], folder: Path, hashes: str) -> list[object]:
    """A digest of each text's program, compiled by a new process with other hashes, in another working directory."""
    made = subprocess.run(
        [sys.executable, "-c", COMPILE_ALL, str(ROOT)],
        input=json.dumps(texts),
        cwd=folder,
        env=os.environ | {"PYTHONHASHSEED": hashes},
        check=True,
        capture_output=True,
        text=True,
    )
    found: list[object] = json.loads(made.stdout)
    return found


@pytest.mark.law("a program is the same in another process, with other hashes, in another folder")
def test_programs_are_the_same_wherever_they_are_compiled(tmp_path: Path) -> None:
    texts: list[str] = []

    @settings(max_examples=40)
    @given(TEXTS)
    def draw(text: str) -> None:
        texts.append(text)

    draw()
    found = digests(texts, tmp_path, "1")
    assert found == digests(texts, ROOT, "4242")
    here = program(compiled(texts[-1]))
    assert here is None or found[-1] == [
        hashlib.sha256(here.text.encode()).hexdigest(),
        sorted(here.attachments),
    ]


@pytest.mark.law("a program is Python that defines all it uses, and imports nothing of zoodsl")
@given(TEXTS)
def test_programs_stand_alone(text: str) -> None:
    made = program(compiled(text))
    if made is None:
        return
    tree = ast.parse(made.text)
    compile(tree, "program.py", "exec")
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
        )
    }
    assert [name for name in imported if name.split(".")[0] == "zoodsl"] == []
    assert undefined(made.text) == []


def undefined(text: str) -> list[str]:
    """Global names that a program reads and nowhere defines."""
    import builtins
    import symtable

    top = symtable.symtable(text, "program.py", "exec")
    defined = {
        symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned() or symbol.is_imported()
    }
    read = set[str]()
    tables = [top]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        read |= {
            symbol.get_name()
            for symbol in table.get_symbols()
            if symbol.is_global() and symbol.is_referenced()
        }
    return sorted(read - defined - set(dir(builtins)) - {"__file__", "__name__"})


@pytest.mark.law("a program's steps on images are the spec's, each once, in their order, with their lines")
@given(TEXTS.filter(lambda text: "digits" in text))
@settings(max_examples=10, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_steps_are_in_their_order(text: str) -> None:
    compilation = compiled(text)
    made, spec = program(compilation), compilation.spec
    assert spec is not None
    if made is None or not isinstance(spec.preprocess.input, ImageType):
        return
    (function,) = (
        node
        for node in ast.parse(made.text).body
        if isinstance(node, ast.FunctionDef) and node.name == "preprocessing"
    )
    lines = "\n".join(made.text.split("\n")[function.lineno - 1 : function.end_lineno])
    wanted = [text.count("\n", 0, step.span.start) + 1 for step in spec.preprocess.steps]
    assert [int(line) for line in re.findall(r"drawn\.zoo:(\d+)", lines)] == wanted


NORMALIZED = """zoo 1
data {{
  iris = Sample("iris")
  feature iris["petal width (cm)"], iris["petal length (cm)"]
  label iris.target -> ClassIndex(3)
}}
preprocess {{
  {steps}
}}
network {{
  input 2
  Dense(3, activation = softmax)
}}
optimize {{
  loss SparseCategoricalCrossentropy()
  optimizer SGD()
}}
"""
MEANS = st.integers(-40, 40).map(lambda part: part / 8)
STDS = st.integers(1, 40).map(lambda part: part / 8)
PAIRS = st.one_of(
    *(st.tuples(*(st.lists(each, min_size=size, max_size=size) for each in (MEANS, STDS))) for size in (1, 2))
)


@pytest.mark.law(
    "a chain of Normalize made one step of the program computes what the chain does, within 1e-6"
)
@given(chain=st.lists(PAIRS, min_size=1, max_size=4), row=st.tuples(MEANS, MEANS), standardized=st.booleans())
def test_normalisations_made_one(
    chain: list[tuple[list[float], list[float]]], row: tuple[float, float], *, standardized: bool
) -> None:
    steps = [f"Normalize(mean = {mean}, std = {std})" for mean, std in chain]
    if standardized:
        steps.insert(0, "Standardize()")
    made = program(compiled(NORMALIZED.format(steps="\n  ".join(steps))))
    assert made is not None
    (features,) = (
        node.value
        for node in ast.parse(made.text).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "FEATURES"
    )
    assert isinstance(features, ast.Call)
    given_ = {each.arg: ast.literal_eval(each.value) for each in features.keywords}
    wanted = np.array(row)
    for mean, std in chain:
        wanted = (wanted - np.array(mean)) / np.array(std)
    found = (np.array(row) - np.array(given_["mean"])) / np.array(given_["std"])
    scale = max(1.0, float(np.abs(wanted).max()))
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-6 * scale)
