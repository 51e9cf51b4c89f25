"""Programs of specs with a pretrained base: its weights beside them, its frozen part out of training."""

from __future__ import annotations

import ast
import io
import os
import re
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from tests.targets.bigdl.transfer import ALL, FIRST, base_weights, network_of, transfer_program, transfer_spec
from zoodsl.targets.bigdl.pretrained import attachments
from zoodsl.targets.target import Program

GOLDEN = Path(__file__).parent / "golden"
PHASES = {
    "transfer_phases": ((ALL, 1), (FIRST, None)),
    "transfer_middle": ((frozenset({"conv2", "bn2"}), None),),
}


def own_part(program: Program) -> str:
    return re.split(r"^# --- \S+\.zoo -+\n", program.text, flags=re.MULTILINE)[1].lstrip("\n")


@pytest.mark.parametrize("name", PHASES)
def test_the_program_is_as_reviewed(name):
    """UPDATE_GOLDEN=1 accepts a change: read it as its user would."""
    golden = GOLDEN / f"{name}.py.txt"
    text = own_part(transfer_program(transfer_spec(*PHASES[name])))
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_equal_specs_give_equal_programs_and_files():
    one, other = (transfer_program(transfer_spec((ALL, None))) for _ in range(2))
    assert one.text == other.text
    assert one.attachments == other.attachments
    [(name, content)] = one.attachments.items()
    assert name == f"pretrained-{sha256(content).hexdigest()[:12]}.npz"
    assert f'Path(__file__).with_name("{name}")' in one.text
    assert f"beside it {name}" in (ast.get_docstring(ast.parse(one.text)) or "")


def test_other_weights_give_another_program():
    """A run is not resumed with weights that it did not begin with."""
    spec = transfer_spec((ALL, None))
    base = network_of(spec).bases[0]
    weights = {**base.weights, "conv1": tuple(weight + 1 for weight in base.weights["conv1"])}
    moved = replace(spec, network=replace(network_of(spec), bases=(replace(base, weights=weights),)))
    assert transfer_program(moved).text != transfer_program(spec).text


def test_the_file_has_the_weights_of_the_base_alone():
    spec = transfer_spec((ALL, None))
    [content] = transfer_program(spec).attachments.values()
    file = np.load(io.BytesIO(content))
    assert {entry.rpartition("/")[0] for entry in file.files} == set(base_weights(spec))
    np.testing.assert_array_equal(file["bn1/variance"], base_weights(spec)["bn1"][3])
    assert file["conv1/0"].shape == (1, 8, 1, 3, 3)


def test_a_spec_without_a_base_has_no_file():
    spec = transfer_spec()
    assert attachments(replace(network_of(spec), bases=())) == {}


def test_a_base_may_bear_any_name():
    """Its function hides nothing that the program has of the same name."""
    spec = transfer_spec((ALL, None))
    for name in ("np", "network", "head", "Path", "class", "partial", "start_engine", "x", "2.5"):
        layers = tuple(replace(node, base=name if node.base else None) for node in network_of(spec).layers)
        base = replace(network_of(spec).bases[0], name=name)
        program = transfer_program(
            replace(spec, network=replace(network_of(spec), layers=layers, bases=(base,)))
        )
        own = ast.parse(own_part(program))
        functions = [node.name for node in own.body if isinstance(node, ast.FunctionDef)]
        assert len(set(functions)) == len(functions)
        whole = ast.parse(program.text)
        elsewhere = {
            alias.asname or alias.name
            for node in ast.walk(whole)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        assert not elsewhere & set(functions)
