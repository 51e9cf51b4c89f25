"""Traps of BigDL and Analytics Zoo that no spec can fall into, because the language has no way to say them.

Each test's docstring names the trap as it was measured; what the emitted programs handle is tested with the target.
"""

import pytest

from tests.semantics.analysis import DATA, NETWORK, OPTIMIZE, analysis, network_of, with_parts
from tests.semantics.surgery_specs import base, operated
from zoodsl.catalog import registry
from zoodsl.catalog.values import Kind

DIGITS = """
data {
  digits  = Sample("digits")
  feature digits.image
  label   digits.label -> ClassIndex(10)
}
"""
IMAGES = "network {\n  input 1x8x8\n  Flatten()\n  Dense(10, activation = softmax)\n}"


def steps(text):
    return analysis(with_parts(f"preprocess {{\n  {text}\n}}", data=DIGITS, network=IMAGES))


def schedule(text, epochs=10):
    optimize = OPTIMIZE.replace("Adam()", f"Adam(learning_rate = 0.001)\n  schedule {text}")
    return analysis(with_parts(f"train {{ epochs {epochs} }}", optimize=optimize))


def test_labels_count_from_one(tmp_path):
    """NNClassifier's labels are 1-based whatever the loss; 0-based ones gave an accuracy of 0.019 in silence."""
    (tmp_path / "a.csv").write_text("x,y\n" + "".join(f"{n},{n % 3 + 1}\n" for n in range(90)))
    data = 'data {\n  rows = CSV("a.csv")\n  feature rows.x\n  label rows.y -> ClassIndex(3)\n}'
    text = with_parts(data=data, network="network {\n  input 1\n  Dense(3, activation = softmax)\n}")
    assert analysis(text, path=str(tmp_path / "spec.zoo")).codes == ["ZOO412"]


@pytest.mark.parametrize("name", ["Loss", "score", "Score", "AucScore"])
def test_plateau_monitor_names(name):
    """Plateau takes only "Loss" and "score", each spelt so, and fails at run time with any other name."""
    result = schedule(f"Plateau(monitor = {name})")
    assert len(result.codes) == 1
    assert result.codes[0] in ("ZOO202", "ZOO510")


def test_plateau_mode():
    """Plateau on a score decays by default, because its mode is min: here the mode follows from the metric."""
    plateau = registry.find(Kind.SCHEDULE, "Plateau")
    assert plateau.parameter("mode") is None
    assert schedule("Plateau(mode = max)").codes == ["ZOO204"]


def test_sequential_schedule_running_past_its_end():
    """SequentialSchedule running past the sum of its lengths kills training (IndexOutOfBoundsException: 2)."""
    assert schedule("Warmup(to = 0.01) for 2 epochs then Poly() for 7 epochs").codes == ["ZOO513"]


def test_max_epoch_with_end_when():
    """SetMaxEpoch and setEndWhen together are an error, neither means 50 epochs: `epochs` is one setting."""
    assert analysis(with_parts("train {\n  epochs 3\n  epochs 4\n}")).codes == ["ZOO224"]
    assert analysis(with_parts()).spec.train.epochs == 1


def test_fixed_crop_floats():
    """ImageFixedCrop(2, 3, 12, 13) fails in Py4J for want of floats: corners are ranges of pixels, or of shares."""
    assert steps("FixedCrop(2, 1, 8, 7)").codes == ["ZOO207"]
    assert steps("FixedCrop(x = 0.1..0.9, y = 0.1..0.9)").codes == ["ZOO414"]
    assert steps("FixedCrop(x = 2..8, y = 1..7)\n  Resize(8x8)").codes == []
    assert steps("FixedCrop(x = 10%..90%, y = 0%..50%)\n  Resize(8x8)").codes == []


def test_compose():
    """ImageRandomPreprocessing takes a Compose and fails with a ChainedPreprocessing: RandomApply takes one step."""
    assert steps("RandomApply([HFlip(), Brightness(1, 2)], 50%)").codes == ["ZOO209"]


def test_crop_larger_than_the_image():
    """A crop larger than the image is clipped to it in silence."""
    assert steps("CenterCrop(9x9)").codes == ["ZOO414"]


def test_a_random_crop_of_a_whole_side():
    """ImageRandomCrop never begins with the first row or column: 8 columns of 8 are 7, in silence."""
    assert steps("RandomCrop(8x7)").codes == ["ZOO414"]
    assert steps("RandomCrop(7x7)\n  Resize(8x8)").codes == []


@pytest.mark.parametrize("step", ["Hue(-8, 8)", "Saturation(0.5, 1.5)"])
def test_colours_of_a_grey_image(step):
    """ColorJitter fails on one channel (`channel size(1) is not 3`)."""
    assert steps(step).codes == ["ZOO414"]


def test_training_steps_in_validation():
    """NNModel.transform and setValidation use the training chain, random steps included."""
    spec = steps("training { Brightness(-8, 8) }").spec
    assert [step.training_only for step in spec.preprocess.steps] == [True]
    assert steps("training { RandomCrop(7x7) }").codes == ["ZOO451"]


@pytest.mark.parametrize("activation", ["Relu", "rleu", '"relu"'])
def test_the_activation_keyword(activation):
    """A wrong activation's name is found on the JVM only."""
    assert len(analysis(network_of(f"  Dense(8, activation = {activation})")).codes) == 1


@pytest.mark.parametrize(
    "softmax", ["Conv2D(3, 1x1, activation = softmax)", "Activation(log_softmax)", "Softmax()"]
)
def test_softmax_over_an_image(softmax):
    """Engines mean the last axis: the channels where they come last, a row of pixels where they come first."""
    text = IMAGES.replace("Flatten()", f"{softmax}\n  Flatten()")
    assert analysis(with_parts("preprocess {\n}", data=DIGITS, network=text)).codes == ["ZOO301"]


def test_checkpoint_folder():
    """A checkpoint's folder must exist, and what it holds is never overwritten: a spec names no folder."""
    assert analysis(with_parts('train { checkpoint "folder" }')).codes == ["ZOO229"]


def test_a_batch_of_more_than_the_rows():
    """A batch above the rows fails in the first epoch (`excepted 20 got 32`)."""
    assert analysis(with_parts("train { batch 200 }")).codes == ["ZOO512"]


def test_probabilities_for_scores():
    """ClassNLLCriterion expects log-probabilities, and is content with anything."""
    network = NETWORK.replace(", activation = softmax", "")
    assert analysis(with_parts(network=network)).codes == ["ZOO502"]


@pytest.mark.parametrize("metric", ["MeanAbsoluteError", "MeanSquaredError"])
def test_a_distance_between_classes(metric):
    """Optim MAE returns nonsense (3.1 to 3.6) on labels that it was not made for."""
    text = with_parts(f"train {{ validate with {metric}() }}", data=DATA)
    assert analysis(text).codes == ["ZOO505"]


def test_warmup_that_falls():
    """Warmup takes a delta, so that a start above the goal goes down without a word."""
    assert schedule("Warmup(to = 0.0001) for 2 epochs then Poly()").codes == ["ZOO516"]


def test_a_cut_at_two_nodes():
    """``new_graph`` of two outputs fails: `There're 1 inputs, but graph has 2 roots`."""
    assert operated(base('cut at "pool2", "relu1"')).codes == ["ZOO229"]
