"""The parser: what right texts become, and that any text at all becomes something."""

from __future__ import annotations

import pytest

from tests.syntax.specimens import SPECIMENS
from zoodsl.diagnostics import Diagnostics
from zoodsl.source import SourceFile
from zoodsl.syntax import nodes
from zoodsl.syntax.parser import parse, parse_expression


def read(text: str) -> nodes.File:
    diagnostics = Diagnostics()
    file = parse(SourceFile("right.zoo", text), diagnostics)
    assert [item.message for item in diagnostics.sorted()] == []
    return file


def statements(lines: str) -> tuple[nodes.Statement, ...]:
    (section,) = read(f"zoo 1\nnetwork {{\n{lines}\n}}\n").declarations
    assert isinstance(section, nodes.Section)
    return section.body.statements


def statement(line: str) -> nodes.Statement:
    (only,) = statements(line)
    return only


def expression(text: str) -> nodes.Expression:
    diagnostics = Diagnostics()
    tree = parse_expression(SourceFile("--set x", text), diagnostics)
    assert [item.message for item in diagnostics.sorted()] == []
    assert tree is not None
    return tree


def shape(node: object) -> object:
    """A node as nested tuples of what matters here."""
    match node:
        case nodes.Name(text=text):
            return text
        case nodes.Text(value=value):
            return repr(value)
        case nodes.Number(value=value) | nodes.Flag(value=value):
            return value
        case nodes.Measure(value=value, unit=unit):
            return (value, unit)
        case nodes.Size(dimensions=dimensions):
            return dimensions
        case nodes.Unary(operator=operator, operand=operand):
            return (operator, shape(operand))
        case nodes.Binary(operator=operator, left=left, right=right):
            return (shape(left), operator, shape(right))
        case nodes.Range(low=low, high=high):
            return (shape(low), "..", shape(high))
        case nodes.Attribute(value=value, name=name):
            return (shape(value), ".", name.text)
        case nodes.Index(value=value, index=index):
            return (shape(value), "[]", shape(index))
        case nodes.Sequence(items=items):
            return [shape(item) for item in items]
        case nodes.Call(callee=callee, arguments=arguments):
            return (shape(callee), *(shape(item) for item in arguments))
        case nodes.Argument(name=None, value=value):
            return shape(value)
        case nodes.Argument(name=nodes.Name(text=text), value=value):
            return f"{text}=", shape(value)
        case nodes.Conditional(condition=condition, then=then, otherwise=otherwise):
            return ("if", shape(condition), shape(then), shape(otherwise))
        case nodes.Labelled(value=value, label=label):
            return (shape(value), label.value if label else None)
        case nodes.Chain(head=head, label=label, steps=steps):
            return ("chain", shape(head), label.value if label else None, *map(shape, steps))
        case _:
            raise AssertionError(node)


@pytest.mark.parametrize("text", SPECIMENS)
def test_specimens_are_right(text: str) -> None:
    assert read(text).declarations


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", 1),
        ("1.0", 1.0),
        ("1e-3", 0.001),
        ("5 epochs", (5, "epochs")),
        ("1 epoch", (1, "epoch")),
        ("0.5 min", (0.5, "min")),
        ("4  GB", (4, "GB")),
        ("50%", (50, "%")),
        ("3x224x224", (3, 224, 224)),
        ("true", True),
        (r'"a \"b\" \\ \n\t"', repr('a "b" \\ \n\t')),
        ("1 - 2 - 3", ((1, "-", 2), "-", 3)),
        ("1 + 2 * -3", (1, "+", (2, "*", ("-", 3)))),
        ("(1 + 2) * 3", ((1, "+", 2), "*", 3)),
        ("-130..152", (("-", 130), "..", 152)),
        ("1..n + 1", (1, "..", ("n", "+", 1))),
        ("a.b[0](1)", ((("a", ".", "b"), "[]", 0), 1)),
        ("a == b + 1", ("a", "==", ("b", "+", 1))),
        ("[1, 2,]", [1, 2]),
        ("[]", []),
        ("f(x, label = 3, if = 1, then = 2,)", ("f", "x", ("label=", 3), ("if=", 1), ("then=", 2))),
        ("findings.label", ("findings", ".", "label")),
        ("if a { b } else { c }", ("if", "a", "b", "c")),
        ("if a {\n  b\n}\nelse\n{\n  c\n}", ("if", "a", "b", "c")),
        ('x -> A() -> B() as "b"', ("chain", "x", None, (("A",), None), (("B",), "b"))),
        ('A() as "a" -> B()', ("chain", ("A",), "a", (("B",), None))),
        ('A() as "a"', ("chain", ("A",), "a")),
        ("loss", "loss"),
        ("f(\n  1, # one\n  2\n)", ("f", 1, 2)),
    ],
)  # fmt: skip
def test_expressions(text: str, expected: object) -> None:
    assert shape(expression(text)) == expected


