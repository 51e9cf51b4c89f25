import pytest

from tests.semantics.analysis import DATA, NETWORK, OPTIMIZE, analysis, with_parts

NUMBER = """
data {
  people  = Sample("diabetes")
  feature people.age, people.bmi, people.bp, people.s5
  label   people.target -> Number()
  split   Random(train = 60%, validation = 20%, test = 20%)
}
"""


def train(*lines, **parts):
    return analysis(with_parts("train {\n  " + "\n  ".join(lines) + "\n}", **parts))


def optimize(*lines, epochs=None):
    section = "optimize {\n  loss SparseCategoricalCrossentropy()\n  " + "\n  ".join(lines) + "\n}"
    return train(f"epochs {epochs}" if epochs else "seed 1", optimize=section)


def ends(last, loss, data=DATA):
    network = f"network {{\n  input 4\n  {last}\n}}"
    return analysis(
        with_parts(data=data, network=network, optimize=f"optimize {{\n  loss {loss}\n  optimizer Adam()\n}}")
    )


def test_defaults():
    spec = analysis(with_parts()).spec.train
    assert (spec.seed, spec.batch, spec.epochs, spec.checkpoint_every) == (42, 32, 1, 1)
    assert (spec.validate, spec.stop, spec.keep) == (None, None, None)
    assert (spec.log.values, spec.log.every) == (("loss", "learning_rate"), 10)


def test_everything_that_can_be_set():
    result = train(
        "seed 7",
        "batch 16",
        "epochs 9",
        "validate every 2 epochs with Accuracy(), AUC()",
        "stop EarlyStopping(monitor = AUC, patience = 3)",
        "checkpoint every 3 epochs",
        "keep best by loss",
        "log loss every 7 iterations",
    )
    assert result.codes == []
    spec = result.spec.train
    assert (spec.seed, spec.batch, spec.epochs, spec.checkpoint_every) == (7, 16, 9, 3)
    assert (spec.validate.every, [each.operator.name for each in spec.validate.metrics]) == (
        2,
        ["Accuracy", "AUC"],
    )
    assert (spec.keep.metric, spec.keep.better) == ("loss", "min")
    assert (spec.log.values, spec.log.every) == (("loss",), 7)
    assert set(spec.places) == {"seed", "batch", "epochs", "validate", "stop", "checkpoint", "keep", "log"}


@pytest.mark.parametrize(
    ("metric", "better", "data", "last", "loss"),
    [
        ("Accuracy", "max", DATA, "Dense(3, activation = softmax)", "SparseCategoricalCrossentropy()"),
        ("MeanAbsoluteError", "min", NUMBER, "Dense(1)", "MeanSquaredError()"),
    ],
)
def test_better_follows_from_the_metric(metric, better, data, last, loss):
    result = train(
        f"validate with {metric}()",
        f"keep best by {metric}",
        data=data,
        network=f"network {{\n  input 4\n  {last}\n}}",
        optimize=f"optimize {{\n  loss {loss}\n  optimizer Adam()\n}}",
    )
    assert result.codes == []
    assert result.spec.train.keep.better == better


@pytest.mark.parametrize(
    "line",
    [
        "validate Accuracy()",
        "validate every 1 epoch every 2 epochs",
        "validate every 1 epoch, AUC()",
        "validate by Accuracy()",
        "checkpoint 1 epoch",
        "checkpoint every 1 epoch, 2",
        "keep worst by Accuracy",
        "keep best by Accuracy()",
        "keep best",
        "batch 1 for 3 epochs",
        "epochs 3, 4",
        "log loss every 5 iterations, learning_rate",
    ],
)
def test_forms_of_settings(line):
    assert train(line).codes == ["ZOO229"]


def test_keep_last_is_what_happens_anyway():
    result = train("keep last")
    assert (result.codes, result.spec.train.keep) == ([], None)


def test_segments_of_a_schedule():
    result = optimize(
        "optimizer SGD(learning_rate = 0.1)",
        "schedule Warmup(to = 0.5) for 2 epochs then Poly() for 20 iterations then Plateau()",
        epochs=20,
    )
    assert result.codes == []
    assert [(each.schedule.operator.name, str(each.length)) for each in result.spec.optimize.schedule] == [
        ("Warmup", "2 epochs"),
        ("Poly", "20 iterations"),
        ("Plateau", "None"),
    ]


