"""Phases of training and learning rates of single layers."""

from __future__ import annotations

import pytest

from tests.semantics.analysis import Analysis
from tests.semantics.surgery_specs import NETWORK, base, operated
from zoodsl.model.nodes import Phase, RateShare

BODY = {"conv1", "bn1", "relu1", "pool1", "conv2", "bn2", "relu2", "pool2"}


def trained(phase: str, *lines: str, epochs: int = 8) -> Analysis:
    return operated(base('cut at "pool2"', *lines), train=f"batch 2\nepochs {epochs}\nphase {phase}")


def phases(found: Analysis) -> list[tuple[set[str], int | None]]:
    assert found.messages == []
    assert found.spec is not None
    assert all(isinstance(phase, Phase) for phase in found.spec.train.phases)
    return [(set(phase.frozen), phase.epochs) for phase in found.spec.train.phases]


def shared(*lines: str, base_lines: tuple[str, ...] = (), train: str = "batch 2") -> Analysis:
    return operated(base('cut at "pool2"', *base_lines), optimize="\n".join(lines), train=train)


def shares(found: Analysis) -> tuple[RateShare, ...]:
    assert found.messages == []
    assert found.spec is not None
    return found.spec.optimize.shares


# --- phases


def test_each_phase_begins_with_what_is_frozen_before() -> None:
    found = trained('freeze all for 3 epochs then unfreeze "conv2", "bn2" for 4 epochs then unfreeze all')
    assert phases(found) == [(BODY, 3), (BODY - {"conv2", "bn2"}, 4), (set(), None)]


def test_the_first_phase_begins_with_what_the_base_freezes() -> None:
    found = trained('unfreeze "bn*" for 3 epochs then freeze "conv2" for 5 epochs', 'freeze up to "pool1"')
    upper = {"conv1", "relu1", "pool1"}
    assert phases(found) == [(upper, 3), (upper | {"conv2"}, 5)]


def test_layers_of_the_head_have_phases_too() -> None:
    found = trained('freeze "dense" for 3 epochs then unfreeze "dense"')
    assert phases(found) == [({"dense"}, 3), (set(), None)]


def test_up_to_a_node() -> None:
    found = trained('freeze up to "pool1" for 3 epochs then unfreeze up to "relu1"')
    assert phases(found) == [({"conv1", "bn1", "relu1", "pool1"}, 3), ({"pool1"}, None)]


def test_without_phases_there_are_none() -> None:
    found = operated(base('cut at "pool2"', "freeze all"))
    assert phases(found) == []


def test_phases_may_be_written_over_lines() -> None:
    found = trained("freeze all for 3 epochs\n        then unfreeze all for 5 epochs")
    assert phases(found) == [(BODY, 3), (set(), 5)]


@pytest.mark.parametrize(
    ("phase", "message"),
    [
        (
            "freeze all for 3 epochs then unfreeze all for 4 epochs",
            "the phases take 3 + 4 = 7 epochs, and training takes 8",
        ),
        (
            "freeze all for 3 epochs then unfreeze all for 6 epochs",
            "the phases take 3 + 6 = 9 epochs, and training takes 8",
        ),
        (
            "freeze all for 8 epochs then unfreeze all",
            "the last phase begins after 8 epochs, when training has ended",
        ),
        (
            "freeze all then unfreeze all",
            "this phase runs to the end of training, so that the next one never begins",
        ),
    ],
)
def test_phases_fill_the_training(phase: str, message: str) -> None:
    item = trained(phase).only
    assert (item.code.name, item.message) == ("ZOO618", message)


def test_a_phase_in_which_nothing_learns() -> None:
    item = trained('freeze "*" for 3 epochs then unfreeze "dense"').only
    assert item.code.name == "ZOO617"
    assert item.span is not None
    assert item.span.text == 'freeze "*" for 3 epochs'


def test_all_frozen_with_the_head() -> None:
    found = operated(base("freeze all"), network="network {\ninput 3x16x16\ntiny()\nSoftmax()\n}")
    item = next(each for each in found.diagnostics if each.code.name == "ZOO617")
    assert item.message == "nothing is left to train: all layers with weights are frozen"


