"""Blocks that nothing calls, and branches that are not taken."""

import pytest

from tests.semantics.analysis import analysis

BLOCK = "block piece(x, width: int, same_size: bool = true) {{\n  {}\n}}\n"


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("Dense(width)", []),
        ("Dense(width / 0)", []),  # whether `width / 0` is computed, nothing is known
        ('repeat k in 1..width { Dense(width * k) as "layer{k}" }', []),
        ("y = if same_size { x } else { x -> Dense(width) }\n  output Add(x, y)", []),
        ("piece(width)", []),  # it may end by a condition
        ("Desne(width)", ["ZOO202"]),
        ("Dense(widht)", ["ZOO201"]),
        ("Dense(width, activaton = relu)", ["ZOO204"]),
        ("Dense()", ["ZOO206"]),
        ("Dense(width, activation = rleu)", ["ZOO212"]),
        ("Dropout(2.0)", ["ZOO210"]),
        ("repeat k in widht { Dense(k) }", ["ZOO201"]),
        ("repeat k in 3 { Dense(k) }", ["ZOO209"]),
        ('piece("wide")', ["ZOO209"]),
        ("piece(widt = 3)", ["ZOO204"]),
        ("if same_size { Desne(width) } else { ReLU() }", ["ZOO202"]),
        ("if same_size { ReLU() } else { Desne(width) }", ["ZOO202"]),
    ],
)
def test_a_library_is_checked(body, codes):
    assert analysis(BLOCK.format(body)).codes == codes


NETWORK = """param deep: bool = false

data {{
  wines   = Sample("wine")
  feature wines.alcohol, wines.ash
  label   wines.target -> ClassIndex(3)
}}

network {{
  input 2
  {}
  Dense(3, activation = softmax)
}}

optimize {{
  loss      SparseCategoricalCrossentropy()
  optimizer Adam()
}}
"""


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("if deep { Dense(1 / 0) } else { Dense(8) }", []),
        ("if deep { Reshape(7x7) } else { Dense(8) }", []),
        ("if deep { Dense(8, activation = relu) } else { Dense(8) }", []),
        ("if deep { Desne(8) } else { Dense(8) }", ["ZOO202"]),
        ("Dense(if deep { dep * 2 } else { 8 })", ["ZOO201"]),
        ("Dense(8, activation = if deep { tanh } else { relu })", []),
        ("if deep { Add(inptu, inptu) } else { Dense(8) }", ["ZOO201"]),
        ("Dense(if deep { maxx(8, 9) } else { 8 })", ["ZOO202"]),
    ],
)
def test_names_of_a_branch_that_is_not_taken_are_looked_up(line, codes):
    assert analysis(NETWORK.format(line)).codes == codes


def test_a_choice_of_a_block_may_be_any_name():
    block = 'block piece(x, name: string, mode: choice) {\n  Dense(8) as "{name}"\n}\n\n'
    line = "param same: int = 3\n\n"
    text = NETWORK.format('piece("a", sane)')
    assert analysis(line + block + text).codes == ["ZOO214"] * 3
    chosen = NETWORK.format('piece("a", if deep { slow } else { fast })')
    assert analysis(block + chosen).codes == ["ZOO214"]
