"""What `evaluate` and `predict` may ask for."""

import pytest

from tests.pretrained import FOLDER
from tests.semantics.analysis import DATA, NETWORK, OPTIMIZE, analysis, with_parts
from zoodsl.model.nodes import Part

TWO = (
    DATA.replace('wine"', 'breast_cancer"')
    .replace(
        "wines.alcohol, wines.malic_acid, wines.ash, wines.magnesium",
        'wines["mean radius"], wines["mean texture"]',
    )
    .replace("ClassIndex(3)", "ClassIndex(2)")
)
SIGMOID = "network {\n input 2\n Dense(1, activation = sigmoid)\n}"
BINARY = "optimize {\n loss BinaryCrossentropy()\n optimizer Adam()\n}"


def two(*sections, data=TWO):
    return analysis(with_parts(*sections, data=data, network=SIGMOID, optimize=BINARY))


def test_parts_are_judged_in_their_own_order():
    result = analysis(with_parts("evaluate { \n on test, train \n metric Accuracy() \n }"))
    assert result.codes == []
    assert result.spec.evaluate.parts == (Part.TRAIN, Part.TEST)


@pytest.mark.parametrize(
    ("split", "parts", "codes"),
    [
        ("train = 80%, test = 20%", "train, test", []),
        ("train = 80%, test = 20%", "validation", ["ZOO509"]),
        ("train = 80%, validation = 20%", "test, train", ["ZOO509"]),
        ("train = 100%", "train", []),
        ("train = 80%, test = 20%", "tests", ["ZOO212"]),
        ("train = 80%, test = 20%", "", ["ZOO229"]),
    ],
)
def test_parts_that_are_judged_have_rows(split, parts, codes):
    data = DATA.replace("train = 60%, validation = 20%, test = 20%", split)
    result = analysis(with_parts(f"evaluate {{\n on {parts}\n metric Accuracy()\n}}", data=data))
    assert [code for code in result.codes if not code.startswith("ZOO1")] == codes or not parts


def test_parts_are_judged_by_something():
    result = analysis(with_parts("evaluate { on train }"))
    assert (result.codes, result.only.help) == (["ZOO227"], "add a line such as `metric Accuracy()`")


def test_the_best_threshold_is_of_sigmoid_outputs_with_validation_rows():
    evaluate = "evaluate { metric F1Score(threshold = best) }"
    assert two(evaluate).codes == []
    without = TWO.replace("validation = 20%, test = 20%", "test = 40%")
    result = two(evaluate, data=without)
    assert (result.codes, result.only.labels[0].text) == (["ZOO508"], "this split gives it nothing")
    assert analysis(with_parts(evaluate)).codes == ["ZOO522"]


def test_validation_does_not_choose_what_it_judges():
    assert two("train { validate every 1 epoch with Recall(threshold = best) }").codes == ["ZOO521"]
    assert two("train { validate every 1 epoch with Recall(threshold = 0.3) }").codes == []


def test_rows_to_predict():
    result = analysis(with_parts('predict {\n from Sample("wine")\n top 2\n}'))
    assert result.codes == []
    assert (result.spec.tasks[0].frame.reader.operator.name, result.spec.tasks[0].top) == ("Sample", 2)


def test_rows_of_a_part_are_predicted_beside_their_label():
    [task] = analysis(with_parts("predict { on test first 10 }")).spec.tasks
    assert (task.part, task.first, task.labelled, task.frame.name) == (Part.TEST, 10, True, "wines")


@pytest.mark.parametrize(("rows", "labelled"), [('Sample("wine")', True), ('CSV("new.csv")', False)])
def test_rows_that_have_the_label_are_known_to_have_it(tmp_path, rows, labelled):
    (tmp_path / "new.csv").write_text("alcohol,malic_acid,ash,magnesium\n13.5,2.5,2.5,100.5\n")
    result = analysis(with_parts(f"predict {{ from {rows} first 3 }}"), path=str(tmp_path / "spec.zoo"))
    assert result.codes == []
    assert (result.spec.tasks[0].part, result.spec.tasks[0].first) == (None, 3)
    assert result.spec.tasks[0].labelled is labelled