def test_unfreezing_what_is_not_frozen_is_told() -> None:
    item = trained('freeze "conv1" for 3 epochs then unfreeze "conv2"').only
    assert (item.code.name, item.message) == ("ZOO611", "nothing of this is frozen before")


def test_a_pattern_that_matches_nothing() -> None:
    item = trained('freeze all for 3 epochs then unfreeze "res5*"').only
    assert item.code.name == "ZOO608"
    assert item.message == "no layer of the network matches `res5*`"
    assert item.help.startswith("its layers are ")


@pytest.mark.parametrize(("pattern", "near"), [("cnv2*", "conv2*"), ("convv*", "conv*"), ("Pool?", "pool?")])
def test_a_pattern_that_nearly_matches_is_mended(pattern: str, near: str) -> None:
    item = trained(f'freeze all for 3 epochs then unfreeze "{pattern}"').only
    assert (item.code.name, item.help) == ("ZOO608", f"did you mean `{near}`?")
    assert item.fix is not None
    assert item.fix.text == f'"{near}"'


def test_all_without_a_base() -> None:
    from tests.semantics.analysis import analysis, with_parts

    item = analysis(with_parts("train {\nphase freeze all\n}")).only
    assert item.message == "`all` means the layers that come from a base, and there are none"


@pytest.mark.parametrize(
    "phase",
    [
        "for 3 epochs",
        "freeze for 3 epochs",
        '"conv1" for 3 epochs',
        "freeze all for 3 epochs then",
        "all",
        "freeze all with 3 epochs",
        'freeze all, "conv1"',
        "freeze at 3",
    ],
)
def test_other_forms(phase: str) -> None:
    assert "ZOO229" in trained(phase).codes


def test_phases_last_whole_epochs() -> None:
    assert trained("freeze all for 30 iterations then unfreeze all").codes == ["ZOO211"]


def test_freezing_in_training_without_its_keyword() -> None:
    item = operated(base('cut at "pool2"'), train="batch 2\nfreeze all for 3 epochs").only
    assert item.help == "what is frozen in training is a phase: `phase freeze all for 3 epochs`"


def test_phases_are_set_once() -> None:
    found = trained("freeze all for 3 epochs then unfreeze all\nphase freeze all")
    assert found.codes == ["ZOO224"]
    # The first line alone does not fill the training: the two together were meant to.
    found = trained("freeze all for 3 epochs\nphase unfreeze all for 5 epochs")
    assert found.codes == ["ZOO224"]


@pytest.mark.parametrize(
    ("name", "call", "help_"),
    [
        ("body", 'tiny() as "body"', 'it is no layer itself: those in it are `"body/*"`'),
        ("tiny", "tiny()", "it is a base: `all` means the layers that come from bases"),
    ],
)
def test_a_name_of_several_layers_is_told_what_it_is(name: str, call: str, help_: str) -> None:
    network = NETWORK.replace("tiny()", call)
    train = f'batch 2\nepochs 4\nphase freeze "{name}"'
    item = operated(base('cut at "pool2"'), network=network, train=train).only
    assert (item.code.name, item.help) == ("ZOO607", help_)


REPLACED = 'replace "conv1" with Conv2D(4, 5x5, padding = same)'


def test_a_fresh_layer_that_never_learns_is_told() -> None:
    item = operated(base('cut at "pool2"', REPLACED, 'freeze up to "pool1"')).only
    assert item.code.name == "ZOO622"
    assert item.span is not None
    assert item.span.text == "Conv2D(4, 5x5, padding = same)"
    assert item.help == 'end the base with `unfreeze "conv1"`'


def test_a_fresh_layer_that_phases_never_let_learn_is_told_with_both_places() -> None:
    network = NETWORK.replace("  Dense", '  Dense(4, activation = relu) as "own"\n  Dense')
    train = 'batch 2\nepochs 4\nphase freeze "own" for 3 epochs then unfreeze "conv2"'
    item = operated(base('cut at "pool2"', "freeze all"), network=network, train=train).only
    assert item.code.name == "ZOO622"
    assert item.span is not None
    assert item.span.text == 'freeze "own" for 3 epochs'
    assert [label.span.text for label in item.labels] == ["Dense(4, activation = relu)"]


