"""Specs with one known mistake: they are wrong as they say, and the compiler answers well."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from zoodsl.testing.mistaken.misspellings import known_words, misspelt
from zoodsl.testing.mistaken.mistakes import answer, mistakes
from zoodsl.testing.mistaken.mutations import WAYS, mutated

ROOT = Path(__file__).parents[3]
SPEC = ROOT / "specs" / "training" / "schedule.zoo"
RIGHT = sorted((ROOT / "specs").glob("[dlnt]*/*.zoo"))
SAMPLE = 400


def of(path):
    return mistakes(path.read_text(encoding="utf-8"), path=str(path))


@pytest.fixture(scope="module")
def answers():
    """A sample of mistakes with their answers, the same every time."""
    found = [each for path in RIGHT for each in of(path)]
    chosen = random.Random(1).sample(found, SAMPLE)
    given = [(each, answer(each)) for each in chosen]
    return [(each, one) for each, one in given if one.is_mistake]


@pytest.mark.law("a mistake is answered by the right code on the right line")
def test_mistakes_are_placed(answers):
    assert sum(given.placed for _, given in answers) >= 0.95 * len(answers)


@pytest.mark.law("a mistake is reported once, at most 1.2 times on average")
def test_mistakes_are_reported_once(answers):
    assert sum(len(given.diagnostics) for _, given in answers) <= 1.2 * len(answers)


@pytest.mark.law("a misspelt word is answered by the right one")
def test_misspellings_are_understood(answers):
    misspellings = [given for mistake, given in answers if mistake.meant]
    assert sum(given.suggested for given in misspellings) >= 0.9 * len(misspellings)


def test_few_mistakes_leave_a_spec_right(answers):
    assert len(answers) >= 0.95 * SAMPLE


def test_every_family_is_made():
    families = {each.kind.split(":")[0] for path in RIGHT for each in of(path)}
    assert families == {"misspell", "drop", "swap", "double", "unit", "type", "shape", "range"}


def test_equal_seeds_give_equal_mistakes():
    text = SPEC.read_text(encoding="utf-8")
    assert mistakes(text, seed=3) == mistakes(text, seed=3)
    assert mistakes(text, seed=3) != mistakes(text, seed=4)


def test_a_mistake_says_what_was_changed():
    found = next(each for each in of(SPEC) if each.kind == "drop: header")
    assert found.changed == "'zoo 1' -> ''"
    assert (found.lines, found.codes) == ({1, 2}, {"ZOO104"})
    assert found.text == SPEC.read_text(encoding="utf-8").removeprefix("zoo 1")


def test_a_misspelling_means_nothing_else():
    for each in of(SPEC):
        if each.kind.startswith("misspell: ") and "definition" not in each.kind:
            wrong = each.changed.split(" -> ")[1].strip("'")
            assert wrong not in known_words()
            assert each.meant in known_words() | {
                "wines",
                "alcohol",
                "malic_acid",
                "ash",
                "magnesium",
                "target",
            }


@pytest.mark.parametrize("word", ["Dense", "by", "learning_rate"])
def test_a_misspelling_is_one_slip_away(word):
    for seed in range(100):
        wrong = misspelt(word, random.Random(seed))
        assert abs(len(wrong) - len(word)) <= 1


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_noise_changes_a_text(way):
    text = SPEC.read_bytes()
    assert any(way(text, random.Random(seed)) != text for seed in range(3))


@pytest.mark.law("noise is never empty, and the same for the same draw")
@pytest.mark.parametrize("seed", range(20))
def test_noise_is_drawn(seed):
    once = mutated(b"zoo 1\n", random.Random(seed))
    assert once
    assert once == mutated(b"zoo 1\n", random.Random(seed))
