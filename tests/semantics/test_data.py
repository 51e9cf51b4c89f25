import pytest

from tests.semantics.analysis import analysis, with_parts
from zoodsl.model.nodes import Part
from zoodsl.types import TensorType

TAIL = "  label wines.target -> ClassIndex(3)\n}"
FLAT = "network {{\n  input {}\n  Flatten()\n  Dense(10, activation = softmax)\n}}"


def data(*lines):
    return analysis(with_parts(data="data {\n" + "\n".join(lines) + "\n}"))


def digits(steps, shape="1x8x8"):
    section = """data {
  digits  = Sample("digits")
  feature digits.image
  label   digits.label -> ClassIndex(10)
}"""
    preprocess = f"preprocess {{\n{steps}\n}}"
    return analysis(with_parts(preprocess, data=section, network=FLAT.format(shape)))


FEATURE = "feature wines.alcohol, wines.malic_acid, wines.ash, wines.magnesium"
WINES = 'wines = Sample("wine")'
LABEL = "label wines.target -> ClassIndex(3)"


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((WINES, "feature wines", LABEL), "ZOO209"),
        ((WINES, "feature alcohol", LABEL), "ZOO201"),
        ((WINES, "feature 3", LABEL), "ZOO209"),
        ((WINES, "feature wines.alcohol, wines.alcohol", LABEL), "ZOO208"),
        ((WINES, "feature wines[3]", LABEL), "ZOO209"),
        ((WINES, 'feature wines["alcool"]', LABEL), "ZOO409"),
        ((WINES, FEATURE, "label wines.target"), "ZOO229"),
        ((WINES, FEATURE, 'label wines.target -> ClassIndex(["a", "b", "c"])'), "ZOO411"),
        ((WINES, FEATURE, "label wines.target -> ClassIndex(2)"), "ZOO412"),
        ((WINES, FEATURE, "label wines.target -> Dense(3)"), "ZOO203"),
        ((WINES, FEATURE, "label wines.target -> ClassIndex(3) -> Number()"), "ZOO229"),
        ((WINES, FEATURE, LABEL, "split Random(train = 50%)"), "ZOO416"),
        ((WINES, FEATURE, LABEL, "split Random(train = 0%, test = 100%)"), "ZOO416"),
        ((WINES, FEATURE, LABEL, "split Random(train = 100)"), "ZOO211"),
        ((WINES, FEATURE, LABEL, "split Stratified(wines, train = 100%)"), "ZOO209"),
        ((WINES, WINES, FEATURE, LABEL), "ZOO213"),
        ((WINES, 'more = Sample("iris")', FEATURE, "label more.target -> ClassIndex(3)"), "ZOO419"),
        (("wines = Sample(3)", FEATURE, LABEL), "ZOO209"),
        (("wines = 3", FEATURE, LABEL), "ZOO209"),
        (('wines = Sample("wain")', FEATURE, LABEL), "ZOO407"),
        ((FEATURE.replace("wines", "win"), WINES, LABEL), "ZOO201"),
    ],
)
def test_one_mistake_one_report(lines, code):
    assert set(data(*lines).codes) == {code}


def test_labels_that_count_from_one(tmp_path):
    rows = "\n".join(f"{n}.5,{n % 3 + 1}" for n in range(60))
    (tmp_path / "ratings.csv").write_text("size,stars\n" + rows + "\n")
    text = """data {
  rows    = CSV("ratings.csv")
  feature rows.size
  label   rows.stars -> ClassIndex(3)
}"""
    network = "network {\n  input 1\n  Dense(3, activation = softmax)\n}"
    result = analysis(with_parts(data=text, network=network), path=str(tmp_path / "spec.zoo"))
    assert result.codes == ["ZOO412"]
    assert result.only.help.startswith("classes count from 0")