def test_a_fresh_layer_may_be_frozen_for_a_while() -> None:
    surgery = ('cut at "pool2"', REPLACED, 'freeze up to "pool1"')
    train = 'batch 2\nepochs 4\nphase freeze all for 3 epochs then unfreeze "conv1"'
    assert operated(base(*surgery), train=train).messages == []


# --- learning rates


def test_layers_learn_at_a_share_of_the_rate() -> None:
    one, other = shares(shared('learning_rate 10% for "conv2", "bn2"', 'learning_rate 1% for "*1"'))
    assert (one.share, set(one.layers)) == (0.1, {"conv2", "bn2"})
    assert (other.share, set(other.layers)) == (0.01, {"conv1", "bn1"})


def test_all_are_the_layers_of_bases() -> None:
    (share,) = shares(shared("learning_rate 10% for all"))
    assert share.layers == {"conv1", "bn1", "conv2", "bn2"}


def test_up_to_a_node_at_a_share() -> None:
    (share,) = shares(shared('learning_rate 10% for up to "pool1"'))
    assert share.layers == {"conv1", "bn1"}


def test_a_share_may_be_a_param() -> None:
    (share,) = shares(
        operated("param slow: share = 5%", base('cut at "pool2"'), optimize="learning_rate slow for all")
    )
    assert share.share == 0.05


def test_a_name_of_a_rate_is_no_keyword_elsewhere() -> None:
    found = operated(
        "param learning_rate: float = 0.1",
        base('cut at "pool2"'),
        optimize="schedule Warmup(to = learning_rate) for 1 epoch",
        train="batch 2\nlog loss, learning_rate every 5 iterations",
    )
    assert found.messages == []


def test_a_layer_has_one_rate() -> None:
    item = shared("learning_rate 10% for all", 'learning_rate 1% for "conv1"').only
    assert (item.code.name, item.message) == ("ZOO619", "`conv1` has two learning rates")
    assert [label.span.text for label in item.labels] == ["learning_rate 10% for all"]


def test_what_is_frozen_throughout_has_no_rate() -> None:
    item = shared('learning_rate 10% for "conv1"', base_lines=('freeze up to "pool1"',)).only
    assert item.code.name == "ZOO620"
    assert [label.text for label in item.labels] == ["this base freezes them"]


def test_what_is_frozen_for_a_while_has_a_rate() -> None:
    train = "batch 2\nepochs 4\nphase freeze all for 2 epochs then unfreeze all"
    assert len(shares(shared('learning_rate 10% for "conv1"', train=train))) == 1


def test_what_is_frozen_in_every_phase_has_none() -> None:
    train = 'batch 2\nepochs 4\nphase freeze all for 2 epochs then unfreeze "conv2"'
    item = shared('learning_rate 10% for "conv1"', train=train).only
    assert [label.text for label in item.labels] == ["frozen to the end"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('learning_rate 0% for "conv1"', "ZOO210"),
        ('learning_rate 200% for "conv1"', "ZOO210"),
        ('learning_rate 0.1 for "conv1"', "ZOO211"),
        ('learning_rate 10% for "relu1"', "ZOO609"),
        ('learning_rate 10% for "conv9"', "ZOO607"),
        ('learning_rate for "conv1"', "ZOO229"),
        ("learning_rate 10%", "ZOO229"),
        ('learning_rate 10% by "conv1"', "ZOO229"),
        ("learning_rate 10% for 5 epochs", "ZOO209"),
    ],
)
def test_what_is_no_rate_of_layers(line: str, code: str) -> None:
    assert shared(line).codes == [code]


# --- what Ftrl forgets


@pytest.mark.parametrize(
    ("freeze", "train", "codes"),
    [
        ("", "batch 2", ["ZOO624"]),
        ("freeze all", "batch 2", []),
        ('freeze "bn*"', "batch 2", ["ZOO624"]),
        ("freeze all", "batch 2\nepochs 4\nphase freeze all for 2 epochs then unfreeze all", ["ZOO624"]),
    ],
)
def test_ftrl_forgets_pretrained_weights(freeze: str, train: str, codes: list[str]) -> None:
    found = operated(base('cut at "pool2"', freeze), optimizer="Ftrl()", train=train)
    assert found.codes == codes
