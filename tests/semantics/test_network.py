import pytest

from tests.semantics.analysis import DATA, OPTIMIZE, analysis, network_of, with_parts

CONV = """block conv(x, width: int, stride: int = 1, activation: choice = relu) {
  Conv2D(width, 3x3, strides = stride, padding = same)
  Activation(activation)
}"""
DIGITS = """
data {
  digits  = Sample("digits")
  feature digits.image
  label   digits.label -> ClassIndex(10)
}
"""


def layers(body, *declarations):
    result = analysis(network_of(body, *declarations))
    assert result.codes == []
    return [(each.name, each.inputs, each.shape) for each in result.spec.network.layers]


def image_network(body, *declarations):
    text = f"network {{\n  input 1x8x8\n{body}\n  Flatten()\n  Dense(10, activation = softmax)\n}}"
    return analysis(with_parts(*declarations, data=DIGITS, network=text))


def test_a_line_reads_the_line_above():
    assert layers("  Dense(8)\n  Dense(6)") == [
        ("dense", ("input",), (8,)),
        ("dense_2", ("dense",), (6,)),
        ("dense_3", ("dense_2",), (3,)),
    ]


def test_a_chain_in_a_sequence_starts_at_the_line_above():
    assert [name for name, _, _ in layers('  Dense(8) -> ReLU() as "r" -> Dense(4)')] == [
        "dense",
        "r",
        "dense_2",
        "dense_3",
    ]


def test_names_written_by_hand_keep_automatic_ones_away():
    assert [name for name, _, _ in layers('  Dense(8) as "dense_2"\n  Dense(8)\n  Dense(8)')] == [
        "dense_2",
        "dense",
        "dense_3",
        "dense_4",
    ]


def test_names_follow_keras():
    result = image_network("  MaxPooling2D(2x2)\n  BatchNormalization()\n  ReLU()")
    assert [each.name for each in result.spec.network.layers][:3] == [
        "max_pooling2d",
        "batch_normalization",
        "re_lu",
    ]


def test_a_merge_in_a_sequence_takes_the_line_above_where_one_node_is_missing():
    body = "  x = Input(4)\n  x -> Dense(4)\n  Dense(4)\n  Add(x)\n  Dense(3, activation = softmax)"
    result = analysis(with_parts(network=f"network {{\n{body}\n}}"))
    assert result.codes == []
    assert [each.inputs for each in result.spec.network.layers][2] == ("dense_2", "x")


def test_a_chain_into_a_merge_gives_its_first_input():
    body = (
        "  x = Input(4)\n  y = x -> Dense(4)\n  output y -> Concatenate(x) -> Dense(3, activation = softmax)"
    )
    result = analysis(with_parts(network=f"network {{\n{body}\n}}"))
    assert result.spec.network.layers[1].inputs == ("dense", "x")


def test_blocks_take_nodes_by_position_by_chain_and_from_the_line_above():
    calls = ["  conv(4)", "  x = Input(1x8x8)\n  conv(x, 4)", "  x = Input(1x8x8)\n  x -> conv(width = 4)"]
    shapes = []
    for call in calls:
        first = "  input 1x8x8\n" if "Input" not in call else ""
        text = f"network {{\n{first}{call}\n  Flatten()\n  Dense(10, activation = softmax)\n}}"
        result = analysis(with_parts(CONV, data=DIGITS, network=text))
        assert result.codes == []
        shapes.append([each.shape for each in result.spec.network.layers])
    assert shapes == [[(4, 8, 8), (4, 8, 8), (256,), (10,)]] * 3


def test_labels_of_calls_and_repeats_go_before_names():
    body = '  repeat k in ["a", "b"] as "res2{k}" { conv(4) as "inner" }'
    result = image_network(body, CONV)
    assert [each.name for each in result.spec.network.layers][:4] == [
        "res2a/inner/conv2d",
        "res2a/inner/activation",
        "res2b/inner/conv2d",
        "res2b/inner/activation",
    ]


def test_a_repeat_over_a_range_includes_both_ends():
    assert [shape for _, _, shape in layers("  repeat k in 2..4 { Dense(k) }")] == [(2,), (3,), (4,), (3,)]


def test_a_repeat_over_nothing_passes_the_line_above_on():
    assert len(layers("  repeat k in [] { Dense(k) }")) == 1


def test_values_may_be_named_inside_a_block():
    block = "block wide(x, units: int) {\n  more = units * 2\n  Dense(more)\n}"
    assert layers("  wide(4)", block)[0][2] == (8,)


def test_an_imported_default_may_use_another_parameter():
    block = "block pair(x, units: int, more: int = units * 2) {\n  Dense(units)\n  Dense(more)\n}"
    assert [shape for _, _, shape in layers("  pair(4)", block)] == [(4,), (8,), (3,)]


def test_a_branch_not_taken_is_not_unfolded():
    text = network_of("  if 1 > 2 { Conv2D(3, 3x3) } else { Dense(8) }")
    assert analysis(text).codes == []


def test_a_layer_outside_the_way_to_the_output_is_left_out():
    body = "  x = Input(4)\n  a = x -> Dense(5) -> ReLU()\n  output x -> Dense(3, activation = softmax)"
    result = analysis(with_parts(network=f"network {{\n{body}\n}}"))
    assert result.messages == ["the layer `re_lu` does not reach the output and is left out"]
    assert [each.name for each in result.spec.network.layers] == ["dense_2"]


def test_a_mistake_shows_the_layer_that_made_the_shape():
    result = image_network('  MaxPooling2D(4x4) as "pool"\n  Conv2D(3, 5x5)')
    assert result.codes == ["ZOO301"]
    assert [(label.text, label.span.text) for label in result.only.labels] == [
        ("`pool` gives 1x2x2", "MaxPooling2D(4x4)")
    ]


