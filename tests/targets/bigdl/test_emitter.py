"""Programs: readable, standalone, the same byte for byte, and each statement with its line of the spec."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from zoodsl.catalog import registry
from zoodsl.catalog.values import Kind
from zoodsl.compiler import Compilation
from zoodsl.targets.bigdl.bindings.layers import LAYERS
from zoodsl.targets.bigdl.bindings.losses import LOSSES
from zoodsl.targets.bigdl.bindings.optimizers import OPTIMIZERS
from zoodsl.targets.bigdl.bindings.transforms import TRANSFORMS
from zoodsl.targets.target import Program

GOLDEN = Path(__file__).parent / "golden"
ROOT = Path(__file__).parents[3]
SPECS = sorted(
    path
    for folder in ("examples", "specs")
    for path in (ROOT / folder).rglob("*.zoo")
    if "errors" not in path.parts and Compilation(str(path)).spec is not None
)


def program_of(path: Path) -> Program:
    program = Compilation(str(path)).program("bigdl")
    assert program is not None
    return program


def own_part(program: Program) -> str:
    """What is written for the spec; above it are the helpers, which have tests of their own."""
    return re.split(r"^# --- \S+\.zoo -+\n", program.text, flags=re.MULTILINE)[1]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_the_program_is_as_reviewed(path):
    """UPDATE_GOLDEN=1 accepts a change: read it as its user would."""
    golden = GOLDEN / f"{path.stem}.py.txt"
    text = own_part(program_of(path)).lstrip("\n")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_program_is_python_that_defines_each_name_once_and_needs_no_zoodsl(path):
    tree = ast.parse(program_of(path).text)
    defined = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert sorted(defined) == sorted(set(defined))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not [name for name in imported if name.startswith("zoodsl")]
    spec = Compilation(str(path)).spec
    wanted = {"rows", "main"}
    if spec.network is not None:
        wanted |= {"preprocessing", "network", "pipeline", "load"}
    if spec.train is not None:
        wanted |= {"criterion", "optimizer", "schedule"}
    assert wanted <= set(defined)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_names_that_a_program_uses_are_defined(path):
    program = program_of(path).text
    tree = ast.parse(program)
    builtins = vars(__import__("builtins"))
    known = set(builtins) | {
        alias.asname or alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                known.add(name)
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.ExceptHandler(name=str(name)):
                known.add(name)
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                known.add(name)
    known |= {"__name__", "__file__"}
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert used <= known


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_origin_is_named_on_its_line(path):
    program = program_of(path)
    lines = program.text.splitlines()
    assert program.provenance
    for number, span in program.provenance.items():
        assert f"# {Path(span.file.path).name}:{span.begin.line}" in lines[number - 1]


def test_equal_specs_give_equal_bytes_wherever_they_are(tmp_path, monkeypatch):
    text = (ROOT / "examples/mnist/mnist.zoo").read_text(encoding="utf-8")
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "mnist.zoo").write_text(text, encoding="utf-8")
    there = program_of(tmp_path / "deep" / "er" / "mnist.zoo").text
    monkeypatch.chdir(tmp_path / "deep")
    again = Compilation("er/mnist.zoo").program("bigdl")
    assert again is not None
    assert again.text == there == program_of(ROOT / "examples/mnist/mnist.zoo").text


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        (Kind.LAYER, LAYERS),
        (Kind.LOSS, LOSSES),
        (Kind.OPTIMIZER, OPTIMIZERS),
        # Numeric columns are normalised where they are read.
        (Kind.TRANSFORM, {**TRANSFORMS, "Normalize": None, "Standardize": None, "Window": None}),
    ],
    ids=lambda value: value.value if isinstance(value, Kind) else "",
)
def test_the_tables_are_total(kind, table):
    assert set(table) == set(registry.names(kind))


def test_a_spec_that_says_wild_things_of_itself_is_still_python(tmp_path):
    text = (ROOT / "specs/network/sequential.zoo").read_text(encoding="utf-8")
    said = """A \\ back, C:\\users\\new\\x, a "quote" and \'\'\'."""
    wild = re.sub(r'"""[^"]*"""', lambda _: f'"""{said}"""', text, count=1)
    (tmp_path / "wild.zoo").write_text(wild, encoding="utf-8")
    tree = ast.parse(program_of(tmp_path / "wild.zoo").text)
    assert (ast.get_docstring(tree) or "").startswith(said)


@pytest.mark.parametrize("name", ['a""";import os;"""b.zoo', "a\nimport os  #.zoo"])
def test_a_file_name_does_not_become_code(tmp_path, name):
    (tmp_path / name).write_text(WINES, encoding="utf-8")
    first, second, *_ = ast.parse(program_of(tmp_path / name).text).body
    assert isinstance(first, ast.Expr)
    assert ast.unparse(second) == "from __future__ import annotations"


