"""Ratings, counts of columns, indices and the section `recommend`."""

from __future__ import annotations

from pathlib import Path

import pytest

from zoodsl.compiler import Compilation
from zoodsl.model.nodes import Data, Network
from zoodsl.model.spec import Spec
from zoodsl.model.tasks import Recommend

ROWS = [(40, 7, 1.0), (40, 3, 4.5), (2, 7, 5.0), (100, 90, 0.5), (2, 3, 2.0), (100, 7, 3.5)]

SPEC = """
zoo 1
{top}
data {{
  ratings = {reader}
  feature {feature}
  label   {label}
  split   Random(train = 50%, test = 50%)
}}
network {{
  user = Input(1)
  item = Input(1)
  u    = user -> Embedding({users}, 2) -> Flatten()
  i    = item -> Embedding({items}, 2) -> Flatten()
  output Concatenate(u, i) -> Dense({classes}, activation = softmax)
}}
optimize {{
  loss      SparseCategoricalCrossentropy()
  optimizer Adam()
}}
train {{
  batch 1
}}
{rest}
"""


def compiled(folder: Path, spec: str = SPEC, **pieces: str) -> Compilation:
    """A spec on the ratings above; what ``pieces`` say takes the place of what is usual."""
    lines = ["user,item,stars", *(",".join(map(str, row)) for row in ROWS)]
    (folder / "ratings.csv").write_text("\n".join(lines) + "\n")
    usual = {
        "top": "",
        "reader": 'CSV("ratings.csv")',
        "feature": "ratings.user, ratings.item",
        "label": "ratings.stars -> Rating(0.5..5, step = 0.5)",
        "users": "max(ratings.user) + 1",
        "items": "max(ratings.item) + 1",
        "classes": "10",
        "rest": "",
    }
    return Compilation(str(folder / "spec.zoo"), text=spec.format(**usual | pieces).lstrip())


def codes(found: Compilation) -> list[str]:
    return [each.code.name for each in found.diagnostics]


def spec(found: Compilation) -> Spec:
    assert found.spec is not None, [each.message for each in found.diagnostics]
    return found.spec


def rows_of_tables(found: Compilation) -> list[int]:
    network = spec(found).network
    assert isinstance(network, Network)
    return [
        layer.operation.arguments["input_dim"]
        for layer in network.layers
        if layer.operation.operator.name == "Embedding"
    ]


def test_counts_come_from_the_data(tmp_path: Path) -> None:
    assert rows_of_tables(compiled(tmp_path)) == [101, 91]
    counted = compiled(
        tmp_path, users="distinct(ratings.user) + max(ratings.user)", items="min(ratings.item) + 99"
    )
    assert rows_of_tables(counted) == [103, 102]


def test_a_let_counts_columns_and_is_used_in_the_data_too(tmp_path: Path) -> None:
    top = "let most = max(ratings.user)\nlet users = most + 1\nlet highest = max(ratings.stars)"
    found = compiled(
        tmp_path, top=top, users="users", label="ratings.stars -> Rating(0.5..highest, step = 0.5)"
    )
    assert codes(found) == []
    assert rows_of_tables(found)[0] == 101


def test_counts_of_made_frames_are_of_their_rows(tmp_path: Path) -> None:
    reader = 'CSV("ratings.csv")\n  few = ratings -> Where(ratings.user < 100)'
    few = {"feature": "few.user, few.item", "label": "few.stars -> Rating(0.5..5, step = 0.5)"}
    found = compiled(
        tmp_path, reader=reader, users="max(few.user) + 1", items="distinct(few.item) + 6", **few
    )
    assert rows_of_tables(found) == [41, 8]


@pytest.mark.parametrize(
    ("users", "code"),
    [
        ("max(ratings.title)", "ZOO409"),
        ("max(ratings)", "ZOO209"),
        ("distinct(7)", "ZOO209"),
        ("distinct(ratings.user, ratings.item)", "ZOO209"),
        ("max(rating.user)", "ZOO201"),
    ],
)
def test_what_cannot_be_counted(users: str, code: str, tmp_path: Path) -> None:
    assert code in codes(compiled(tmp_path, users=users))


def test_text_has_no_largest_value_and_is_counted_all_the_same(tmp_path: Path) -> None:
    text = 'CSV("ratings.csv", columns = ["user: string", "item: int", "stars: float"])'
    found = compiled(tmp_path, reader=text, feature="ratings.user -> Index(), ratings.item")
    assert [each.help for each in found.diagnostics] == [
        "`distinct(ratings.user)` counts its different values"
    ]
    counted = {"users": "distinct(ratings.user) + 1", "feature": "ratings.user -> Index(), ratings.item"}
    assert rows_of_tables(compiled(tmp_path, reader=text, **counted)) == [4, 91]