@pytest.mark.parametrize(("text", "kind"), [("1", int), ("1.0", float), ("1e2", float)])
def test_a_number_is_an_int_or_a_float_as_it_is_written(text: str, kind: type) -> None:
    number = expression(text)
    assert isinstance(number, nodes.Number)
    assert type(number.value) is kind


def test_a_setting_has_clauses_and_links() -> None:
    setting = statement("log loss, learning_rate every 50 iterations")
    assert isinstance(setting, nodes.Setting)
    first, second = setting.clauses
    assert (shape(first.value), first.links) == ("loss", ())
    assert shape(second.value) == "learning_rate"
    assert [(link.word.text, shape(link.value)) for link in second.links] == [("every", (50, "iterations"))]


@pytest.mark.parametrize("word", ["label", "training"])
def test_words_of_settings_are_called_with_their_bracket(word: str) -> None:
    called, applied, set_ = statements(f"{word}(row) == 3\n{word}(row) -> HFlip()\n{word} (row)")
    match called, applied, set_:
        case (
            nodes.Step(value=nodes.Binary(left=nodes.Call(callee=nodes.Name(text=first)))),
            nodes.Step(value=nodes.Chain(head=nodes.Call(callee=nodes.Name(text=second)))),
            nodes.Setting(keyword=nodes.Name(text=third)),
        ):
            assert {first, second, third} == {word}
        case _:
            raise AssertionError((called, applied, set_))


def test_up_to_is_one_link_word() -> None:
    setting = statement('freeze up \t to "res4f"')
    assert isinstance(setting, nodes.Setting)
    (clause,) = setting.clauses
    assert clause.value is None
    assert [link.word.text for link in clause.links] == ["up to"]


def test_links_without_values() -> None:
    setting = statement('phase freeze all for 3 epochs\n  then unfreeze "res5*"')
    assert isinstance(setting, nodes.Setting)
    (clause,) = setting.clauses
    assert [(link.word.text, link.value is None) for link in clause.links] == [
        ("freeze", True), ("all", True), ("for", False), ("then", True), ("unfreeze", False),
    ]  # fmt: skip


def test_a_phase_is_a_row_of_links_over_commas() -> None:
    setting = statement('phase freeze all for 3 epochs then unfreeze "a*", "b" for 5 epochs')
    assert isinstance(setting, nodes.Setting)
    first, second = setting.clauses
    assert first.value is None
    assert [link.word.text for link in first.links] == ["freeze", "all", "for", "then", "unfreeze"]
    assert second.value is not None
    assert second.value.span.text == '"b"'
    assert [link.word.text for link in second.links] == ["for"]


def test_a_call_follows_into() -> None:
    setting = statement('load "a.pth" into zoo.net(width = 2)')
    assert isinstance(setting, nodes.Setting)
    (link,) = setting.clauses[0].links
    assert link.word.text == "into"
    assert isinstance(link.value, nodes.Call)


@pytest.mark.parametrize("word", ["into", "expects", "learning_rate", "phase"])
def test_words_of_surgery_are_names_elsewhere(word: str) -> None:
    assert isinstance(expression(f"{word} + f({word} = {word})"), nodes.Binary)


def test_a_line_that_begins_with_an_arrow_goes_on() -> None:
    assert len(statements("x = a\n\n  # remark\n  -> B()\nC()")) == 2


def test_a_newline_ends_a_statement() -> None:
    assert len(statements("A\n(b)")) == 2


def test_labels_of_steps() -> None:
    step = statement('Dense(3) as "logits"')
    assert isinstance(step, nodes.Step)
    assert step.label is not None
    assert step.label.value == "logits"


def test_repeat_takes_its_label() -> None:
    loop = statement('repeat k in ["a", "b"] as "res2{k}" { unit(k) }')
    assert isinstance(loop, nodes.Repeat)
    assert loop.label is not None
    assert loop.label.value == "res2{k}"
    assert len(loop.body.statements) == 1


def test_blocks_have_parameters_with_and_without_types() -> None:
    (block,) = read("zoo 1\nblock b(x, width: int, stride: int = 1,) { }").declarations
    assert isinstance(block, nodes.Block)
    assert [
        (item.name.text, item.type.text if item.type else None, item.default is not None)
        for item in block.parameters
    ] == [("x", None, False), ("width", "int", False), ("stride", "int", True)]


