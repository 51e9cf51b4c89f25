"""The wheel holds all that zoodsl needs, and works where no checkout is."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

from zoodsl.version import VERSION

USER = """zoo 1
use zoo.lenet

data {
  digits = Sample("digits")
  feature digits.image
  label   digits.label -> ClassIndex(10)
}

preprocess {
  Resize(28x28)
}

network {
  input 1x28x28
  lenet.lenet() as "lenet"
}

optimize {
  loss      SparseCategoricalCrossentropy()
  optimizer Adam()
}
"""
"""A spec that needs the grammar, to be read, and the library beside it."""


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout."""
    pytest.importorskip("hatchling", reason="hatchling, which builds the wheel, is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=repository,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content, as an installer lays it out."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def metadata(unpacked: Path) -> Message:
    (path,) = unpacked.glob("*.dist-info/METADATA")
    return Parser().parsestr(path.read_text(encoding="utf-8"))


def python(unpacked: Path, folder: Path, *arguments: str) -> str:
    """What Python prints in ``folder``, with the wheel's content before all that is installed."""
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_is_the_package_with_its_grammar_and_library(repository, unpacked):
    def files(folder: Path, within: str = "") -> set[str]:
        return {
            f"{within}{path.relative_to(folder).as_posix()}"
            for path in folder.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }

    assert files(unpacked / "zoodsl") == (
        files(repository / "zoodsl")
        | files(repository / "grammars", "grammars/")
        | files(repository / "specs" / "zoo", "specs/zoo/")
    )
    assert {path.name for path in unpacked.iterdir()} == {"zoodsl", f"zoodsl-{VERSION}.dist-info"}


def test_the_metadata_name_what_is_needed_and_nothing_that_pip_cannot_resolve(unpacked):
    told = metadata(unpacked)
    assert (told["Name"], told["Version"], told["License-Expression"]) == ("zoodsl", VERSION, "Apache-2.0")
    required = told.get_all("Requires-Dist")
    core = {requirement.split("<")[0].split(">")[0] for requirement in required if ";" not in requirement}
    assert core == {"lark", "click", "rich", "pyyaml", "numpy"}
    # BigDL's own metadata pin a pyspark that does not run here: it is installed with --no-deps.
    assert not [requirement for requirement in required if requirement.startswith("bigdl-")]


def test_the_licence_is_in_the_wheel(unpacked):
    (path,) = unpacked.glob("*.dist-info/licenses/LICENSE")
    assert "Apache License" in path.read_text(encoding="utf-8")


def test_an_unpacked_wheel_works_from_any_folder(unpacked, tmp_path):
    (tmp_path / "user.zoo").write_text(USER, encoding="utf-8")
    where = python(unpacked, tmp_path, "-c", "import zoodsl; print(zoodsl.__file__)").strip()
    assert Path(where).is_relative_to(unpacked)
    assert python(unpacked, tmp_path, "-m", "zoodsl", "check", "user.zoo") == "no errors in user.zoo\n"
    assert python(unpacked, tmp_path, "-m", "zoodsl", "run", "--help").startswith("Usage: zoodsl run")
