import pytest

from tests.semantics.analysis import OPTIMIZE, analysis, network_of, with_parts


def optimizer(text, *declarations):
    return analysis(with_parts(*declarations, optimize=OPTIMIZE.replace("Adam()", text)))


def test_defaults_are_filled_in_and_only_given_arguments_have_places():
    operation = optimizer("SGD(0.5)").spec.optimize.optimizer
    assert set(operation.arguments) == {each.name for each in operation.operator.parameters}
    assert list(operation.places) == ["learning_rate"]


def test_an_operation_by_name():
    assert (
        optimizer("method", "let method = SGD(0.5)").spec.optimize.optimizer.arguments["learning_rate"] == 0.5
    )
    assert optimizer("method", "param method: optimizer = SGD(0.5)").codes == []


@pytest.mark.parametrize(
    ("text", "declarations", "code"),
    [
        ("method", ["let method = L2(0.1)"], "ZOO203"),
        ("method", ["param method: regularizer = L2(0.1)"], "ZOO203"),
        ("method", ["let method = 3"], "ZOO209"),
        ("Adam", [], "ZOO209"),
        ("3", [], "ZOO209"),
        ("library.Adam()", [], "ZOO202"),
        ("Adam(learning_rat = 0.1)", [], "ZOO204"),
        ("Adam(nothing_like_it = 0.1)", [], "ZOO204"),
        ("Adam(lr = 0.1)", [], "ZOO205"),
        ("Adam(0.1, learning_rate = 0.2)", [], "ZOO208"),
        ("Adam(learning_rate = -1)", [], "ZOO210"),
        ("Adam(1 epoch)", [], "ZOO211"),
    ],
)
def test_what_is_no_optimizer(text, declarations, code):
    assert optimizer(text, *declarations).codes == [code]


def test_a_mistake_shows_where_the_value_is_from():
    result = analysis(network_of("  Dense(width)", "let width = 0.5"))
    assert result.codes == ["ZOO209"]
    assert [(label.span.text, label.text) for label in result.only.labels] == [
        ("width", "`width` is defined here")
    ]


def test_certain_fixes_are_safe_and_guesses_are_not():
    assert optimizer("Adam(lr = 0.1)").only.fix.applicability.value == "safe"
    assert optimizer("Adam(learning_rat = 0.1)").only.fix.applicability.value == "maybe"


def test_nested_operations():
    result = analysis(network_of("  Dense(8, kernel_regularizer = L2(0.5))"))
    regularizer = result.spec.network.layers[0].operation.arguments["kernel_regularizer"]
    assert (regularizer.operator.name, result.codes) == ("L2", [])
    assert analysis(network_of("  Dense(8, kernel_regularizer = ReLU())")).codes == ["ZOO203"]


def test_calls_in_calls_are_bounded():
    nested = "RandomApply(" * 95 + "HFlip()" + ")" * 95
    text = with_parts(f"preprocess {{\n  {nested}\n}}")
    assert all(code in ("ZOO219", "ZOO414") for code in analysis(text).codes)
