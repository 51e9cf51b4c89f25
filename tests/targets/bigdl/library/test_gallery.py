from __future__ import annotations

from zoodsl.targets.bigdl.library.gallery import OF_CLASS, gallery


def row(label: str, predicted: str, score: float) -> dict[str, object]:
    return {"row": "", "label": label, "predicted": predicted, "score": score}


def test_mistakes_come_first_the_surest_before_the_others() -> None:
    rows = [
        *(row("cat", "cat", 0.9 + number / 100) for number in range(5)),
        row("dog", "cat", 0.6),
        row("fox", "cat", 0.8),
        row("dog", "dog", 0.7),
    ]
    cats, dogs = gallery(rows)
    assert (cats["predicted"], cats["rows"], cats["right"]) == ("cat", 7, 5)
    assert [each["score"] for each in cats["shown"]] == [0.8, 0.6, 0.9, 0.91, 0.92, 0.93]
    assert (dogs["rows"], dogs["right"], len(dogs["shown"])) == (1, 1, 1)


def test_many_mistakes_leave_room_for_what_is_right() -> None:
    rows = [*(row("dog", "cat", 0.5) for _ in range(20)), *(row("cat", "cat", 0.9) for _ in range(20))]
    [cats] = gallery(rows)
    assert [each["label"] for each in cats["shown"]] == ["dog"] * 3 + ["cat"] * 3
    [only] = gallery(rows[:20])
    assert (len(only["shown"]), only["right"]) == (OF_CLASS, 0)
