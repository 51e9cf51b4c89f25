"""Frames that are made of others: joins, conditions, computed columns, and what is said where they are wrong."""

from __future__ import annotations

import pytest

from tests.semantics.analysis import analysis, with_parts
from zoodsl.catalog.operator import ColumnType
from zoodsl.model.nodes import Certainty, Joined, Kept, Part
from zoodsl.model.printer import show_column, show_operation
from zoodsl.types import DType

NETWORK = "network {\n  input 1\n  Dense(3, activation = softmax)\n}"
FILES = {
    "people.csv": "id,kind,weight\n" + "".join(f"{n},{n % 3},{n / 8}\n" for n in range(30)),
    "visits.csv": "id,ward,at\n"
    + "".join(f"{n % 20},w{n % 4},2017-0{n % 9 + 1}-1{n % 10}\n" for n in range(60)),
    "notes.csv": "file,text,kind\n" + "".join(f"N/{n}.TXT,t{n},k\n" for n in range(30)),
    "names.csv": "name\n" + "".join(f"n/{n}\n" for n in range(30)),
}
FRAMES = "\n".join(f'{name.removesuffix(".csv")} = CSV("{name}")' for name in FILES)
LABEL = "label rows.kind -> ClassIndex(3)"


@pytest.fixture
def data(tmp_path):
    """``data(*lines)``: the analysis of a spec with these lines in ``data`` and the files above."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)

    def analyse(*lines):
        used = [line for line in FRAMES.splitlines() if any(line.split()[0] in each for each in lines)]
        text = "\n".join(("data {", *used, *lines, "}"))
        return analysis(
            with_parts(data=text, network=NETWORK, optimize=OPTIMIZE), path=str(tmp_path / "spec.zoo")
        )

    return analyse


OPTIMIZE = """
optimize {
  loss SparseCategoricalCrossentropy()
  optimizer Adam()
}
train { batch 2 }
"""


def frame(result, name="rows"):
    assert result.messages == [] or all(item.severity.value == "warning" for item in result.diagnostics)
    return next(each for each in result.spec.data.frames if each.name == name)


def test_a_join_has_the_columns_of_both_and_the_rows_that_belong_together(data):
    rows = frame(
        data("rows = visits -> Join(people, on = visits.id == people.id)", "feature rows.weight", LABEL)
    )
    assert rows.columns == (
        ColumnType("id", DType.INT64),
        ColumnType("ward", DType.STRING),
        ColumnType("at", DType.STRING),
        ColumnType("kind", DType.INT64),
        ColumnType("weight", DType.FLOAT64),
    )
    assert (rows.rows.count, rows.rows.certainty) == (60, Certainty.EXACT)
    assert (rows.source, rows.reader.arguments["path"]) == ("visits", "visits.csv")
    (step,) = rows.steps
    assert isinstance(step, Joined)
    assert show_operation(step.operation) == "Join(people, on = visits.id == people.id)"


def test_a_side_may_be_written_first_or_last(data):
    rows = frame(
        data("rows = visits -> Join(people, on = people.id == visits.id)", "feature rows.weight", LABEL)
    )
    (step,) = rows.steps
    assert (show_column(step.left), show_column(step.right)) == ("visits.id", "people.id")


def test_a_row_with_several_partners_becomes_several_and_that_is_told(data):
    result = data("rows = people -> Join(visits, on = people.id == visits.id)", "feature rows.weight", LABEL)
    assert frame(result).rows.count == 60
    assert result.codes == ["ZOO436"]
    assert result.only.message == ("40 rows of `visits` repeat a key, such as 0: 20 rows become 60")


def test_steps_follow_one_another_and_frames_of_frames_too(data):
    result = data(
        'few  = visits -> Where(visits.ward == "w1") -> Where(month(visits.at) > 3)',
        "rows = few -> Join(people, on = few.id == people.id) -> Where(people.weight < few.id + 1)",
        "feature rows.weight",
        LABEL,
        "split Grouped(rows.ward, train = 100%)",
    )
    expected = [n for n in range(60) if n % 4 == 1 and n % 9 + 1 > 3]
    assert frame(result, "few").rows.count == len(expected)
    assert frame(result).rows.count == len(expected)
    assert [type(step) for step in frame(result).steps] == [Joined, Kept]


def test_names_that_both_have_are_written_with_their_frame(data):
    joined = "rows = people -> Join(notes, on = text(people.id) == stem(notes.file))"
    result = data(joined, 'feature rows["people.kind"]', 'label rows["people.kind"] -> ClassIndex(3)')
    assert result.codes == ["ZOO420"]
    result = data(joined, "feature rows.weight", LABEL)
    assert result.codes == ["ZOO433"]
    assert result.only.help == 'write `rows["people.kind"]` or `rows["notes.kind"]`'
    rows = frame(data(joined, "feature rows.weight", 'label rows["people.kind"] -> ClassIndex(3)'))
    assert [column.name for column in rows.columns] == [
        "id",
        "people.kind",
        "weight",
        "file",
        "text",
        "notes.kind",
    ]
    assert rows.rows.count == 30


def test_a_computed_column_is_known_by_its_values(data):
    result = data(
        "rows = notes -> Join(people, on = number(stem(notes.file)) == people.id)",
        "feature rows.weight",
        'label match(rows.text, "t(\\\\d)") -> ClassIndex(["0", "1", "2", "3"])',
        "split Grouped(rows.id / 2, train = 100%)",
    )
    assert result.codes == ["ZOO412", "ZOO417"]
    assert '"4", "5", "6", "7", "8" and 1 more' in result.messages[0]
    result = data(
        "rows = people -> Where(people.id >= 12)",
        "feature rows.weight",
        "label rows.id == 12 -> ClassIndex(3)",
        "split Stratified(rows.id == 12, train = 50%, test = 50%)",
    )
    spec = result.spec
    assert result.codes == []
    assert spec.data.label.column.name == "id_is_12"
    assert {part: rows.count for part, rows in spec.data.parts.items()} == {Part.TRAIN: 10, Part.TEST: 8}


@pytest.mark.parametrize(
    ("condition", "help_"),
    [
        ("people.id > 100", "`id` goes from 0 to 29"),
        ('notes.text == "x"', '`text` holds "t0", "t1", "t10", ...'),
    ],
)
def test_a_condition_that_no_row_fulfils(data, condition, help_):
    result = data(
        f"rows = {condition.partition('.')[0]} -> Where({condition})",
        "feature rows.weight",
        LABEL,
    )
    found = next(each for each in result.diagnostics if each.code.name == "ZOO449")
    assert found.message == "none of the 30 rows fulfils this"
    assert found.help == help_
    assert found.span.text == condition


def test_gaps_of_what_is_computed_are_told(data):
    result = data("rows = people -> Where(people.id < 10)", "feature rows.weight / rows.id", LABEL)
    assert result.codes == ["ZOO413"]
    assert result.only.message == "`rows.weight / rows.id` gives nothing in 1 row"


@pytest.mark.parametrize(
    ("left", "right", "remedy"),
    [
        ("notes.file", "names.name", "lower(stem(notes.file)) == stem(names.name)"),
        ("notes.text", "notes.text", None),
        ("names.name", "text(people.id)", "stem(names.name) == text(people.id)"),
    ],
)
def test_keys_that_do_not_meet_have_examples_and_a_fix(data, left, right, remedy):
    frames = [side.removeprefix("text(").split(".")[0] for side in (left, right)]
    result = data(
        f"rows = {frames[0]} -> Join({frames[1]}, on = {left} == {right})", "feature rows.weight", LABEL
    )
    if remedy is None:
        assert "ZOO432" in result.codes
        return
    found = next(item for item in result.diagnostics if item.code.name == "ZOO434")
    assert found.message == "none of the 30 rows has a partner among the 30 of `" + frames[1] + "`"
    assert [label.text.partition(": ")[0] for label in found.labels] == ["without a partner"] * 2
    assert "100% of the keys" in found.help


def test_the_fix_is_the_simplest_that_makes_all_meet(data):
    result = data(
        "rows = notes -> Join(people, on = notes.file == text(people.id))", "feature rows.weight", LABEL
    )
    found = next(item for item in result.diagnostics if item.code.name == "ZOO434")
    assert found.fix.text == "stem(notes.file) == text(people.id)"
    assert found.labels[0].text == 'without a partner: "N/0.TXT", "N/1.TXT", "N/2.TXT"'


def test_few_that_meet_are_a_warning(data, tmp_path):
    (tmp_path / "some.csv").write_text("file,kind\n" + "".join(f"{n + 20},{n % 3}\n" for n in range(30)))
    result = data(
        'some = CSV("some.csv")',
        "rows = people -> Join(some, on = people.id == some.file)",
        "feature rows.weight",
        'label rows["some.kind"] -> ClassIndex(3)',
    )
    assert result.codes == ["ZOO435"]
    assert result.only.message == "10 of 30 rows and 10 of 30 rows of `some` have a partner"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("rows = people -> Join(visits, on = people.id == people.kind)", "ZOO431"),
        ("rows = people -> Join(visits, on = people.id + visits.id == visits.id)", "ZOO431"),
        ("rows = people -> Join(visits, on = people.id == 3)", "ZOO431"),
        ("rows = people -> Join(visits, on = people.id < visits.id)", "ZOO209"),
        ("rows = people -> Join(visits, on = people.id)", "ZOO209"),
        ("rows = people -> Join(visits)", "ZOO206"),
        ("rows = people -> Join(people, on = people.id == people.id)", "ZOO432"),
        ("rows = people -> Join(visitz, on = people.id == visits.id)", "ZOO201"),
        ("rows = people -> Join(3, on = people.id == visits.id)", "ZOO209"),
        ("rows = people -> Where(visits.id > 3)", "ZOO437"),
        ("rows = people -> Where(people.id)", "ZOO209"),
        ('rows = people -> Where(people.id > "3")', "ZOO209"),
        ("rows = people -> Where(people.identity > 3)", "ZOO409"),
        ('rows = people -> Where(stem(people.id) == "3")', "ZOO209"),
        ('rows = people -> Where(stemm(notes.file) == "3")', "ZOO202"),
        ("rows = people -> Where(rows.id == 3)", "ZOO201"),
        ("rows = people -> Filter(people.id == 3)", "ZOO205"),
        ("rows = people -> Dense(3)", "ZOO203"),
        ("rows = peeple -> Where(people.id == 3)", "ZOO201"),
        ('rows = CSV("people.csv") -> Where(people.id == 3)', "ZOO209"),
        ('rows = people -> Where(people.id == 3) as "x"', "ZOO228"),
    ],
)
def test_one_mistake_one_report(data, line, code):
    found = set(data(line, "feature people.weight", "label people.kind -> ClassIndex(3)").codes)
    assert found - {"ZOO214", "ZOO436"} == {code}


@pytest.mark.parametrize(
    ("feature", "code"),
    [
        ("people.id + visits.id", "ZOO419"),
        ("lower(notes.file)", "ZOO410"),
        ("1 + 2", "ZOO209"),
        ("people.id + notes.text", "ZOO209"),
        ('match(notes.text, "a")', "ZOO430"),
        ('match(notes.text, "(a", 1)', "ZOO430"),
        ("year(people.id)", "ZOO209"),
        ("people + 1", "ZOO209"),
    ],
)
def test_columns_that_cannot_be_computed(data, feature, code):
    assert code in data(f"feature {feature}", "label people.kind -> ClassIndex(3)").codes


def test_a_frame_that_is_not_joined_says_how(data):
    result = data("feature people.weight", 'label notes.kind -> ClassIndex(["k", "l", "m"])')
    assert result.codes == ["ZOO419"]
    assert "`all = people -> Join(notes, on = people.id == notes.id)`" in result.only.help


def test_folds_that_there_are_not(data):
    lines = ("feature people.weight", "label people.kind -> ClassIndex(3)")
    assert data(*lines, "split GroupedFold(people.id, fold = 5)").codes == ["ZOO438"]
    assert data(*lines, "split GroupedFold(people.id, folds = 2, validation = true)").codes == ["ZOO438"]
    spec = data(*lines, "split GroupedFold(people.id, fold = 1, validation = true)").spec
    assert sum(rows.count for rows in spec.data.parts.values()) == 30
    assert list(spec.data.parts) == list(Part)


@pytest.mark.parametrize(
    ("lines", "message", "help_"),
    [
        (
            ("at = hourr(visits.at)", "feature people.weight"),
            "there is no reader or function `hourr`",
            "did you mean `hour`?",
        ),
        (
            ("awake = people.weight > 2", "feature awke"),
            "there is no column `awke` by itself",
            "did you mean `awake`?",
        ),
        (
            ("feature weight",),
            "there is no column `weight` by itself",
            "name its frame too: `rows.column`",
        ),
    ],
)
def test_what_may_have_been_meant(data, lines, message, help_):
    result = data(*lines, "label people.kind -> ClassIndex(3)")
    assert [each.help for each in result.diagnostics if each.message == message] == [help_]


def test_a_file_of_lists_and_objects_alone_has_no_columns(tmp_path):
    (tmp_path / "rows.jsonl").write_text('{"a": [1]}\n{"a": [2]}\n')
    text = 'data {\n rows = JSON("rows.jsonl")\n feature rows.km\n label rows.a -> ClassIndex(3)\n}'
    result = analysis(
        with_parts(data=text, network=NETWORK, optimize=OPTIMIZE), path=str(tmp_path / "spec.zoo")
    )
    assert result.codes == ["ZOO409", "ZOO409"]
    assert result.messages[0] == "`rows` has no column `km`"
    assert "none: it holds lists and objects" in result.diagnostics[0].help