WINES = """zoo 1
data {
  wines   = Sample("wine")
  feature wines.alcohol, wines.ash
  label   wines.target -> ClassIndex(3)
  split   Random(train = 80%, test = 20%)
}
preprocess {
  Normalize(mean = [1.0, 2.0], std = [2.0])
  Normalize(mean = [3.0], std = [4.0])
}
network {
  input 2
  Dense(3, activation = softmax)
}
optimize {
  loss      SparseCategoricalCrossentropy()
  optimizer Adam()
}
train {
  batch  8
  epochs 1
}
evaluate {
  metric TopKAccuracy(k = 1), TopKAccuracy(k = 2), TopKAccuracy(k = 1)
}
"""


def test_what_a_spec_says_twice_is_done_twice(tmp_path):
    """Normalizations follow one another, and a metric is measured with each of its arguments."""
    (tmp_path / "wines.zoo").write_text(WINES, encoding="utf-8")
    text = own_part(program_of(tmp_path / "wines.zoo"))
    assert re.search(r"mean=\(7\.0, 8\.0\),  # wines\.zoo:10\n    std=\(8\.0, 8\.0\),  # wines\.zoo:10", text)
    assert text.count("TopKAccuracy") == 2
    assert '"TopKAccuracy(k = 1)": partial(top_k_accuracy, k=1)' in text
    assert '"TopKAccuracy(k = 2)": partial(top_k_accuracy, k=2)' in text


def test_variables_do_not_hide_builtins_classes_or_each_other():
    from zoodsl.targets.bigdl.naming import variables

    def node(name: str, *inputs: str, shape: tuple[int, ...] = (4,)) -> SimpleNamespace:
        return SimpleNamespace(name=name, inputs=inputs, shape=shape)

    network = SimpleNamespace(
        inputs=(node("input"), node("a/b"), node("grey", shape=(1, 8, 8))),
        layers=(
            node("a.b", "input"),
            node("x", "a.b"),
            node("2d", "a.b", "x"),
            node("merge", "2d"),
            node("Dense", "merge", "2d"),
            node("lstm_layout", "Dense"),
            node("end", "Dense", "lstm_layout"),
        ),
    )
    chosen = variables(network)  # type: ignore[arg-type]
    assert chosen.inputs == {"input": "input_", "a/b": "a_b", "grey": "grey_pixels"}
    assert chosen.nodes == {
        "input": "input_",
        "a/b": "a_b",
        "grey": "grey",
        "a.b": "a_b_2",
        "x": "x",
        "2d": "n_2d",
        "merge": "x",
        "Dense": "dense",
        "lstm_layout": "x",
        "end": "x",
    }


def test_a_lone_grey_image_flows_on_as_x():
    text = own_part(program_of(ROOT / "examples/mnist/mnist.zoo"))
    assert '    input_pixels = Input(shape=(28, 28), name="input")' in text
    assert "    return Model(input_pixels, x)" in text


PREDICTED_WINES = """zoo 1
data {
  wines   = Sample("wine")
  feature wines.alcohol, wines.ash
  label   wines.target -> ClassIndex(3)
}
network {
  input 2
  Dense(3, activation = softmax)
}
optimize {
  loss      SparseCategoricalCrossentropy()
  optimizer Adam()
}
predict { from READER }
"""


@pytest.mark.parametrize(
    ("reader", "hive"),
    [('Table("shop.new", columns = ["alcohol: float", "ash: float"])', True), ('Sample("wine")', False)],
)
def test_hives_tables_are_found_for_rows_that_a_task_reads(tmp_path, reader, hive):
    compiled = Compilation(str(tmp_path / "wines.zoo"), text=PREDICTED_WINES.replace("READER", reader))
    program = compiled.program("bigdl")
    assert program is not None, [each.message for each in compiled.diagnostics]
    assert ("configure=use_hive" in own_part(program)) is hive


def test_hives_tables_are_found_for_boxes_that_are_known():
    path = ROOT / "specs" / "detection" / "pictures.zoo"
    columns = ", ".join(
        f'"{name}"'
        for name in (
            "image: string",
            "class: string",
            *(f"{each}: float" for each in ("x1", "y1", "x2", "y2")),
        )
    )
    known = f'detect {{\n  compare with Table("shop.boxes", columns = [{columns}])'
    compiled = Compilation(str(path), text=path.read_text(encoding="utf-8").replace("detect {", known))
    program = compiled.program("bigdl")
    assert program is not None, [each.message for each in compiled.diagnostics]
    assert "configure=use_hive" in own_part(program)


@pytest.mark.parametrize(
    ("listed", "names"),
    [
        ("ALS(rank = 5)", ["ALS"]),
        ("ALS(), ALS(rank = 5)", ["ALS", "ALS(rank = 5)"]),
        ("ALS(), ALS()", ["ALS"]),
    ],
)
def test_baselines_of_one_name_are_told_apart_by_their_calls(listed: str, names: list[str]) -> None:
    path = ROOT / "examples" / "recommendation" / "recommendation.zoo"
    text, count = re.subn(r"(?m)^(  baseline +).*$", rf"\g<1>{listed}", path.read_text(encoding="utf-8"))
    assert count == 1
    program = Compilation(str(path), text=text).program("bigdl")
    assert program is not None
    keys = [
        key.value
        for node in ast.walk(ast.parse(own_part(program)))
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant) and str(key.value).startswith("ALS")
    ]
    assert keys == names