def test_all_classes_are_told_where_they_are_few():
    result = analysis(with_parts('predict { from Sample("wine") }'))
    assert (result.codes, result.spec.tasks[0].top) == ([], 3)


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("top 2", ["ZOO227"]),
        ('images = Images("new/*.png")', ["ZOO228"]),
        ('from Sample("wine")\n top 4', ["ZOO524"]),
        ('from Sample("wine")\n top 0', ["ZOO210"]),
        ('from Sample("wine")\n top 2.5', ["ZOO209"]),
        ('from Sample("iris")', ["ZOO523"]),
        ('from Sample("digits")', ["ZOO523"]),
        ('from CSV("nowhere.csv")', ["ZOO401"]),
        ("from Dense(3)", ["ZOO203"]),
        ('from wines, Sample("wine")', ["ZOO229"]),
        ("from wines", ["ZOO229"]),
        ('from Sample("wine") first 0', ["ZOO210"]),
        ('from Sample("wine") every 2', ["ZOO229"]),
        ('on test\n from Sample("wine")', ["ZOO229"]),
        ("on nobody", ["ZOO212"]),
        ("on test, train", ["ZOO229"]),
    ],
)
def test_what_does_not_predict(body, codes):
    assert analysis(with_parts(f"predict {{\n {body}\n}}")).codes == codes


def test_a_number_has_no_classes():
    data = DATA.replace("ClassIndex(3)", "Number()")
    network = NETWORK.replace("Dense(3, activation = softmax)", "Dense(1)")
    optimize = OPTIMIZE.replace("SparseCategoricalCrossentropy", "MeanSquaredError")
    result = analysis(
        with_parts(
            'predict {\n from Sample("wine")\n top 2\n}', data=data, network=network, optimize=optimize
        )
    )
    assert (result.codes, result.only.help) == (["ZOO524"], "leave it out")


PICTURES = """
data {{
  digits  = Sample("digits")
  feature digits.image
  label   digits.label -> ClassIndex(10)
}}
preprocess {{
{steps}
}}
network {{
  input 1x8x8
  Flatten()
  Dense(10, activation = softmax)
}}
optimize {{
  loss      SparseCategoricalCrossentropy()
  optimizer Adam()
}}
predict {{ from Images("*.png", channels = {channels}) }}
"""


@pytest.mark.parametrize(
    ("steps", "channels", "words"),
    [
        ("Resize(8x8)", 1, None),
        ("", 1, "these images come out of `preprocess` in 12x10, and the network takes 8x8"),
        ("Resize(8x8)", 3, "the network was trained on images of 1 channel, and these have 3 channels"),
        ("training {\n Resize(8x8)\n }", 1, "these images come out of `preprocess` in 12x10"),
    ],
)
def test_pictures_to_predict_reach_the_network_in_its_size(tmp_path, steps, channels, words):
    from PIL import Image

    Image.new("L", (10, 12)).save(tmp_path / "a.png")
    text = PICTURES.format(steps=steps, channels=channels)
    result = analysis(text, path=str(tmp_path / "spec.zoo"))
    if words is None:
        assert result.codes == []
    else:
        assert result.codes == ["ZOO523"]
        assert result.only.message.startswith(words)


NUMBER = NETWORK.replace("Dense(3, activation = softmax)", "Dense(1)")
SQUARES = OPTIMIZE.replace("SparseCategoricalCrossentropy", "MeanSquaredError")
ALS = "evaluate {\n metric MeanAbsoluteError()\n baseline ALS()\n}"