def test_ids_without_a_row_are_told_before_anything_runs(tmp_path: Path) -> None:
    found = compiled(tmp_path, items="90")
    assert [each.message for each in found.diagnostics] == [
        "`item` holds 3 to 90, and the table of `embedding_2` has rows 0 to 89"
    ]
    assert codes(compiled(tmp_path, feature="ratings.user - 41, ratings.item")) == ["ZOO462"]
    assert codes(compiled(tmp_path, feature="ratings.user / 3, ratings.item")) == ["ZOO462"]


def test_an_index_needs_a_row_more_than_there_are_values(tmp_path: Path) -> None:
    indexed = {"feature": "ratings.user -> Index(), ratings.item -> Index()"}
    assert codes(compiled(tmp_path, users="3", items="4", **indexed)) == ["ZOO462"]
    right = compiled(tmp_path, users="distinct(ratings.user) + 1", items="4", **indexed)
    assert codes(right) == []
    assert list(spec(right).data.feature.codecs) == ["user", "item"]


def test_an_index_comes_behind_its_column(tmp_path: Path) -> None:
    [found] = compiled(tmp_path, feature="Index(ratings.user), ratings.item").diagnostics
    assert (found.code.name, found.help) == ("ZOO229", "write `ratings.user -> Index()`")


def test_what_is_an_index_is_not_scaled(tmp_path: Path) -> None:
    rest = "preprocess {\n  Normalize(mean = [1, 1], std = [2, 2])\n}"
    found = compiled(tmp_path, feature="ratings.user -> Index(), ratings.item", rest=rest)
    assert "`Normalize` changes `user`, which is an index" in [each.message for each in found.diagnostics]


def test_ratings_are_counted_and_their_metrics_take_estimates(tmp_path: Path) -> None:
    rest = "evaluate {\n  metric MeanAbsoluteError(), MeanSquaredError(estimate = mode), Accuracy()\n}"
    found = spec(compiled(tmp_path, rest=rest))
    assert isinstance(found.data, Data)
    assert found.data.label is not None
    assert [(each.name, each.rows) for each in found.data.label.frequencies if each.rows] == [
        ("0.5", 1),
        ("1", 1),
        ("2", 1),
        ("3.5", 1),
        ("4.5", 1),
        ("5", 1),
    ]
    estimates = [metric.arguments.get("estimate") for metric in found.evaluate.metrics]
    assert estimates == ["median", "mode", None]


@pytest.mark.parametrize(
    ("label", "message", "help_"),
    [
        ("Rating(1..5)", "holds 0.5 to 5, and the scale goes from 1 to 5", "write `Rating(0.5..5)`"),
        ("Rating(0.5..5.5)", "holds 1, 2, 5, which the scale has not", "step = 0.5"),
        ("Rating(0..5, step = 1e-4)", "this scale has 50,001 ratings", "`-> Number()`"),
        ("Rating(5..5)", "has one rating alone", "Rating(1..5)"),
    ],
)
def test_what_a_scale_is_not(label: str, message: str, help_: str, tmp_path: Path) -> None:
    [found] = compiled(tmp_path, label=f"ratings.stars -> {label}").diagnostics
    assert message in found.message
    assert help_ in (found.help or "")


def recommending(folder: Path, body: str, **pieces: str) -> Compilation:
    return compiled(folder, rest=f"recommend {{\n{body}\n}}", **pieces)


def test_what_is_recommended_to_whom(tmp_path: Path) -> None:
    body = "offer ratings.item to ratings.user, ratings.user to ratings.item\ntop 2 among test by class\nmetric NDCG(k = 3)"
    [task] = spec(recommending(tmp_path, body)).tasks
    assert isinstance(task, Recommend)
    assert [(each.item.name, each.user.name) for each in task.offers] == [("item", "user"), ("user", "item")]
    assert (task.top, task.among, task.order) == (2, "test", "class")
    [usual] = spec(recommending(tmp_path, "offer ratings.item to ratings.user")).tasks
    assert isinstance(usual, Recommend)
    assert (usual.top, usual.among, usual.order, usual.metrics) == (3, "unseen", "rating", ())


