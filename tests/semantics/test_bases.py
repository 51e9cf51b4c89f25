"""Bases: read from their files, operated on, and put into the network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.pretrained import FOLDER, files, rare_onnx, state_file, tiny_onnx
from tests.semantics.analysis import Analysis, analysis
from tests.semantics.surgery_specs import NETWORK, NORMALISED, base, operated
from zoodsl.diagnostics import Applicability
from zoodsl.model.nodes import Network
from zoodsl.semantics.surgery import admit, cut
from zoodsl.targets.numpy.interpreter import activations
from zoodsl.testing import NOWHERE, random_weights
from zoodsl.weights.files import read_pretrained
from zoodsl.weights.pretrained import Pretrained

CUT = 'cut at "pool2"'


def tiny() -> Pretrained:
    content = read_pretrained(str(FOLDER / "tiny.onnx"), NOWHERE)
    assert isinstance(content, Pretrained)
    return content


def network(found: Analysis) -> Network:
    assert found.messages == []
    assert found.spec is not None
    assert found.spec.network is not None
    return found.spec.network


def pictures(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(2, 3, 16, 16)).astype(np.float32)


def marked(found: Analysis) -> tuple[str, list[tuple[str, str]]]:
    """The place and the labels of the one diagnostic, as the text there."""
    item = found.only
    assert item.span is not None
    return item.span.text, [(label.span.text, label.text) for label in item.labels]


@pytest.mark.parametrize("name", files())
def test_the_committed_files_are_what_is_made(name: str) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / name).write_bytes(files()[name])
    assert (FOLDER / name).read_bytes() == files()[name]


# --- in the network


def test_the_layers_of_a_base_stand_in_the_network_under_their_own_names() -> None:
    found = network(operated(base(CUT, 'freeze up to "pool1"')))
    assert [layer.name for layer in found.layers] == [
        *("conv1", "bn1", "relu1", "pool1", "conv2", "bn2", "relu2", "pool2"),
        "dense",
    ]
    assert [layer.base for layer in found.layers] == ["tiny"] * 8 + [None]
    assert found.frozen == {"conv1", "bn1", "relu1", "pool1"}
    (loaded,) = found.bases
    assert (loaded.name, loaded.path, loaded.format, loaded.turned) == ("tiny", "tiny.onnx", "onnx", False)
    assert loaded.span.text == "tiny"
    assert set(loaded.weights) == {"conv1", "bn1", "conv2", "bn2"}
    assert {layer.span.text for layer in found.layers if layer.base} == {"tiny()"}


def test_a_base_computes_in_the_network_what_it_computed_in_its_file() -> None:
    whole = tiny()
    expected = activations(whole.network, whole.weights, [pictures()])["pool2"]
    found = network(operated(base(CUT)))
    weights = {**random_weights(found, 0), **found.bases[0].weights}
    np.testing.assert_array_equal(activations(found, weights, [pictures()])["pool2"], expected)


def test_a_name_for_the_call_goes_before_those_of_the_layers() -> None:
    found = network(operated(base(CUT, "freeze all"), network=NETWORK.replace("tiny()", 'tiny() as "body"')))
    assert "body/conv1" in found.frozen
    assert set(found.bases[0].weights) == {"body/conv1", "body/bn1", "body/conv2", "body/bn2"}


def test_a_base_may_have_its_input_written() -> None:
    chained = "network {\nx = Input(3x16x16)\ny = x -> tiny()\noutput y -> Dense(2, activation = softmax)\n}"
    given = "network {\nx = Input(3x16x16)\noutput tiny(x) -> Dense(2, activation = softmax)\n}"
    one, other = (network(operated(base(CUT), network=text)) for text in (chained, given))
    assert [layer.inputs for layer in one.layers] == [layer.inputs for layer in other.layers]
    assert one.layers[0].inputs == ("x",)


def test_what_the_output_does_not_need_has_no_weights_to_carry() -> None:
    text = "network {\nx = Input(3x16x16)\ny = x -> tiny()\noutput x -> Flatten() -> Dense(2, activation = softmax)\n}"
    found = operated(base(CUT), network=text)
    assert found.codes == ["ZOO305"]
    assert found.spec is not None
    assert dict(found.spec.network.bases[0].weights) == {}


def test_a_layer_of_the_same_name_is_told_with_both_places() -> None:
    text = 'network {\ninput 3x16x16\nConv2D(3, 1x1) as "conv1"\ntiny()\nDense(2, activation = softmax)\n}'
    item = operated(base(CUT), network=text).only
    assert item.message == "two layers would be named `conv1`"
    assert [label.span.text for label in item.labels] == ["Conv2D(3, 1x1)", '"tiny.onnx"']


def test_automatic_names_go_round_those_of_a_base() -> None:
    surgery = (CUT, 'rename "conv2" to "dense"')
    assert network(operated(base(*surgery))).output == "dense_2"


def test_a_layer_that_was_put_in_is_the_specs_own() -> None:
    found = network(operated(base(CUT, 'replace "conv2" with Conv2D(8, 5x5, padding = same)', "freeze all")))
    own = [layer for layer in found.layers if layer.base is None]
    assert [layer.name for layer in own] == ["conv2", "dense"]
    assert "conv2" not in found.frozen
    assert "conv2" not in found.bases[0].weights


def test_a_renamed_layer_keeps_its_weights() -> None:
    found = network(operated(base(CUT, 'rename "conv1" to "first"')))
    np.testing.assert_array_equal(found.bases[0].weights["first"][0], tiny().weights["conv1"][0])


def test_freezing_up_to_the_input_freezes_nothing() -> None:
    """So that a param may say how far a base is frozen."""
    assert network(operated(base(CUT, 'freeze up to "data"'))).frozen == frozenset()


# --- the file


def test_weights_are_put_into_a_block() -> None:
    found = analysis(written("architecture.zoo"), path=str(FOLDER / "spec.zoo"))
    expected = cut(admit(tiny().network), "pool2")
    given = network(found)
    assert [layer.name for layer in given.layers][:-1] == [layer.name for layer in expected.network.layers]
    weights = {**random_weights(given, 0), **given.bases[0].weights}
    values = activations(given, weights, [pictures()])["pool2"]
    whole = activations(tiny().network, tiny().weights, [pictures()])["pool2"]
    np.testing.assert_allclose(values, whole, rtol=1e-5, atol=1e-6)


def test_a_block_is_built_at_the_size_that_is_expected_else_at_the_one_that_is_fed(tmp_path: Path) -> None:
    (tmp_path / "dense.pth").write_bytes(
        state_file({"fc.weight": np.ones((2, 48), np.float32), "fc.bias": np.zeros(2, np.float32)})
    )
    block = 'block flat(x) {\nFlatten() -> Dense(2) as "fc"\n}'
    text = (
        f'{block}\nbase tiny {{\nload "{tmp_path}/dense.pth" into flat()\nEXPECTS\n}}',
        "network {\ninput 3x4x4\ntiny()\nSoftmax()\n}",
    )
    fed = operated(text[0].replace("EXPECTS", ""), network=text[1])
    assert "ZOO603" not in fed.codes
    assert fed.codes == ["ZOO311"]
    expected = operated(text[0].replace("EXPECTS", "expects 3x5x5"), network=text[1])
    assert "ZOO603" in expected.codes


def written(name: str) -> str:
    """A spec of ``specs/surgery`` without its header."""
    return (FOLDER / name).read_text().removeprefix("zoo 1\n")


def test_a_base_of_a_library_reads_the_file_beside_the_library() -> None:
    text = written("use_base.zoo").replace('"library.zoo"', '"surgery/library.zoo"')
    library = {str(FOLDER / "library"): written("library.zoo")}
    found = analysis(text, overrides=None, path=str(FOLDER.parent / "spec.zoo"), **library)
    assert {layer.base for layer in network(found).layers} == {None, "features"}


def test_bases_of_one_name_are_told_apart() -> None:
    both = """