@pytest.mark.parametrize(
    ("schedule", "epochs", "codes"),
    [
        ("Poly() for 10 epochs", 10, []),
        ("Poly()", 10, []),
        ("Poly() for 9 epochs", 10, ["ZOO513"]),
        ("Poly() for 11 epochs", 10, ["ZOO514"]),
        ("Step(2 epochs, 0.5) for 5 epochs then Poly()", 10, []),
        ("Step(2 epochs, 0.5) for 10 epochs then Poly()", 10, ["ZOO514"]),
        # 107 of 178 rows train, in 4 batches of 32
        ("Step(2 epochs, 0.5) for 4 iterations then Poly() for 9 epochs", 10, []),
        ("Step(2 epochs, 0.5) for 3 iterations then Poly() for 9 epochs", 10, ["ZOO513"]),
        ("Poly() for 41 iterations", 10, ["ZOO514"]),
        ("Poly() for 5", 10, ["ZOO211"]),
        ("Poly() for 5 min", 10, ["ZOO211"]),
        ("Poly() for 2.5 epochs", 10, ["ZOO210"]),
        ("Poly() for 5 epochs for 5 epochs", 10, ["ZOO229"]),
        ("Poly(), Step(1 epoch, 0.5)", 10, ["ZOO229"]),
        ("Warmup(to = 0.1) then Poly()", 10, ["ZOO515"]),
    ],
)
def test_lengths_of_schedules(schedule, epochs, codes):
    assert optimize("optimizer Adam()", f"schedule {schedule}", epochs=epochs).codes == codes


def test_the_numbers_of_a_schedule_that_is_too_short():
    result = optimize(
        "optimizer Adam()", "schedule Warmup(to = 0.1) for 2 epochs then Poly() for 6 epochs", epochs=10
    )
    assert result.messages == ["the schedule ends after 2 + 6 = 8 epochs, and training takes 10"]
    assert [label.text for label in result.only.labels] == ["10 epochs"]


@pytest.mark.parametrize(
    ("last", "loss", "codes"),
    [
        ("Dense(3, activation = softmax)", "SparseCategoricalCrossentropy()", []),
        ("Dense(3) -> Softmax()", "SparseCategoricalCrossentropy()", []),
        ("Dense(3) -> Activation(softmax)", "SparseCategoricalCrossentropy()", []),
        ("Dense(3, activation = softmax) -> Reshape(3)", "SparseCategoricalCrossentropy()", []),
        ("Dense(3)", "SparseCategoricalCrossentropy(from_logits = true)", []),
        ("Dense(3)", "SparseCategoricalCrossentropy()", ["ZOO502"]),
        ("Dense(3) -> ReLU()", "SparseCategoricalCrossentropy()", ["ZOO502"]),
        ("Dense(3, activation = sigmoid)", "SparseCategoricalCrossentropy()", ["ZOO502"]),
        ("Dense(3, activation = softmax)", "SparseCategoricalCrossentropy(from_logits = true)", ["ZOO502"]),
        ("Dense(1, activation = softmax)", "SparseCategoricalCrossentropy()", ["ZOO503"]),
        ("Dense(4, activation = softmax)", "SparseCategoricalCrossentropy()", ["ZOO504"]),
        ("Dense(9)", "SparseCategoricalCrossentropy()", ["ZOO502", "ZOO504"]),
        ("Dense(3, activation = softmax)", "MeanSquaredError()", ["ZOO501"]),
        ("Dense(1, activation = sigmoid)", "BinaryCrossentropy()", ["ZOO501"]),
    ],
)
def test_loss_last_activation_and_outputs_of_three_classes(last, loss, codes):
    assert ends(last, loss).codes == codes


@pytest.mark.parametrize(
    ("last", "loss", "codes"),
    [
        ("Dense(1)", "MeanSquaredError()", []),
        ("Dense(1, activation = relu)", "MeanAbsoluteError()", []),
        ("Dense(2)", "MeanSquaredError()", ["ZOO504"]),
        ("Dense(3, activation = softmax)", "SparseCategoricalCrossentropy()", ["ZOO501"]),
    ],
)
def test_loss_and_outputs_of_a_number(last, loss, codes):
    assert ends(last, loss, NUMBER).codes == codes


def test_a_batch_of_more_rows_than_train():
    assert train("batch 107").codes == []
    result = train("batch 108")
    assert (result.codes, result.only.help) == (
        ["ZOO512"],
        "write `batch 96` in `train`, which up to 16 cores can share equally, or another of at most 107",
    )