@pytest.mark.parametrize(
    ("fed", "messages"),
    [
        ("wines.alcohol, wines.ash", []),
        (
            "wines.alcohol",
            ["`ALS` takes two feature columns, who rates and what, and the network is fed 1"],
        ),
        (
            "wines.alcohol, wines.ash, wines.magnesium",
            ["`ALS` takes two feature columns, who rates and what, and the network is fed 3"],
        ),
    ],
)
def test_als_is_of_who_and_what(fed, messages):
    data = DATA.replace("wines.alcohol, wines.malic_acid, wines.ash, wines.magnesium", fed)
    network = NUMBER.replace("input 4", f"input {1 + fed.count(',')}")
    result = analysis(
        with_parts(ALS, data=data.replace("ClassIndex(3)", "Number()"), network=network, optimize=SQUARES)
    )
    assert (result.messages, result.codes) == (messages, ["ZOO580"] * len(messages))


@pytest.mark.parametrize(
    ("listed", "codes"),
    [
        ("ALS(), ALS(rank = 5)", []),
        ("ALS(), ALS()", ["ZOO506"]),
        ("ALS(), ALS(rank = 5), ALS(rank = 5)", ["ZOO506"]),
    ],
)
def test_a_baseline_is_listed_once(listed, codes):
    data = DATA.replace(
        "wines.alcohol, wines.malic_acid, wines.ash, wines.magnesium", "wines.alcohol, wines.ash"
    )
    result = analysis(
        with_parts(
            ALS.replace("ALS()", listed),
            data=data.replace("ClassIndex(3)", "Number()"),
            network=NUMBER.replace("input 4", "input 2"),
            optimize=SQUARES,
        )
    )
    assert result.codes == codes
    assert not codes or result.only.message == "`ALS` is computed twice"


APPLIED = """
base tiny {{
  load    "tiny.onnx"
  expects ChannelNormalize(mean = [127], std = [128])
}}
data {{
  pictures = Images("pictures/*/*.png")
  feature  pictures.image
  {label}
}}
preprocess {{
  ChannelNormalize(mean = [127], std = [128])
}}
network {{
  input 3x16x16
  tiny()
}}
{task}
"""
DAY = 'label pictures.folder -> ClassIndex(["day", "night"])'


def applied(task, label=DAY):
    """A network of ten outputs that nothing trains."""
    return analysis(APPLIED.format(task=task, label=label), path=str(FOLDER / "spec.zoo"))


@pytest.mark.parametrize(
    ("task", "codes"),
    [
        ("evaluate { metric Accuracy() }", ["ZOO504"]),
        ("predict { on test }", ["ZOO504"]),
        ("index { top 2 }", []),  # which compares the label with nothing that the network gives
    ],
)
def test_outputs_that_nothing_trains_for_a_label_are_as_many_as_it_has(task, codes):
    result = applied(task)
    assert result.codes == codes
    assert not codes or result.only.message == "the network gives 10, and the label has 2 classes"


def test_what_nothing_trains_is_told_by_a_label():
    result = applied("predict { on test }", label="")
    assert (result.codes, result.spec) == (["ZOO227"], None)
    assert result.only.message.startswith("`predict` tells what the network's outputs mean")
    assert applied("index { top 2 }", label="").codes == []


def test_where_nothing_trains_or_divides_all_rows_test():
    result = applied("evaluate {\n on train\n plot gallery\n}")
    assert "there are no train rows to evaluate on" in result.messages
    result = applied("evaluate {\n on test\n plot gallery\n}")
    assert result.codes == ["ZOO504"]  # the label's, and not the part's


def test_als_has_no_rows_to_be_found_from_where_none_trains():
    evaluate = "evaluate {\n metric MeanAbsoluteError()\n baseline ALS()\n}"
    result = applied(evaluate, label='label number(match(pictures.origin, "([0-9])")) -> Number()')
    assert "`ALS` is found from the rows that train, and all rows test" in result.messages


def test_als_is_of_no_pictures():
    data = 'data {\n digits = Sample("digits")\n feature digits.image\n label digits.label -> Number()\n split Random(train = 80%, test = 20%)\n}'
    network = "network {\n input 1x8x8\n Flatten()\n Dense(1)\n}"
    result = analysis(with_parts(ALS, data=data, network=network, optimize=SQUARES))
    assert result.messages == ["`ALS` takes columns of ids, and `image` holds none"]