def test_paths_are_relative_to_the_spec(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n1,2\n3,4\n")
    text = 'data {\n  rows = CSV("a.csv")\n  feature rows.x\n  label rows.y -> Number()\n}'
    network = "network {\n  input 1\n  Dense(1)\n}"
    loss = "optimize {\n  loss MeanSquaredError()\n  optimizer Adam()\n}\ntrain { batch 2 }"
    result = analysis(with_parts(data=text, network=network, optimize=loss), path=str(tmp_path / "spec.zoo"))
    assert result.codes == []
    assert str(result.spec.data.frames[0].rows) == "2"


def test_a_chain_carries_its_types():
    spec = digits("  Resize(12x10)\n  CenterCrop(8x8)\n  ChannelNormalize(mean = 51, std = 51)").spec
    assert [str(step.output) for step in spec.preprocess.steps] == [
        "12x10 grey uint8 0..255",
        "8x8 grey uint8 0..255",
        "8x8 grey float32 -1..4",
    ]
    assert spec.preprocess.output == TensorType(shape=(1, 8, 8), low=-1.0, high=4.0)


def test_a_step_that_is_never_done_is_none():
    """`RandomApply(step, 0%)` by a param switches augmentation off: rows then are the same in each epoch."""
    assert digits("  training { RandomApply(HFlip(), 0%) }").spec.preprocess.steps == ()


def test_chance_is_taken_out_of_the_step():
    step = digits("  training { RandomApply(RandomApply(HFlip(), 50%), 20%) }").spec.preprocess.steps[0]
    assert (step.operation.operator.name, step.probability, step.training_only) == ("HFlip", 0.1, True)


@pytest.mark.parametrize(
    ("steps", "codes"),
    [
        ("  CenterCrop(9x9)", ["ZOO414"]),
        ("  CenterCrop(9x9)\n  CenterCrop(20x20)", ["ZOO414"]),
        ("  ChannelNormalize(mean = 0)\n  Brightness(1, 2)", ["ZOO414"]),
        ("  Normalize(mean = 0)", ["ZOO414"]),
        ("  Hue(1, 2)", ["ZOO414"]),
        ("  ChannelNormalize(mean = [1, 2, 3])", ["ZOO414"]),
        ("  RandomApply(Resize(9x9))", ["ZOO414"]),
        ("  training { RandomCrop(7x7) }", ["ZOO451"]),
        ("  training { RandomCrop(7x7) }\n  Resize(8x8)", []),
        ("  training { Resize(20x20) }\n  CenterCrop(12x12)", ["ZOO414"]),
        ("  training { training { HFlip() } }", ["ZOO222"]),
        ("  Dense(3)", ["ZOO203"]),
        ("  Resize(8)", []),
        ("  Resize(8x8x8)", ["ZOO209"]),
        ("  Brightness(-8..8)", []),
        ("  Brightness(8, -8)", ["ZOO210"]),
        ("  Brightness(1, 2, 3)", ["ZOO207"]),
        ("  repeat k in 1..2 { HFlip() }", ["ZOO228"]),
    ],
)
def test_chains_of_steps(steps, codes):
    assert digits(steps).codes == codes


def test_what_made_the_type_is_shown():
    result = digits("  Resize(6x6)\n  CenterCrop(9x9)")
    assert [(label.span.text, label.text) for label in result.only.labels] == [
        ("Resize(6x6)", "gives 6x6 grey uint8 0..255")
    ]


TABLE = "size,kind,tags,part,gap\n" + "".join(
    f"{n}.5,{'cat' if n % 2 else 'dog'},{'' if n == 5 else 'a|b' if n % 3 else 'none'},{'T' if n % 4 else 'V'},{'' if n == 7 else n}\n"
    for n in range(80)
)


def table(
    folder,
    feature="rows.size",
    label='rows.kind -> ClassIndex(["cat", "dog"])',
    split="Tail(train = 100%)",
    last=None,
):
    (folder / "table.csv").write_text(TABLE)
    data = f'data {{\n  rows = CSV("table.csv")\n  feature {feature}\n  label {label}\n  split {split}\n}}'
    network = f"network {{\n  input 1\n  {last or 'Dense(2, activation = softmax)'}\n}}"
    loss = "optimize {\n  loss " + ("BinaryCrossentropy()" if last else "SparseCategoricalCrossentropy()")
    text = with_parts(data=data, network=network, optimize=loss + "\n  optimizer Adam()\n}")
    return analysis(text, path=str(folder / "spec.zoo"))


MULTI = "Dense(2, activation = sigmoid)"


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"label": 'rows.kind -> ClassIndex(["cats", "dog"])'}, ["ZOO412"]),
        ({"label": 'rows.tags -> MultiHot(["a", "b"], none = "none")', "last": MULTI}, []),
        ({"label": 'rows.tags -> MultiHot(["a", "b"])', "last": MULTI}, ["ZOO412"]),
        ({"label": 'rows.tags -> MultiHot(["a", "c"], none = "none")', "last": MULTI}, ["ZOO412"]),
        ({"feature": "rows.gap"}, ["ZOO413"]),
        ({"feature": "rows.kind"}, ["ZOO410"]),
        ({"split": "Grouped(rows.size, train = 80%, test = 20%)"}, ["ZOO417"]),
        ({"split": 'Fixed(rows.part, train = "T", validation = "V")'}, []),
        ({"split": 'Fixed(rows.part, train = "T", validation = "W")'}, ["ZOO418"]),
        ({"split": 'Fixed(rows.part, train = "train")'}, ["ZOO418"]),
        ({"split": 'Fixed(rows.part, train = "T", validation = "T")'}, ["ZOO418"]),
        ({"label": 'rows.kind -> ClassIndex(["cat", "dog", "cat"])'}, ["ZOO210"]),
        ({"label": 'rows.kind -> ClassIndex(["cat"])'}, ["ZOO210"]),
        ({"label": "rows.tags -> MultiHot([])", "last": MULTI}, ["ZOO210"]),
    ],
)
def test_what_the_data_hold(tmp_path, changes, codes):
    assert table(tmp_path, **changes).codes == codes