def test_a_mistake_inside_a_repeat_is_told_once():
    assert image_network("  repeat k in 1..50 { Conv2D(3, 9x9) }").codes == ["ZOO301"]


def test_a_mistake_has_no_echo_downstream():
    body = "  a = input_missing -> Dense(4)\n  b = a -> Dense(4)\n  output Add(a, b) -> Dense(3)"
    assert analysis(with_parts(network=f"network {{\n{body}\n}}")).codes == ["ZOO201"]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("conv()", "ZOO206"),
        ("conv(1, 2, relu, 4)", "ZOO207"),
        ("conv(4, widht = 4)", "ZOO204"),
        ("conv(4, width = 4)", "ZOO208"),
        ("conv(2.5)", "ZOO209"),
        ("conv(4, activation = 3)", "ZOO209"),
        ("conv(4, activation = rleu)", "ZOO212"),
        ("conv", "ZOO209"),
        ("cnv(4)", "ZOO202"),
    ],
)
def test_calls_of_blocks_are_checked(call, code):
    assert image_network(f"  {call}", CONV).codes == [code]


def test_an_embedding_reads_an_input_even_through_a_change_of_form():
    body = """  x = Input(4)
  output x -> Reshape(4x1) -> Flatten() -> Embedding(100, 2) -> Flatten() -> Dense(3, activation = softmax)"""
    assert analysis(with_parts(network=f"network {{\n{body}\n}}")).codes == []
    wrong = body.replace("x -> Reshape(4x1)", "x -> ReLU()")
    assert analysis(with_parts(network=f"network {{\n{wrong}\n}}")).codes == ["ZOO313"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('  Dense(8) as ""', "ZOO314"),
        ('  Dense(8) as "a{"', "ZOO314"),
        ('  Dense(8) as "a{}"', "ZOO314"),
        ("  repeat k in 3 { Dense(k) }", "ZOO209"),
        ("  repeat k in 1.5..3 { Dense(2) }", "ZOO209"),
        ("  repeat k in 1..2 { input 4 }", "ZOO228"),
        ("  repeat k in 1..2 { output Dense(3) }", "ZOO228"),
        ("  input 5", "ZOO224"),
        ("  Input(3)", "ZOO228"),
        ("  x = Input()", "ZOO206"),
        ("  loss MeanSquaredError()", "ZOO222"),
        ('  "text"', "ZOO304"),
        ("  3 -> Dense(3)", "ZOO304"),
        ("  Dense(8) -> 3", "ZOO304"),
        ("  Dense", "ZOO209"),
        ("  if 3 { Dense(3) } else { Dense(4) }", "ZOO209"),
    ],
)
def test_what_has_no_place_in_a_network(body, code):
    assert analysis(network_of(body)).codes == [code]


def test_the_network_is_bounded():
    result = analysis(network_of("  repeat a in 1..30000 { repeat b in 1..30000 { } }"))
    assert result.codes == ["ZOO309"]


def test_blocks_of_blocks_may_not_grow_without_end():
    blocks = ["block b0(x) { Dense(4) }"]
    blocks += [f"block b{n}(x) {{\n  b{n - 1}()\n  b{n - 1}()\n}}" for n in range(1, 31)]
    assert analysis(network_of("  b30()", *blocks)).codes == ["ZOO309"]


def test_chains_of_blocks_are_not_too_deep_for_us():
    blocks = ["block b0(x) { Dense(4) }"]
    blocks += [f"block b{n}(x) {{ b{n - 1}() }}" for n in range(1, 200)]
    assert analysis(network_of("  b20()", *blocks[:21])).codes == []
    assert analysis(network_of("  b199()", *blocks)).codes == ["ZOO219"]


def test_inputs_and_columns_are_paired_in_order():
    data = """data {
  wines   = Sample("wine")
  feature wines.ash, wines.hue
  label   wines.target -> ClassIndex(3)
}"""
    body = "a = Input({})\n  b = Input(1)\n  output Concatenate(a, b) -> Dense(3, activation = softmax)"
    text = "network {{\n  {}\n}}"
    assert analysis(with_parts(data=data, network=text.format(body.format(1)))).codes == []
    assert analysis(with_parts(data=data, network=text.format(body.format(2)))).codes == ["ZOO311"]


@pytest.mark.parametrize(
    ("shape", "help_"),
    [
        ("1x9x9", "add `Resize(9x9)` to `preprocess`, or write `input 1x8x8`"),
        ("3x8x8", "read the images with `channels = 3`, or write `input 1x8x8`"),
        ("8x8x1", "channels come first: write `input 1x8x8`"),
        ("64", "write `input 1x8x8`"),
    ],
)
def test_the_help_for_an_input_that_does_not_fit(shape, help_):
    text = f"network {{\n  input {shape}\n  Flatten()\n  Dense(10, activation = softmax)\n}}"
    result = analysis(with_parts(data=DIGITS, network=text, optimize=OPTIMIZE)) if shape != "64" else None
    if result is None:
        text = text.replace("  Flatten()\n", "")
        result = analysis(with_parts(data=DIGITS, network=text))
    assert (result.codes, result.only.help) == (["ZOO311"], help_)


def test_names_given_to_the_first_of_a_chain_and_to_inputs_are_kept():
    result = analysis(
        with_parts(
            data=DATA.replace(", wines.ash, wines.magnesium", ""),
            network="""
network {
  a = Input(1) as "first"
  b = Input(1)
  output Concatenate(a, b) as "both" -> Dense(3, activation = softmax) as "out"
}
""",
        )
    )
    assert result.spec is not None, result.messages
    assert [node.name for node in result.spec.network.inputs] == ["first", "b"]
    assert [node.name for node in result.spec.network.layers] == ["both", "out"]