def test_candidates_may_be_a_param(tmp_path: Path) -> None:
    body = "offer ratings.item to ratings.user\ntop 3 among candidates"
    [task] = spec(recommending(tmp_path, body, top="param candidates: choice = train")).tasks
    assert isinstance(task, Recommend)
    assert task.among == "train"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("top 3", "ZOO227"),
        ("offer ratings.item", "ZOO229"),
        ("offer ratings.item at ratings.user", "ZOO229"),
        ("offer ratings.item to ratings.item", "ZOO580"),
        ("offer ratings.stars to ratings.user", "ZOO580"),
        ("offer ratings.item to ratings.user\ntop 0", "ZOO210"),
        ("offer ratings.item to ratings.user\ntop 3 by stars", "ZOO581"),
        ("offer ratings.item to ratings.user\ntop 3 among validation", "ZOO581"),
        ("offer ratings.item to ratings.user\nmetric Accuracy()", "ZOO203"),
        ("offer ratings.item to ratings.user\nmetric HitRate()", "ZOO205"),
        ("offer ratings.item to ratings.user\nmetric HitRatio(k = 100)", "ZOO581"),
        ("offer ratings.item to ratings.user\nmetric HitRatio(least = good)", "ZOO201"),
        ("offer ratings.item to ratings.user\nmetric HitRatio(k = 1, least = 9)", "ZOO581"),
    ],
)
def test_what_cannot_be_recommended(body: str, code: str, tmp_path: Path) -> None:
    assert code in codes(recommending(tmp_path, body))


def test_what_does_not_train_recommends_nothing(tmp_path: Path) -> None:
    body = "recommend {\noffer ratings.item to ratings.user\n}"
    text = SPEC[: SPEC.index("optimize {")] + body.replace("{", "{{").replace("}", "}}")
    assert "ZOO580" in codes(compiled(tmp_path, spec=text))


def test_ranking_metrics_do_not_judge_by_themselves(tmp_path: Path) -> None:
    assert codes(compiled(tmp_path, rest="evaluate {\n  metric HitRatio()\n}")) == ["ZOO203"]


def test_als_is_for_ratings_and_numbers(tmp_path: Path) -> None:
    rest = "evaluate {\n  metric Accuracy()\n  baseline ALS()\n}"
    assert codes(compiled(tmp_path, rest=rest)) == []
    classes = {"label": "ratings.stars -> ClassIndex(6)", "classes": "6"}
    assert codes(compiled(tmp_path, rest=rest, **classes))[-1] == "ZOO505"


@pytest.mark.data
def test_movielens_is_counted_whatever_its_ids_are(repository: Path, shared: Path) -> None:
    example = repository / "examples" / "recommendation"
    source = f'CSV("{shared / "movielens" / "ratings.csv"}")'
    found = Compilation(
        str(example / "recommendation.zoo"),
        overrides={"source": source},
        values=str(example / "movielens.yaml"),
    )
    assert rows_of_tables(found) == [672, 9067, 672, 9067]
    assert dict(spec(found).counts) == {
        "distinct(ratings.userId)": 671,
        "distinct(ratings.movieId)": 9066,
    }


@pytest.mark.parametrize(
    ("users", "message", "help_"),
    [
        ("maxx(ratings.user) + 1", "there is no function `maxx`", "did you mean `max`"),
        ("maxx(ratings.user)", "there is no function `maxx`", "did you mean `max`"),
        ("max(1, maxx(ratings.user))", "there is no function `maxx`", "did you mean `max`"),
        ("mean(ratings.user)", "there is no function `mean`", "`"),
    ],
)
def test_a_function_that_there_is_not(users: str, message: str, help_: str, tmp_path: Path) -> None:
    result = compiled(tmp_path, top=f"let n = {users}", users="n")
    found = [each for each in result.diagnostics if each.message == message]
    assert [each.code.name for each in found] == ["ZOO202"]
    assert help_ in found[0].help


def test_an_operator_is_still_a_call_where_a_number_belongs(tmp_path: Path) -> None:
    messages = [each.message for each in compiled(tmp_path, top="let n = Adam()", users="n").diagnostics]
    assert any(message.endswith("not a call") for message in messages)


def test_ratings_that_the_scale_has_not_hold_nothing_out(tmp_path: Path) -> None:
    body = "offer ratings.item to ratings.user\nmetric HitRatio(k = 1, least = {})"
    assert "ZOO581" not in codes(recommending(tmp_path, body.format(5)))
    found = recommending(tmp_path, body.format(9)).diagnostics
    assert "no rating is 9 or better: the scale ends at 5" in [each.message for each in found]