def test_the_default_batch_points_to_the_rows():
    few = DATA.replace("train = 60%, validation = 20%, test = 20%", "train = 10%, test = 90%")
    result = analysis(with_parts(data=few))
    assert result.messages == ["the batch is 32 by default, and only 18 rows train"]
    assert result.only.span.text == 'wines   = Sample("wine")'


def test_monitors():
    assert train("stop EarlyStopping(monitor = loss, patience = 3)").codes == ["ZOO510"]
    validate = "validate every 1 epoch with Accuracy()"
    assert train(validate, "stop EarlyStopping(monitor = loss, patience = 3)").codes == []
    assert train(validate, "stop EarlyStopping(monitor = AUC, patience = 3)").codes == ["ZOO511"]
    result = train(validate, "keep best by accurcy")
    assert (result.codes, result.only.help) == (["ZOO202"], "did you mean `Accuracy`?")
    assert train(validate, "keep best by MAE").only.help == "it is called `MeanAbsoluteError` here"


def test_a_plateau_on_a_metric_needs_it_computed():
    assert optimize("optimizer Adam()", "schedule Plateau(monitor = Accuracy)").codes == ["ZOO510"]
    assert optimize("optimizer Adam()", "schedule Plateau(monitor = loss)").codes == []


def test_parts_that_are_needed():
    no_test = DATA.replace("validation = 20%, test = 20%", "validation = 40%")
    assert analysis(with_parts("evaluate { metric Accuracy() }", data=no_test)).codes == []
    nothing = DATA.replace("train = 60%, validation = 20%, test = 20%", "train = 100%")
    assert analysis(with_parts("evaluate { metric Accuracy() }", data=nothing)).codes == ["ZOO509"]
    assert analysis(with_parts("evaluate { }", data=nothing)).codes == []


def test_plots_and_metrics_are_for_some_labels():
    network = "network {\n  input 4\n  Dense(1)\n}"
    loss = "optimize {\n  loss MeanSquaredError()\n  optimizer Adam()\n}"
    evaluate = "evaluate {\n  metric Accuracy(), R2Score()\n  plot curves, roc\n}"
    result = analysis(with_parts(evaluate, data=NUMBER, network=network, optimize=loss))
    assert result.codes == ["ZOO505", "ZOO507"]
    assert result.diagnostics[1].span.text == "roc"


def test_all_mistakes_of_a_spec_in_one_run():
    text = with_parts(
        "train {\n  batch 1000\n  validate every 1 epoch with R2Score()\n  keep best by AUC\n}",
        data=DATA.replace("wines.ash", "wines.ashes"),
        network=NETWORK.replace("relu", "rleu"),
        optimize=OPTIMIZE.replace("Adam()", "Adam(lr = 0.1)"),
    )
    assert analysis(text).codes == ["ZOO505", "ZOO511", "ZOO409", "ZOO212", "ZOO205"]


BINARY_DATA = """
data {
  scans   = Sample("breast_cancer")
  feature scans["mean radius"]
  label   scans.target -> ClassIndex(2)
}
"""


@pytest.mark.parametrize(
    ("data", "loss", "last", "codes"),
    [
        (
            DATA,
            "SparseCategoricalCrossentropy(weights = [1.0, 2.0])",
            "Dense(3, activation = softmax)",
            ["ZOO517"],
        ),
        (DATA, "SparseCategoricalCrossentropy(weights = [1, 2, 3])", "Dense(3, activation = softmax)", []),
        (
            BINARY_DATA,
            "BinaryCrossentropy(weights = [1.0, 2.0])",
            "Dense(1, activation = sigmoid)",
            ["ZOO517"],
        ),
        (BINARY_DATA, "BinaryCrossentropy(weights = [2.0])", "Dense(1, activation = sigmoid)", []),
    ],
)
def test_a_loss_has_a_weight_for_each_class_or_output(data, loss, last, codes):
    inputs = 4 if data is DATA else 1
    network = f"network {{\n  input {inputs}\n  {last}\n}}"
    optimize = f"optimize {{\n  loss {loss}\n  optimizer Adam()\n}}"
    assert analysis(with_parts(data=data, network=network, optimize=optimize)).codes == codes


