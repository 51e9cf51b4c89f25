"""The plug-in as its users have it: pytest in a process of its own, in a folder of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent.parent
RIGHT = (REPOSITORY / "specs" / "training" / "two_classes.zoo").read_text(encoding="utf-8")


def run_pytest(folder, *arguments, absent=()):
    """What pytest prints; the packages ``absent`` cannot be imported."""
    hidden = "".join(f"sys.modules[{name!r}] = None\n" for name in absent)
    start = f"import sys\n{hidden}import pytest\nsys.exit(pytest.main(sys.argv[1:]))"
    # Loaded by name alone: installed or not, the plug-in is loaded once.
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "OMP_NUM_THREADS": "1"}
    ended = subprocess.run(
        [sys.executable, "-c", start, "-p", "zoodsl.pytest_plugin", "-p", "no:cacheprovider", "-rs", "-v"]
        + [str(each) for each in arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return ended.stdout + ended.stderr


def counts(printed):
    """How many tests ended in which way."""
    return {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|skipped)", printed)}


def test_a_spec_that_is_named_is_tested_law_by_law(tmp_path):
    (tmp_path / "right.zoo").write_text(RIGHT, encoding="utf-8")
    printed = run_pytest(tmp_path, "right.zoo", "--zoo-examples", "3", "-k", "not heart")
    assert "right.zoo::check PASSED" in printed
    assert "right.zoo::a prediction does not depend on the batch that it is in PASSED" in printed
    assert counts(printed)["passed"] > 3
    assert "failed" not in counts(printed)


def test_a_wrong_spec_fails_with_its_diagnostics_alone(tmp_path):
    (tmp_path / "wrong.zoo").write_text(RIGHT.replace("Dense(8", "Dens(8"), encoding="utf-8")
    printed = run_pytest(tmp_path, "wrong.zoo")
    assert counts(printed) == {"failed": 1}
    assert "error[ZOO" in printed
    assert "did you mean `Dense`?" in printed
    assert "Traceback" not in printed
    assert "pytest_plugin.py" not in printed


def test_a_broken_law_shows_the_smallest_example_and_how_to_repeat_it(tmp_path):
    stated = 'property "values are small" {\n  forall row in AnyTensor(2, values = 0..9)\n  Max(preprocess(row)) <= 5\n}\n'
    (tmp_path / "stated.zoo").write_text(RIGHT + "\n" + stated, encoding="utf-8")
    printed = run_pytest(tmp_path, "stated.zoo", "--zoo-seed", "7", "--zoo-examples", "20", "-k", "small")
    assert counts(printed)["failed"] == 1
    assert "stated.zoo::values are small FAILED" in printed
    assert 'error[ZOO951]: "values are small" does not hold' in printed
    assert "--> " in printed
    assert "the smallest example is\n" in printed
    assert "try it again: pytest stated.zoo --zoo-seed 7 --zoo-examples 20" in printed
    assert "Traceback" not in printed


def test_specs_below_the_tests_are_collected_where_that_is_asked_for(tmp_path):
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "right.zoo").write_text(RIGHT, encoding="utf-8")
    assert "collected 0 items" in run_pytest(tmp_path, "--collect-only")
    (tmp_path / "pytest.ini").write_text("[pytest]\nzoo_files = true\n", encoding="utf-8")
    assert "<Check check>" in run_pytest(tmp_path, "--collect-only")


def test_the_spec_of_the_docs_is_told_as_they_show(tmp_path):
    """Its laws by name, and its smallest image in words."""
    page = (REPOSITORY / "docs" / "testing.md").read_text(encoding="utf-8")
    mirrored = re.search(r"```zoo\n(.*?)```", page, re.DOTALL)
    assert mirrored is not None
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "mirrored.zoo").write_text(mirrored[1], encoding="utf-8")
    printed = run_pytest(tmp_path, "specs/mirrored.zoo", "-k", "check or digit or numbers and not network")
    told = re.findall(r"^specs/mirrored\.zoo::.*", page, re.MULTILINE)
    assert told == [
        line.split(" [")[0].rstrip() for line in printed.splitlines() if line.startswith("specs/")
    ]
    assert "image: 9x9 pixels of 9 colours, from 0 to 8" in printed
    assert "[[" not in printed, "no array is printed"


@pytest.mark.parametrize(
    ("option", "wrong"), [("--zoo-examples", "0"), ("--zoo-examples", "x"), ("--zoo-seed", "-1")]
)
def test_a_wrong_number_is_refused_in_words(tmp_path, option, wrong):
    assert f"argument {option}: `{wrong}` is no whole number from" in run_pytest(
        tmp_path, f"{option}={wrong}"
    )


def test_without_hypothesis_laws_are_skipped_in_words(tmp_path):
    (tmp_path / "right.zoo").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "test_it.py").write_text("def test_it(zoo_spark):\n    pass\n", encoding="utf-8")
    printed = run_pytest(tmp_path, "right.zoo", "test_it.py", absent=["hypothesis"])
    assert counts(printed) == {"passed": 1, "skipped": 2}
    assert printed.count("pip install 'zoodsl[testing]'") >= 1


def test_without_pyspark_tests_on_spark_are_skipped_in_words(tmp_path):
    (tmp_path / "test_it.py").write_text("def test_it(zoo_spark):\n    pass\n", encoding="utf-8")
    printed = run_pytest(tmp_path, absent=["pyspark"])
    assert counts(printed) == {"skipped": 1}
    assert "pyspark is not installed" in printed


def test_the_plug_in_loads_nothing_heavy():
    program = (
        "import sys, pytest, zoodsl.pytest_plugin\n"
        "print([name for name in ('numpy', 'hypothesis', 'pyspark', 'lark', 'zoodsl.compiler') if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


@pytest.mark.spark
def test_mistakes_that_are_planted_in_transformations_are_caught(tmp_path):
    """The example of the docs, as it stands there: a join that doubles rows, a window that sees the future."""
    page = (REPOSITORY / "docs" / "testing.md").read_text(encoding="utf-8")
    program = re.search(r"```python\n(# tests/test_visits\.py\n.*?)```", page, re.DOTALL)
    assert program is not None
    (tmp_path / "test_visits.py").write_text(program[1], encoding="utf-8")
    printed = run_pytest(tmp_path)
    assert counts(printed) == {"passed": 1, "failed": 2}
    assert "test_visits.py::test_enriching_keeps_each_visit FAILED" in printed
    assert "went in once, came out twice" in printed
    assert "test_visits.py::test_smoothing_sees_no_future FAILED" in printed
    assert "depends on rows that come later" in printed
