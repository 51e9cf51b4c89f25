import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.semantics.analysis import analysis, network_of, with_parts
from zoodsl.catalog.values import Kind

DEFINITIONS = (
    "let a = b + 1",
    "let b = c * 2",
    "let c = len(d)",
    'let d = ["x", "y"]',
    "param e: int = max(a, b)",
    "param f: float = e / 2",
    "let unit = e + f",
)


@pytest.mark.law("definitions evaluate the same in any order")
@given(st.permutations(DEFINITIONS))
def test_the_order_of_definitions_does_not_matter(lines):
    result = analysis(network_of("  Dense(ceil(unit))", *lines))
    assert result.codes == []
    assert result.spec.network.layers[0].shape == (8,)
    assert {each.name: each.value for each in result.spec.settings} == {"e": 5, "f": 2.5}


@pytest.mark.law("a circle of definitions is told once, in any order")
@given(st.permutations(("let a = b", "let b = c", "let c = a", "let d = a + 1")))
def test_a_circle_is_told_once_whatever_the_order(lines):
    result = analysis("\n".join(lines))
    assert result.codes == ["ZOO217"]
    assert len(result.only.labels) == 2


def test_a_circle_is_shown():
    assert analysis("let a = b\nlet b = a").messages == ["`a` is defined by itself: a -> b -> a"]


@pytest.mark.parametrize(
    ("type_", "good", "bad"),
    [
        ("int", "3", "3.0"),
        ("int", "3", "true"),
        ("float", "3", '"3"'),
        ("bool", "true", "1"),
        ("string", '"a"', "a"),
        ("path", '"a/b"', "3"),
        ("size", "3x3", "[3, 3]"),
        ("range", "1..2", "1"),
        ("share", "5%", "0.05"),
        ("duration", "5 epochs", "5"),
        ("list", "[]", "1"),
        ("choice", "relu", '"relu"'),
        ("optimizer", "Adam()", "L2(0.1)"),
        ("regularizer", "L2(0.1)", "0.1"),
    ],
)
def test_types_of_params(type_, good, bad):
    text = "param p: {} = {}"
    assert analysis(text.format(type_, good)).codes == []
    assert len(analysis(text.format(type_, bad)).codes) == 1


def test_every_kind_of_operator_that_stands_alone_is_a_type():
    for kind in Kind:
        if kind not in (Kind.LAYER, Kind.STOP, Kind.FUNCTION, Kind.FRAME_STEP):
            assert "ZOO230" not in analysis(f"param p: {kind.value} = Nothing()").codes


def test_an_override_takes_the_place_of_the_default():
    text = with_parts(
        "param size: int = nonsense + 1\nparam twice: int = size * 2",
        network="""
network {
  input 4
  Dense(twice)
  Dense(3, activation = softmax)
}""",
    )
    result = analysis(text, overrides={"size": "2 * 4"})
    assert result.codes == []
    assert [(each.name, each.value, each.overridden) for each in result.spec.settings] == [
        ("size", 8, True),
        ("twice", 16, False),
    ]


def test_an_override_is_checked_as_a_default_is():
    text = with_parts(
        "param batch_size: int = 16", network="network {\n  input 4\n  Dense(3, activation = softmax)\n}"
    )
    text += "\ntrain { batch batch_size }"
    result = analysis(text, overrides={"batch_size": "1.5"})
    assert result.codes == ["ZOO209"]
    assert result.only.span.file.path == "--set batch_size"


def test_a_reader_from_outside():
    text = network_of("", 'param source: reader = Sample("wine")').replace(
        'wines   = Sample("wine")', "wines = source"
    )
    assert analysis(text).codes == []
    result = analysis(text, overrides={"source": 'Sample("iris")'})
    assert set(result.codes) == {"ZOO409"}


def test_an_override_of_what_is_no_param():
    result = analysis(
        network_of("  Dense(width)", "let width = 8\nparam depth: int = width"), overrides={"width": "4"}
    )
    assert result.codes[0] == "ZOO216"
    assert "only a `param`" in result.diagnostics[0].help
    assert analysis("param depth: int = 1", overrides={"dept": "4"}).only.help == "did you mean `depth`?"


def test_a_mistake_in_a_definition_is_not_told_again_where_it_is_used():
    assert analysis(network_of("  Dense(width)\n  Dense(width * 2)", "let width = missing + 1")).codes == [
        "ZOO201"
    ]


def test_a_name_in_a_branch_not_taken_is_used():
    text = network_of("  if wide { Dense(width) } else { ReLU() }", "let width = 8\nlet wide = false")
    assert analysis(text).codes == []


def test_a_name_in_a_label_is_used():
    text = network_of('  repeat k in 1..2 as "{name}{k}" { Dense(8) }', 'let name = "hidden"')
    result = analysis(text)
    assert result.codes == []
    assert result.spec.network.layers[0].name == "hidden1/dense"


def test_a_param_in_a_label():
    result = analysis(network_of('  Dense(8) as "d{n}"', "param n: int = 2"))
    assert [layer.name for layer in result.spec.network.layers] == ["d2", "dense"]