@pytest.mark.parametrize(
    ("label", "unknown", "help_"),
    [
        (
            'rows.kind -> ClassIndex(["cat", "dgo"])',
            '"dog"',
            'did you mean "dog" where the list has "dgo"?',
        ),
        ('rows.kind -> ClassIndex(["cat", "bird"])', '"dog"', 'add "dog" to the list'),
        (
            'rows.kind -> ClassIndex(["cat", "cog"])',
            '"dog"',
            'did you mean "dog" where the list has "cog"?',
        ),
        (
            'rows.tags -> ClassIndex(["none", "a", "b"])',
            '"a|b"',
            'rows hold several of them: write `MultiHot(..., separator = "|")`',
        ),
        (
            'rows.tags -> MultiHot(["a", "b"])',
            '"none"',
            'add "none" to the list; if it stands for none of them, write `none = "none"`',
        ),
        (
            'rows.tags -> MultiHot(["a", "b"], separator = ";", none = "none")',
            '"a|b"',
            'its labels seem to be separated otherwise: write `separator = "|"`',
        ),
        (
            'rows.tags -> MultiHot(["a", "none"])',
            '"b"',
            'add "b" to the list',
        ),
    ],
)
def test_values_that_are_not_in_the_list(tmp_path, label, unknown, help_):
    outputs = 3 if '"none", "a"' in label else 2
    last = f"Dense({outputs}, activation = sigmoid)" if "MultiHot" in label else None
    found = table(tmp_path, label=label, last=last)
    report = next(each for each in found.diagnostics if each.code.name == "ZOO412")
    column = "tags" if "tags" in label else "kind"
    assert (report.message, report.help) == (f"`{column}` holds {unknown}, which the list has not", help_)


def test_a_text_that_is_near_a_class_that_occurs(tmp_path):
    """Not the list is wrong then, but the data, perhaps."""
    (tmp_path / "a.csv").write_text(
        "x,y\n" + "".join(f"{n},{'cats' if n == 7 else 'cat'}\n" for n in range(90))
    )
    data = 'data {\n  rows = CSV("a.csv")\n  feature rows.x\n  label rows.y -> ClassIndex(["cat", "dog"])\n}'
    text = with_parts(data=data, network="network {\n  input 1\n  Dense(2, activation = softmax)\n}")
    found = analysis(text, path=str(tmp_path / "spec.zoo")).only
    assert found.help == 'did you mean "cat" in the data? else add "cats" to the list'


@pytest.mark.parametrize(
    ("split", "message", "help_"),
    [
        (
            'Fixed(rows.part, train = "T", test = "W")',
            'no row has "W" in `part`',
            "spell it as the column does",
        ),
        (
            "Random(train = 99.99%, test = 0.01%)",
            "no row falls to `test`",
            "give `test` a larger share, or take another `seed`",
        ),
        ("Tail(train = 99.99%, test = 0.01%)", "no row falls to `test`", "give `test` a larger share"),
    ],
)
def test_a_part_without_rows(tmp_path, split, message, help_):
    found = table(tmp_path, split=split).only
    assert (found.code.name, found.message, found.help) == ("ZOO418", message, help_)


def test_the_rows_of_each_part_that_there_is():
    """scikit-learn's digits have 1,797 rows: within each of ten classes, shares are met to the row."""
    section = """data {
  digits  = Sample("digits")
  feature digits.image
  label   digits.label -> ClassIndex(10)
  split   Stratified(digits.label, train = 70%, test = 30%)
}"""
    spec = analysis(with_parts(data=section, network=FLAT.format("1x8x8"))).spec
    assert spec is not None
    assert {part: str(rows) for part, rows in spec.data.parts.items()} == {
        Part.TRAIN: "1,258",
        Part.TEST: "539",
    }


def test_a_label_misspelt_has_suggestions(tmp_path):
    found = table(tmp_path, label='rows.kind -> ClassIndex(["cats", "dog"])').only
    assert found.help == 'did you mean "cat" where the list has "cats"?'
