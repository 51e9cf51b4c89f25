"""How Keras is loaded: late, quietly, and on TensorFlow alone."""

from __future__ import annotations

import subprocess
import sys

import pytest

from zoodsl import testing
from zoodsl.targets import keras
from zoodsl.targets.keras.engine import KerasMissingError, loaded


def test_nothing_is_loaded_before_a_network_is_built() -> None:
    asked = (
        "import sys, zoodsl.targets.keras; from zoodsl.reference import pages; pages(); "
        "print([name for name in ('keras', 'tensorflow') if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


def test_loading_says_nothing() -> None:
    asked = (
        "from zoodsl import testing; from zoodsl.targets import keras; "
        "network = testing.network_of(testing.call('Dense', units=2), ((3,),)); "
        "keras.forward(network, testing.random_weights(network, 1), testing.batch(network, 1, 1))"
    )
    ended = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert (ended.stdout, ended.stderr) == ("", "")


def test_without_keras_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keras", None)
    network = testing.network_of(testing.call("Dense", units=2), ((3,),))
    with pytest.raises(KerasMissingError, match=r"`keras` is not installed.*pip install 'zoodsl\[keras\]'"):
        keras.build(network)


def test_keras_on_another_backend_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loaded().backend, "backend", lambda: "torch")
    with pytest.raises(KerasMissingError, match=r"runs on `torch` here.*KERAS_BACKEND=tensorflow"):
        loaded()
