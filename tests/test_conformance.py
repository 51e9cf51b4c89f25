"""The executable specification: ``specs/`` and ``examples/`` say what is right and what is wrong, and why.

In ``specs/errors/``, ``# E: ZOO301`` stands on each line at which that code is reported, several codes with commas
between; ``# E(file): ZOO004`` stands for one that has no line.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import zoodsl.diagnostics.rules
from zoodsl.compiler import Compilation
from zoodsl.diagnostics import CODES

ROOT = Path(__file__).parent.parent
ERRORS = sorted((ROOT / "specs" / "errors").glob("*.zoo"))
RIGHT = sorted(
    path
    for folder in ("specs", "examples")
    for path in (ROOT / folder).rglob("*.zoo")
    if path.parent.name != "errors"
)
EXPECTED = re.compile(r"#\s*E(?P<file>\(file\))?:\s*(?P<codes>ZOO\d{3}(?:[\s,]+ZOO\d{3})*)")
EXAMPLES = re.compile(r"^```\w*\n.*?^```$", re.MULTILINE | re.DOTALL)

PROPER_NAMES = {"Java", "Spark"}

TESTED_ELSEWHERE = {
    "ZOO001": "tests/test_compiler.py::test_a_missing_file_has_neighbours",
    "ZOO002": "tests/test_compiler.py::test_a_folder_is_no_spec",
    "ZOO003": "tests/test_compiler.py::test_what_the_system_will_not_read",
    "ZOO005": "tests/test_compiler.py::test_a_large_file_is_not_read",
    "ZOO006": "tests/syntax/test_values_file.py::test_what_is_not_a_table_of_names",
    "ZOO007": "tests/cli/test_compile.py::test_a_place_that_cannot_be_written",
    "ZOO008": "tests/test_compiler.py::test_an_unknown_target",
    "ZOO009": "tests/runtime/test_launcher.py::test_an_environment_that_lacks_something_is_refused_before_anything_is_made",
    "ZOO010": "tests/cli/test_plan.py::test_a_library_has_nothing_to_plan",
    "ZOO216": "tests/cli/test_check.py::test_a_param_that_there_is_not",
    "ZOO421": "tests/sources/test_parquet.py::test_without_pyarrow_there_is_a_sentence",
    "ZOO602": "tests/semantics/test_bases.py::test_a_layer_that_the_language_lacks",
    "ZOO801": "tests/cli/test_compile.py::test_a_layer_that_the_target_lacks",
    "ZOO701": "tests/runtime/test_launcher.py::test_cores_that_do_not_divide_the_batch_are_refused",
    "ZOO704": "tests/runtime/test_launcher.py::test_too_little_space_is_told_before_anything_is_made",
    "ZOO705": "tests/runtime/test_launcher.py::test_a_folder_that_holds_something_is_refused_and_left_alone",
    "ZOO706": "tests/runtime/test_launcher.py::test_a_system_that_refuses_to_write_the_folder_leaves_nothing",
    "ZOO707": "tests/runtime/test_launcher.py::test_without_a_run_there_is_nothing_to_resume",
    "ZOO708": "tests/runtime/test_launcher.py::test_another_program_is_not_a_resumption",
    "ZOO709": "tests/runtime/test_launcher.py::test_a_run_that_runs_is_not_resumed",
    "ZOO710": "tests/runtime/test_launcher.py::test_a_killed_worker_is_told_with_its_signal",
    "ZOO713": "tests/runtime/test_launcher.py::test_a_loss_that_is_not_a_number_is_told_with_its_iteration",
    "ZOO717": "tests/runtime/test_launcher.py::test_a_layer_that_the_engine_names_is_the_place",
    "ZOO702": "tests/runtime/test_resources.py::test_other_masters_are_refused",
    "ZOO703": "tests/runtime/test_resources.py::test_too_little_memory_is_told_before_java_starts",
    "ZOO711": "tests/runtime/test_errors.py::test_known_causes_have_a_sentence_and_help",
    "ZOO712": "tests/runtime/test_errors.py::test_the_end_of_java_is_told_with_what_the_log_says",
    "ZOO714": "tests/runtime/test_errors.py::test_known_causes_have_a_sentence_and_help",
    "ZOO715": "tests/runtime/test_errors.py::test_known_causes_have_a_sentence_and_help",
    "ZOO716": "tests/runtime/test_errors.py::test_known_causes_have_a_sentence_and_help",
    "ZOO721": "tests/runtime/test_launcher.py::test_a_program_without_features_that_could_be_kept_is_refused",
    "ZOO722": "tests/runtime/test_errors.py::test_known_causes_have_a_sentence_and_help",
    "ZOO718": "tests/runtime/test_errors.py::test_known_causes_have_a_sentence_and_help",
    "ZOO719": "tests/runtime/test_errors.py::test_known_causes_have_a_sentence_and_help",
    "ZOO720": "tests/runtime/test_errors.py::test_known_causes_have_a_sentence_and_help",
    "ZOO536": "tests/cli/test_experiment.py::test_combinations_that_do_not_differ_are_told",
    "ZOO537": "tests/cli/test_experiment.py::test_a_spec_that_compares_nothing_is_told",
    "ZOO538": "tests/cli/test_experiment.py::test_what_is_compared_is_not_fixed_by_an_option",
    "ZOO730": "tests/runtime/test_cluster.py::test_what_cannot_be_is_told_before_java_starts",
    "ZOO731": "tests/runtime/test_cluster.py::test_a_master_is_asked_for_before_java_starts",
    "ZOO732": "tests/runtime/test_errors.py::test_known_causes_have_a_sentence_and_help",
    "ZOO733": "tests/runtime/test_errors.py::test_known_causes_have_a_sentence_and_help",
    "ZOO740": "tests/runtime/test_saved.py::test_a_name_of_no_run",
    "ZOO741": "tests/runtime/test_saved.py::test_a_run_without_a_network_says_how_it_stands",
    "ZOO742": "tests/runtime/test_saved.py::test_a_folder_of_which_something_is_missing_or_spoilt",
    "ZOO743": "tests/restored/test_judging.py::test_what_cannot_be_set",
    "ZOO744": "tests/restored/test_predicting.py::test_pictures_that_do_not_fit",
    "ZOO745": "tests/restored/test_judging.py::test_nothing_to_judge_by",
    "ZOO746": "tests/restored/test_predicting.py::test_what_numpy_cannot_predict",
    "ZOO747": "tests/runtime/test_saved.py::test_a_run_of_another_version_is_told_and_used",
    "ZOO748": "tests/restored/test_judging.py::test_baselines_that_are_found_from_rows_that_train_need_some",
    "ZOO799": "tests/runtime/test_launcher.py::test_an_error_of_the_program_points_at_the_spec",
    "ZOO951": "tests/cli/test_test.py::test_a_law_that_is_broken_shows_the_smallest_example",
    "ZOO952": "tests/cli/test_test.py::test_without_hypothesis_it_says_what_installs_it",
}
"""Codes that no ``.zoo`` file can show by itself, and the test of each."""


def names(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def expected(text: str) -> set[tuple[str, int]]:
    """The codes that the comments announce, each with its line; 0 for those without."""
    return {
        (code, 0 if match["file"] else number)
        for number, line in enumerate(text.split("\n"), 1)
        for match in EXPECTED.finditer(line)
        for code in re.findall(r"ZOO\d{3}", match["codes"])
    }


def reported(path: Path) -> set[tuple[str, int]]:
    return {
        (item.code.name, item.span.begin.line if item.span else 0)
        for item in Compilation(str(path)).diagnostics
    }


@pytest.mark.parametrize("path", RIGHT, ids=names)
def test_right_specs_are_right(path):
    assert [f"{item.span}: {item.message}" for item in Compilation(str(path)).diagnostics] == []


@pytest.mark.parametrize("path", ERRORS, ids=names)
def test_wrong_specs_are_wrong_where_they_say(path):
    text = path.read_text(encoding="utf-8", errors="replace")
    assert reported(path) == expected(text)


@pytest.mark.parametrize("path", ERRORS, ids=names)
def test_a_wrong_spec_is_named_for_a_code_it_shows(path):
    text = path.read_text(encoding="utf-8", errors="replace")
    assert path.name[:6] in {code for code, _ in expected(text)}


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_is_shown(code):
    if code in TESTED_ELSEWHERE:
        file, _, test = TESTED_ELSEWHERE[code].partition("::")
        text = (ROOT / file).read_text(encoding="utf-8")
        assert f"def {test}(" in text
        assert code in text
    else:
        assert any(path.name.startswith(code) for path in ERRORS)


def test_codes_tested_elsewhere_exist():
    assert set(TESTED_ELSEWHERE) <= set(CODES)


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_teaches_by_a_wrong_and_a_right_example(code):
    teach = CODES[code].teach
    assert re.match(r"[A-Z`]", teach), "it begins with a sentence"
    assert re.search(r"^Wrong\b", teach, re.MULTILINE)
    assert re.search(r"^Right\b", teach, re.MULTILINE)
    assert len(EXAMPLES.findall(teach)) >= 2


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_has_a_title_like_a_heading(code):
    title = CODES[code].title
    assert title
    assert not title.endswith(".")
    assert title[0].islower() or title.split()[0] in PROPER_NAMES


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_is_explained(code, cli):
    ended = cli("explain", code.lower())
    assert ended.status == 0
    assert ended.out == f"# {code}: {CODES[code].title}\n\n{CODES[code].teach}\n"


def test_the_rules_are_all_registered():
    modules = {path.stem for path in (ROOT / "zoodsl" / "diagnostics" / "rules").glob("[a-z]*.py")}
    assert set(zoodsl.diagnostics.rules.__all__) == modules


@pytest.mark.parametrize("path", RIGHT, ids=names)
def test_right_specs_are_formatted(path):
    from zoodsl.diagnostics import Diagnostics
    from zoodsl.source import SourceFile
    from zoodsl.syntax.formatter import format_text

    text = path.read_text(encoding="utf-8")
    assert format_text(SourceFile(str(path), text), Diagnostics()) == text