def test_an_activation_before_a_layer_that_computes_is_not_the_last():
    network = NETWORK.replace("softmax)", "softmax)\n  BatchNormalization()")
    found = analysis(with_parts(network=network)).only
    assert (found.code.name, "`batch_normalization` has no activation" in found.message) == ("ZOO502", True)


@pytest.mark.parametrize(("to", "codes"), [("0.001", []), ("0.0009", ["ZOO516"])])
def test_a_warmup_may_stay_level(to, codes):
    optimize = OPTIMIZE.replace("Adam()", f"Adam(learning_rate = 0.001)\n  schedule Warmup(to = {to})")
    assert analysis(with_parts(optimize=optimize)).codes == codes


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (435, "`batch 432` in `train`, which up to 16 cores can share equally, or another of at most 435"),
        (64, "`batch 64` in `train`, which up to 16 cores can share equally, or less"),
        (7, "`batch 4` in `train`, which up to 4 cores can share equally, or another of at most 7"),
        (1, "`batch 1` in `train`"),
    ],
)
def test_the_nearest_batch_that_fits(rows, words, tmp_path):
    (tmp_path / "rows.csv").write_text("a,b\n" + "1,2\n" * rows)
    data = 'data {\n rows = CSV("rows.csv")\n feature rows.a\n label rows.b -> Number()\n}'
    network = "network {\n input 1\n Dense(1)\n}"
    optimize = "optimize {\n loss MeanSquaredError()\n optimizer Adam()\n}"
    text = with_parts("train { batch 1024 }", data=data, network=network, optimize=optimize)
    result = analysis(text, path=str(tmp_path / "spec.zoo"))
    assert (result.codes, result.only.help) == (["ZOO512"], f"write {words}")


def test_a_label_in_error_brings_no_mistake_of_the_network():
    data = DATA.replace("ClassIndex(3)", "ClassIndex(1)")
    assert ends("Dense(1, activation = softmax)", "SparseCategoricalCrossentropy()", data).codes == ["ZOO210"]


@pytest.mark.parametrize(("k", "codes"), [(1, []), (2, []), (3, ["ZOO518"]), (5, ["ZOO518"])])
def test_guesses_are_fewer_than_classes(k, codes):
    evaluate = f"evaluate {{ metric TopKAccuracy(k = {k}) }}"
    assert analysis(with_parts(evaluate)).codes == codes


@pytest.mark.parametrize(
    ("epochs", "every", "patience", "codes"),
    [(5, 1, 4, []), (5, 1, 5, ["ZOO519"]), (10, 2, 4, []), (10, 2, 5, ["ZOO519"]), (9, 2, 4, [])],
)
def test_patience_is_shorter_than_training(epochs, every, patience, codes):
    unit = "epoch" if every == 1 else "epochs"
    result = train(
        f"epochs {epochs}",
        f"validate every {every} {unit} with Accuracy()",
        f"stop EarlyStopping(monitor = Accuracy, patience = {patience})",
    )
    assert result.codes == codes
    assert result.spec is not None


@pytest.mark.parametrize(
    "rule",
    [
        "keep best by TopKAccuracy",
        "stop EarlyStopping(monitor = TopKAccuracy, patience = 2)",
    ],
)
def test_two_metrics_of_one_name_cannot_be_told_apart(rule):
    metrics = "validate every 1 epoch with TopKAccuracy(k = 1), TopKAccuracy(k = 2), Accuracy()"
    result = train("epochs 9", metrics, rule)
    assert result.codes == ["ZOO520"]
    assert [label.text for label in result.only.labels] == ["the first", "the second"]
    assert train("epochs 9", metrics, "keep best by Accuracy").codes == []


@pytest.mark.parametrize(
    ("loss", "codes"),
    [
        ("BinaryCrossentropy(weights = balanced)", []),
        ("BinaryCrossentropy(weights = [1, 2])", ["ZOO517"]),
        ("BinaryCrossentropy(weights = even)", ["ZOO212"]),
        ("BinaryCrossentropy(weights = 2)", ["ZOO209"]),
    ],
)
def test_weights_are_listed_or_balanced(loss, codes):
    data = 'data {\n rows = Sample("breast_cancer")\n feature rows["mean area"]\n label rows.target -> ClassIndex(2)\n}'
    network = "network {\n input 1\n Dense(1, activation = sigmoid)\n}"
    optimize = f"optimize {{\n loss {loss}\n optimizer Adam()\n}}"
    assert analysis(with_parts(data=data, network=network, optimize=optimize)).codes == codes