network {
  x = Input(3x16x16)
  output Concatenate(x -> features(), x -> lib.features() as "b") -> Dense(2, activation = softmax)
}
"""
    library = {str(FOLDER / "library"): written("library.zoo")}
    found = network(
        operated('use "library.zoo" as lib', base(CUT, name="features"), network=both, files=library)
    )
    assert [each.name for each in found.bases] == ["features", "features_2"]
    assert {layer.base for layer in found.layers} == {"features", "features_2", None}


def test_a_library_is_checked_with_its_bases(tmp_path: Path) -> None:
    found = analysis('base a {\nload "no.onnx"\n}', path=str(tmp_path / "library.zoo"))
    assert found.codes == ["ZOO605"]


def test_a_file_in_a_package_is_found_without_importing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "weights_for_tests"
    (package / "nets").mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('imported')")
    (package / "nets" / "tiny.onnx").write_bytes(tiny_onnx())
    monkeypatch.syspath_prepend(str(tmp_path))
    path = "package:weights_for_tests/nets/tiny.onnx"
    assert network(operated(base(CUT, load=f'load "{path}"'))).bases[0].path == path
    missing = operated(base(CUT, load='load "package:weights_for_tests/nets/tini.onnx"')).only
    assert missing.message == "the package `weights_for_tests` has no file `nets/tini.onnx`"
    assert missing.help == "did you mean `nets/tiny.onnx`?"


@pytest.mark.parametrize(
    ("written", "code", "message"),
    [
        ("hdfs://cluster/tiny.onnx", "ZOO605", "cannot be read here"),
        ("s3a://bucket/tiny.onnx", "ZOO605", "cannot be read here"),
        ("tinny.onnx", "ZOO605", "there is no file `tinny.onnx`"),
        ("", "ZOO605", "names no file"),
        ("package:numpy", "ZOO605", "names no file in a package"),
        ("package:zoo-dsl/a.onnx", "ZOO604", "is no name of a package"),
        ("package:no_such_package/a.onnx", "ZOO604", "is not installed"),
        ("pictures", "ZOO601", "is a folder"),
        ("x" * 5000, "ZOO605", "there is no file"),
        ("package:sys/a.onnx", "ZOO605", "has no file"),
    ],
)
def test_files_that_cannot_be_read(written: str, code: str, message: str) -> None:
    item = operated(base(CUT, load=f'load "{written}"')).only
    assert item.code.name == code
    assert message in item.message
    assert item.span is not None
    assert item.span.text == f'"{written}"'


def test_a_layer_that_the_language_lacks(tmp_path: Path) -> None:
    """ZOO602 names the layer in the file."""
    (tmp_path / "rare.onnx").write_bytes(rare_onnx())
    item = operated(base(load=f'load "{tmp_path}/rare.onnx"')).only
    assert item.code.name == "ZOO602"
    assert "rare" in item.message


def test_weights_that_do_not_fit_show_the_file_and_the_block() -> None:
    block = 'block one(x) {\nConv2D(6, 3x3) as "conv1"\n}'
    found = operated(block, base("expects 3x16x16", load='load "tiny.safetensors" into one()'))
    item = next(each for each in found.diagnostics if each.code.name == "ZOO603")
    assert [label.span.text for label in item.labels] == ["one()"]


def test_a_file_without_the_last_layers_serves_a_cut_network() -> None:
    longer = written("architecture.zoo").replace('as "fc"', 'as "head"')
    assert analysis(longer, path=str(FOLDER / "spec.zoo")).codes == []
    item = analysis(longer.replace('at "pool2"', 'at "head"'), path=str(FOLDER / "spec.zoo")).only
    assert item.code.name == "ZOO603"
    assert item.message == "`tiny.safetensors` ends before `head` and has no weights for it"
    assert item.help == 'cut before it: `cut before "head"`'


def test_a_base_is_no_architecture() -> None:
    text = (base(CUT, name="other"), base(load='load "tiny.safetensors" into other()'))
    assert "has weights of its own" in operated(*text).only.message


def test_values_are_no_input_of_a_base() -> None:
    found = operated(base(CUT), network=NETWORK.replace("tiny()", "tiny(3)"))
    assert found.only.message == "the base `tiny` takes what feeds it, and no values"


def test_a_base_without_parentheses() -> None:
    item = operated(base(CUT), network=NETWORK.replace("tiny()", "tiny")).only
    assert item.message == "`tiny` is a base, and is called with parentheses"
    assert item.fix is not None
    assert item.fix.text == "tiny()"


def test_a_base_has_a_name() -> None:
    found = operated('base {\nload "tiny.onnx"\n}')
    assert "a base needs a name, by which the network calls it" in found.messages


def test_a_misspelt_base_is_found() -> None:
    item = next(
        each
        for each in operated(base(CUT), network=NETWORK.replace("tiny()", "tinny()")).diagnostics
        if each.code.name == "ZOO202"
    )
    assert item.help == "did you mean `tiny`?"


def test_a_base_that_no_network_calls_is_still_checked() -> None:
    found = operated(base(CUT), base('cut at "pool_2"', name="unused"))
    assert found.codes == ["ZOO214", "ZOO607"]


def test_several_inputs_are_counted() -> None:
    text = "network {\na = Input(3x16x16)\nb = Input(3x16x16)\noutput tiny(a, b) -> Dense(2, activation = softmax)\n}"
    assert operated(base(CUT), network=text).only.message == "`tiny` takes 1 input, and gets 2 inputs"


# --- statements, with both places


def test_a_freeze_after_a_cut_that_removed_the_node_shows_both_lines() -> None:
    place, labels = marked(operated(base(CUT, 'freeze "fc"')))
    assert place == '"fc"'
    assert labels == [('cut at "pool2"', "cut off here"), ('"tiny.onnx"', "loaded here")]


def test_a_pattern_after_a_cut_that_removed_all_that_it_means() -> None:
    found = operated(base(CUT, 'freeze "f?"'))
    assert found.only.message == "no layer of `tiny.onnx` matches `f?` any more"
    assert marked(found)[1][0] == ('cut at "pool2"', "cut off here")


def test_a_wrong_name_has_the_nearest_right_ones_and_a_fix() -> None:
    """A cut by a wrong name: BigDL says `Can not find node with name pool_2`."""
    item = operated(base('cut at "pool_2"')).only
    assert item.message == "there is no node `pool_2` in `tiny.onnx`"
    assert item.help == "did you mean `pool2` or `pool1`?"
    assert item.fix is not None
    assert (item.fix.text, item.fix.applicability) == ('"pool2"', Applicability.MAYBE)


def test_a_renamed_layer_is_shown_where_its_old_name_is_used() -> None:
    place, labels = marked(operated(base(CUT, 'rename "conv1" to "first"', 'freeze "conv1"')))
    assert place == '"conv1"'
    assert labels[0] == ('rename "conv1" to "first"', "renamed here")


def test_bare_names_are_texts_that_lack_their_quotes() -> None:
    item = operated(base(CUT, "freeze conv1")).only
    assert item.fix is not None
    assert item.fix.text == '"conv1"'


def test_statements_stand_below_load() -> None:
    item = operated('base tiny {\ncut at "pool2"\nload "tiny.onnx"\n}').diagnostics[0]
    assert item.message == "`cut` stands above `load`, and statements apply top to bottom"


def test_one_run_shows_all_mistakes_of_a_base() -> None:
    found = operated(base('cut at "pool_2"', 'freeze "res*"', 'drop "conv2"', 'freeze "relu*"', "expects 3"))
    assert found.codes == ["ZOO607", "ZOO608", "ZOO610", "ZOO609"]


def test_a_name_may_be_a_param() -> None:
    found = operated('param last: string = "pool1"', base(CUT, "freeze up to last"))
    assert network(found).frozen == {"conv1", "bn1", "relu1", "pool1"}


def test_a_pattern_that_matches_nothing_is_an_error() -> None:
    """Freezing that matches nothing would train what was to be frozen."""
    assert operated(base(CUT, 'freeze "res*"')).codes == ["ZOO608"]
    assert operated(base(CUT, 'freeze "pool*"')).codes == ["ZOO609"]


def test_one_name_and_several() -> None:
    """BigDL takes a list of names, of one name too."""
    assert network(operated(base(CUT, 'freeze "conv1"'))).frozen == {"conv1"}
    assert network(operated(base(CUT, 'freeze "conv1", "bn1"'))).frozen == {"conv1", "bn1"}


def test_a_block_does_not_stand_for_a_layer() -> None:
    block = "block two(x) {\nx -> Dense(3) -> Dense(3)\n}"
    found = operated(block, base(CUT, 'replace "conv1" with two()'))
    assert found.codes == ["ZOO203"]
    assert found.only.message == "`two` is a block, and a single layer belongs here"
    assert marked(found) == ("two", [("two", "the block")])


def test_a_layer_that_was_put_in_needs_no_turning() -> None:
    fresh = 'replace "conv1" with Conv2D(4, 3x3, padding = same)'
    assert not network(operated(base("expects BGR", CUT, fresh))).bases[0].turned


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('rename "conv1" to "bn1"', "there is a node `bn1` already"),
        ('rename "conv1" to "conv1"', "`conv1` has this name already"),
        ('rename "conv1" to " "', "a layer needs a name"),
    ],
)
def test_new_names_are_free_and_not_empty(line: str, message: str) -> None:
    found = operated(base(CUT, line))
    assert found.messages == [message]
    assert marked(found) == (line, [('"tiny.onnx"', "loaded here")])


def test_a_layer_at_the_end_is_taken_off_by_a_cut() -> None:
    assert operated(base('drop "fc"')).only.help.startswith('`cut before "fc"` takes off the end')


# --- sizes


def test_another_size_is_told_with_both_places() -> None:
    found = operated(
        base(CUT),
        network=NETWORK.replace("3x16x16", "3x32x32"),
        preprocess=f"Resize(32x32)\n{NORMALISED}",
    )
    assert found.only.message == "`tiny` was trained on 3x16x16, and gets 3x32x32"
    assert marked(found) == (
        "tiny()",
        [("input 3x32x32", "gives 3x32x32"), ('"tiny.onnx"', "a network for 3x16x16")],
    )
    assert found.spec is not None
    assert found.spec.network.layers[0].shape == (4, 32, 32)


def test_another_size_that_is_expected_is_right() -> None:
    found = operated(
        base("expects 3x32x32", CUT),
        network=NETWORK.replace("3x16x16", "3x32x32"),
        preprocess=f"Resize(32x32)\n{NORMALISED}",
    )
    assert network(found).layers[0].shape == (4, 32, 32)


def test_another_number_of_channels_is_refused() -> None:
    found = operated(base(CUT), network=NETWORK.replace("3x16x16", "1x16x16"))
    assert found.codes[0] == "ZOO613"
    assert (
        found.diagnostics[0].message == "`tiny` takes 3x16x16, and gets 1x16x16: it takes 3 channels, not 1"
    )


@pytest.mark.parametrize(
    ("expected", "why"),
    [
        ("16x16", "it takes 3 dimensions, not 2"),
        ("224", "it takes 3 dimensions, not 1"),
        ("1x16x16", "it takes 3 channels, not 1"),
    ],
)
def test_what_is_expected_must_be_something_that_the_base_takes(expected: str, why: str) -> None:
    found = operated(base(f"expects {expected}", CUT))
    assert found.codes == ["ZOO613"]
    assert found.messages == [f"`tiny.onnx` cannot have been trained on {expected}: {why}"]
    assert marked(found) == (expected, [('"tiny.onnx"', "loaded here")])


# --- cost


def test_a_spec_without_a_base_loads_nothing_of_it() -> None:
    script = (
        "import sys; from zoodsl.compiler import Compilation;"
        f"Compilation({str(FOLDER.parent / 'network' / 'sequential.zoo')!r}).diagnostics;"
        "print([name for name in sys.modules if name.startswith(('zoodsl.weights', 'zoodsl.semantics.base'))"
        " or name in ('zoodsl.semantics.surgery', 'numpy', 'onnx')])"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