def test_uses() -> None:
    file = read('zoo 1\nuse zoo.resnet as r\nuse "x.zoo" as x\nuse zoo.lenet')
    assert [
        (item.target.value if isinstance(item.target, nodes.Text) else [n.text for n in item.target])
        for item in file.declarations
        if isinstance(item, nodes.Use)
    ] == [["zoo", "resnet"], "x.zoo", ["zoo", "lenet"]]


def test_docstrings_and_comments_are_kept() -> None:
    file = read('# a\nzoo 1 # b\n"""doc\r\nmore"""\ntrain { # c\n  """inner"""\n  seed 1\n}\n# d')
    assert file.doc is not None
    assert file.doc.value == "doc\nmore"
    (train,) = file.declarations
    assert isinstance(train, nodes.Section)
    assert train.body.doc is not None
    assert train.body.doc.value == "inner"
    assert [(item.text, item.trailing) for item in file.comments] == [
        ("# a", False), ("# b", True), ("# c", True), ("# d", False),
    ]  # fmt: skip


def test_spans_cover_what_was_written() -> None:
    step = statement("Dense((1 + 2) * 3, activation = relu)")
    assert step.span.text == "Dense((1 + 2) * 3, activation = relu)"
    assert isinstance(step, nodes.Step)
    assert isinstance(step.value, nodes.Call)
    product, activation = step.value.arguments
    assert product.span.text == "(1 + 2) * 3"
    assert activation.span.text == "activation = relu"
    assert isinstance(product.value, nodes.Binary)
    assert product.value.left.span.text == "(1 + 2)"


@pytest.mark.parametrize("text", ["", "1 2", "f(", "1 +", '"a', "a\nb", "let x = 1"])
def test_an_expression_is_the_whole_text(text: str) -> None:
    diagnostics = Diagnostics()
    assert parse_expression(SourceFile("--set x", text), diagnostics) is None
    assert diagnostics.has_errors


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffzoo 1\r\nlet x = [1,\r\n  2]\r\n",
        "\tzoo\t1\n\tlet\tx\t=\t1",
        "zoo 1\rlet x = 1\r",
        "zoo 1\nlet größe = 3",
        "zoo 1",
        "\n\n# c\n\nzoo 1\n\n",
        "zoo 1\nlet x = " + " + ".join(["1"] * 90),
        "zoo 1\nlet x = 9223372036854775807",
    ],
)
def test_unusual_texts_are_right(text: str) -> None:
    assert read(text).version is not None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "ZOO104"),
        ("zoo 1\nlet x = \x00", "ZOO110"),
        ("zoo 1\nlet x = \ud800", "ZOO110"),
        ("zoo 1\nlet x = 1\u00a0+ 1", "ZOO110"),
        ("zoo 1\nlet x = 99999999999999999999", "ZOO109"),
        ("zoo 1\nlet x = " + "9" * 10_000, "ZOO109"),
        ("zoo 1\nlet x = 1e999", "ZOO109"),
        ("zoo 1\nlet x = " + "9" * 5_000 + "x1", "ZOO109"),
        ("zoo 1\nlet x = " + "(" * 5_000 + ")" * 5_000, "ZOO112"),
        ("zoo 1\nlet x = " + "-" * 5_000 + "1", "ZOO112"),
        ("zoo 1\nlet x = " + "1 + " * 5_000 + "1", "ZOO112"),
        ("zoo 1\nlet x = f" + "(1)" * 5_000, "ZOO112"),
        ("zoo 1\nlet x = a" + ".b" * 5_000, "ZOO112"),
        ("zoo 1\ntrain { " + "training {\n" * 500 + "}" * 500 + "}", "ZOO112"),
        ("zoo 1\nlet x = " + "[" * 5_000, "ZOO112"),
        ('zoo 1\n"""never closed', "ZOO102"),
        ('zoo 1\nlet x = "never closed', "ZOO102"),
    ],
)
def test_extremes_are_reported(text: str, code: str) -> None:
    diagnostics = Diagnostics()
    parse(SourceFile("extreme.zoo", text), diagnostics)
    found = [item.code.name for item in diagnostics.sorted()]
    assert code in found
    assert len(found) <= 3


def test_units_are_spelt_as_their_types_are():
    from zoodsl.syntax.words import UNITS
    from zoodsl.types import UNITS_BY_SYMBOL

    assert set(UNITS) == set(UNITS_BY_SYMBOL)
