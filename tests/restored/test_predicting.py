"""Runs that are over predict by NumPy where that is quicker, by a program where it is not, or from their index."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.restored.conftest import PICTURES, picture_network
from tests.restored.work import only, own_part, predicted, restored
from tests.saved_runs import KERNEL, SPEC, probabilities, saved_run
from zoodsl.restored import Resources
from zoodsl.runtime.outcome import Outcome, Status
from zoodsl.runtime.predicting import MOST_WORK, Predicted
from zoodsl.runtime.request import RunRequest

# --- predicting


def test_rows_of_a_table_are_predicted_without_java(table: Path) -> None:
    Path("new.csv").write_text("name,x1,x2\nfirst,1,2\nsecond,4,0.5\n")
    found = predicted(restored(table).predict(["new.csv"]))
    assert found.engine == "numpy"
    wanted = probabilities([[1, 2], [4, 0.5]])
    for row, chances in zip(found.rows, wanted, strict=True):
        told = {row[f"predicted{end}"]: row[f"probability{end}"] for end in ("", "_2", "_3")}
        assert told == pytest.approx(dict(zip("abc", chances, strict=True)), abs=1e-6)
    assert [row["name"] for row in found.rows] == ["first", "second"]
    assert found.rows[1]["x2"] == 0.5
    assert list(found.rows[0]) == [
        *("name", "x1", "x2", "predicted", "probability"),
        *("predicted_2", "probability_2", "predicted_3", "probability_3"),
    ]
    assert predicted(restored(table).predict(["new.csv"], top=1)).sentences == ["a 0.33", "a 0.82"]


def test_computed_features_are_computed_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    spec = SPEC.replace("feature rows.x1, rows.x2", "feature rows.x1 * 2, rows.x2")
    features = {
        "kind": "NumberColumns",
        "columns": ["x1_times_2", "x2"],
        "mean": [1.0, 2.0],
        "std": [2.0, 4.0],
    }
    folder = saved_run(tmp_path, spec, features=features)
    Path("new.csv").write_text("x1,x2\n2,3\n")
    (row,) = predicted(restored(folder).predict(["new.csv"])).rows
    assert row["x1_times_2"] == 4
    assert row["probability"] == pytest.approx(probabilities([[4, 3]]).max(), abs=1e-6)


def test_pictures_are_told_by_the_names_they_were_given_by(pictures: Path) -> None:
    Image.new("RGB", (4, 4), (250, 200, 0)).save("mine.png")
    names = ["photos/dark/3.png", "photos/light/3.png", "mine.png"]
    found = predicted(restored(pictures).predict(names))
    assert [row["origin"] for row in found.rows] == names
    assert [row["predicted"] for row in found.rows] == ["dark", "light", "light"]
    assert [row["folder"] for row in found.rows[:2]] == ["dark", "light"]
    one = predicted(restored(pictures).predict(["mine.png"]))
    assert one.rows[0]["origin"] == "mine.png"
    assert one.rows[0]["probability"] == found.rows[2]["probability"]
    globbed = predicted(restored(pictures).predict(["photos/*/3.png"]))
    assert [row["origin"] for row in globbed.rows] == ["dark/3.png", "light/3.png"]


def test_a_picture_that_cannot_be_read_is_left_out_and_told(pictures: Path) -> None:
    Path("new").mkdir()
    Image.new("RGB", (4, 4)).save("new/a.png")
    content = Path("new/a.png").read_bytes()
    Path("new/b.png").write_bytes(content[: len(content) // 2])
    found = predicted(restored(pictures).predict(["new/*.png"]))
    assert [row["origin"] for row in found.rows] == ["a.png"]
    (note,) = found.notes
    assert note.startswith("`b.png` is left out: ")
    (note,) = predicted(restored(pictures).predict(["new/a.png", "new/b.png"])).notes
    assert note.startswith("`new/b.png` is left out: ")


def test_the_rows_of_the_spec_where_no_files_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "new.csv").write_text("x1,x2\n1,2\n4,0\n")
    folder = saved_run(tmp_path, SPEC + 'predict {\n  from CSV("new.csv")\n  top 1\n}\n')
    monkeypatch.chdir("/")  # its paths start at the spec's folder
    found = predicted(restored(folder).predict([]))
    assert len(found.rows) == 2
    assert list(found.rows[0]) == ["x1", "x2", "predicted", "probability"]


@pytest.mark.parametrize(
    ("name", "text", "code", "message"),
    [
        ("none.csv", None, "ZOO401", "there is no file `none.csv`"),
        ("new.csv", "x1,y\n1,2\n", "ZOO523", "the network is fed `x2`, and `CSV` gives no such column"),
        ("new.csv", "x1,x2\n1,\n2,3\n", "ZOO523", "`x2` is missing in 1 rows"),
        ("new.csv", "x1,x2\n1,two\n", "ZOO523", "`x2` of these rows holds text, and training read numbers"),
        ("new.dat", "x1,x2\n1,2\n", "", ""),
        ("new.csv", "x1,x2\n", "ZOO403", "`new.csv` has a header and no rows"),
    ],
)
def test_tables_that_do_not_fit(table: Path, name: str, text: str | None, code: str, message: str) -> None:
    if text is not None:
        Path(name).write_text(text)
    work = restored(table)
    found = work.predict([name])
    if not code:
        assert isinstance(found, Predicted)  # its ending says nothing: it is read as the spec's table is
        return
    assert found is None
    assert (only(work).code.name, only(work).message) == (code, message)


def test_tables_of_other_forms_are_read_by_their_ending(table: Path) -> None:
    Path("new.jsonl").write_text('{"x1": 1, "x2": 2}\n{"x1": 4, "x2": 0.5}\n')
    Path("new.tsv").write_text("x1\tx2\n1\t2\n")
    assert predicted(restored(table).predict(["new.jsonl"], top=1)).sentences == ["a 0.33", "a 0.82"]
    work = restored(table)
    assert work.predict(["new.tsv"]) is None  # the spec's own table has commas
    assert "separator" in only(work).help


@pytest.mark.parametrize(
    ("files", "code", "message"),
    [
        (["a.csv"], "ZOO744", "`a.csv` cannot be predicted: the network is fed images, and this is a table"),
        (["photos"], "ZOO402", "`photos` is a folder; a glob says which of its files to read"),
        (["photos/dark/1.png", "x.png"], "ZOO401", "there is no file `x.png`"),
        (["photos/dark/1.png", "photos/*/2.png"], "ZOO401", "`photos/*/2.png` is one of several"),
        ([], "ZOO744", "`photos` has no section `predict`, and no files are named"),
    ],
)
def test_pictures_that_do_not_fit(pictures: Path, files: list[str], code: str, message: str) -> None:
    Path("a.csv").write_text("x1,x2\n1,2\n")
    work = restored(pictures)
    assert work.predict(files) is None
    assert (only(work).code.name, only(work).message) == (code, message)


def test_pictures_of_another_size(pictures: Path) -> None:
    Image.new("RGB", (5, 4)).save("wide.png")
    work = restored(pictures)
    assert work.predict(["wide.png"]) is None
    assert "these images come out of `preprocess` in 4x5" in only(work).message


def test_pictures_that_are_smaller_than_what_is_cut_out_of_them(pictures: Path) -> None:
    metadata = next(pictures.rglob("part-00000"))
    metadata.write_text(
        metadata.read_text().replace('"column": "image"', '"column": "image", "least": [5, 5]')
    )
    work = restored(pictures)
    assert work.predict(["photos/dark/1.png"]) is None
    assert only(work).message == "`1.png` is of 4x4, less than 5x5, which is cut out of it"


MEAN_IMAGE = np.full((4, 4, 3), 127, np.float32)


@pytest.fixture
def less_a_mean_image(tmp_path: Path) -> Path:
    """The run on pictures with a mean image in the place of its means."""
    np.save(tmp_path / "mean.npy", MEAN_IMAGE)
    text = PICTURES.replace(
        "ChannelNormalize(mean = [127], std = [128])",
        'Resize(4x4)\n  PixelNormalize("mean.npy")\n  ChannelNormalize(mean = [0], std = [128])',
    )
    folder = saved_run(
        tmp_path,
        text,
        name="means",
        network=picture_network(),
        features={"kind": "ImageColumn", "column": "image"},
    )
    content = (tmp_path / "mean.npy").read_bytes()
    (folder / f"mean-{sha256(content).hexdigest()[:12]}.npy").write_bytes(content)
    return folder


@pytest.mark.parametrize("now", ["as it was", "another", "gone"])
def test_a_mean_image_is_the_one_that_it_was_trained_with(
    pictures: Path, less_a_mean_image: Path, now: str
) -> None:
    wanted = predicted(restored(pictures).predict(["photos/dark/3.png"])).rows
    if now == "another":
        np.save("mean.npy", -MEAN_IMAGE)
    elif now == "gone":
        Path("mean.npy").unlink()
    found = predicted(restored(less_a_mean_image).predict(["photos/dark/3.png"], on="numpy"))
    assert found.rows == wanted


def test_of_several_mean_images_the_one_that_the_spec_names(pictures: Path, less_a_mean_image: Path) -> None:
    np.save(less_a_mean_image / "mean-0123456789ab.npy", -MEAN_IMAGE)
    wanted = predicted(restored(pictures).predict(["photos/dark/3.png"])).rows
    assert predicted(restored(less_a_mean_image).predict(["photos/dark/3.png"])).rows == wanted
    Path("mean.npy").unlink()
    work = restored(less_a_mean_image)
    assert work.predict(["photos/dark/3.png"], on="numpy") is None
    assert only(work).message == (
        "NumPy cannot predict these rows: the run folder has no copy of the mean image `mean.npy` as it is now"
    )


# --- which engine


ROW: dict[str, object] = {
    "x1": 1,
    "x2": 2,
    "predicted": "b",
    "probability": 0.5,
    "predicted_2": "a",
    "probability_2": 0.25,
}


def test_bigdl_predicts_by_a_program_that_restores_the_network(
    table: Path, launched: Callable[..., list[RunRequest]]
) -> None:
    Path("new.csv").write_text("x1,x2\n1,2\n")
    requests = launched([ROW])
    found = predicted(
        restored(table, resources=Resources(master="local[1]")).predict(["new.csv"], on="bigdl")
    )
    assert (found.engine, list(found.rows), found.sentences) == ("bigdl", [ROW], ["b 0.50, a 0.25"])
    (request,) = requests
    assert request.options.master == "local[1]"
    text = own_part(request)
    assert "trained=load(" in text
    assert f'"{table}/prediction"' in text
    assert f'spark,root,"{Path.cwd()}/new.csv"' in text
    assert "defrows(" not in text
    assert not request.options.out.parent.exists()  # nothing is left


def test_much_work_is_left_to_bigdl(
    table: Path, launched: Callable[..., list[RunRequest]], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("new.csv").write_text("x1,x2\n1,2\n")
    launched([ROW])
    assert MOST_WORK > 10**9
    monkeypatch.setattr("zoodsl.runtime.predicting.MOST_WORK", 3)
    assert predicted(restored(table).predict(["new.csv"])).engine == "bigdl"
    assert predicted(restored(table).predict(["new.csv"], on="numpy")).engine == "numpy"


@pytest.mark.parametrize("on", [None, "numpy"])
def test_a_network_that_is_cut_off(table: Path, on: str | None) -> None:
    Path("new.csv").write_text("x1,x2\n1,2\n")
    network = next(table.glob("prediction/stages/*/model.bigdl"))
    network.write_bytes(network.read_bytes()[:-7])
    work = restored(table)
    assert work.predict(["new.csv"], on=on) is None
    problem = only(work)
    assert problem.code.name == "ZOO742"
    assert "its `model.bigdl` cannot be read: it is cut off, or damaged" in problem.message


@pytest.mark.parametrize(
    ("name", "help_"),
    [
        ("a_b_c_d.png", "paths start at the folder you are in, which holds no `a_b_c_d.png`"),
        ("nope/new.csv", "there is no folder `nope` in the folder you are in, where paths start"),
        ("nope/*.csv", "there is no folder `nope` in the folder you are in, where paths start"),
    ],
)
def test_files_are_looked_for_from_the_folder_one_is_in(table: Path, name: str, help_: str) -> None:
    work = restored(table)
    assert work.predict([name]) is None
    assert (only(work).code.name, only(work).help) == ("ZOO401", help_)


def test_what_numpy_cannot_predict(pictures: Path, launched: Callable[..., list[RunRequest]]) -> None:
    """ZOO746"""
    spec = (pictures / "spec.json").read_text()
    (pictures / "spec.json").write_text(spec.replace('["resize", null]', '["resize", [4, 4]]'))
    work = restored(pictures)
    assert work.predict(["hdfs://host/new/*.png"], on="numpy") is None
    problem = only(work)
    assert problem.code.name == "ZOO746"
    assert problem.message == "NumPy cannot predict these rows: `hdfs://host/new/*.png` is an address"
    row = {"origin": "a.png", "folder": "new", "predicted": "dark", "probability": 0.5}
    launched([row])
    assert predicted(restored(pictures).predict(["hdfs://host/new/*.png"])).rows == [row]


@pytest.mark.parametrize("refused", [True, False])
def test_a_program_that_fails_is_the_outcome(
    table: Path, launched: Callable[..., list[RunRequest]], refused: bool
) -> None:
    Path("new.csv").write_text("x1,x2\n1,2\n")
    (requests) = launched(status=Status.FAILED, refused=refused)
    found = restored(table).predict(["new.csv"], on="bigdl")
    assert isinstance(found, Outcome)
    assert found.status is Status.FAILED
    assert requests[0].options.out.exists() is not refused  # what Java said stays where it said something


# --- the index of a run


@pytest.fixture
def indexed(pictures: Path) -> Path:
    """The run on pictures with an index of three of them, by what is in them of dark, light and neither."""
    vectors = np.array([[1, 0], [0.8, 0.6], [0, 1]], np.float32)
    keys = np.array(["dark/0.png", "dark/1.png", "light/0.png"])
    labels = np.array(["dark", "dark", "light"])
    np.savez(pictures / "index.npz", version=1, keys=keys, vectors=vectors, labels=labels)
    kept = (pictures / "spec.json").read_text()
    task = '{"@node": "Index", "span": null, "node": "dense", "top": 2, "by_prediction": false, "included": false}'
    (pictures / "spec.json").write_text(kept.replace('"tasks": []', f'"tasks": [{task}]'))
    return pictures


def test_an_indexed_picture_is_answered_from_the_index(
    indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zoodsl.runtime.predicting.load_network", None)  # which nothing asks for
    for name in ("photos/dark/0.png", "dark/0.png", str(Path("photos/dark/0.png").absolute())):
        found = predicted(restored(indexed).predict([name]))
        assert (found.engine, found.sentences) == ("index", ["dark/1.png 0.80, light/0.png 0.00"])
        assert found.rows == [
            {
                "origin": name,
                "nearest": "dark/1.png",
                "similarity": 0.8,
                "label": "dark",
                "nearest_2": "light/0.png",
                "similarity_2": 0.0,
                "label_2": "light",
            }
        ]
    (row,) = predicted(restored(indexed).predict(["photos/light/0.png"], top=1)).rows
    assert (row["nearest"], row["similarity"], "nearest_2" in row) == ("dark/1.png", 0.6, False)


def test_another_picture_is_compared_by_numpy(indexed: Path) -> None:
    Image.new("RGB", (4, 4), (250, 250, 0)).save("mine.png")
    found = predicted(restored(indexed).predict(["mine.png", "photos/dark/0.png"], top=1))
    assert found.engine == "numpy"
    assert [(row["origin"], row["nearest"]) for row in found.rows] == [
        ("mine.png", "light/0.png"),
        ("photos/dark/0.png", "dark/1.png"),
    ]


def test_another_picture_that_is_called_as_an_indexed_one_is_compared_itself(indexed: Path) -> None:
    Path("dark").mkdir()
    Image.new("RGB", (4, 4), (250, 250, 0)).save("dark/0.png")
    for name in ("dark/0.png", "./dark/0.png"):
        found = predicted(restored(indexed).predict([name], top=1))
        assert (found.engine, [row["nearest"] for row in found.rows]) == ("numpy", ["light/0.png"])


def test_pictures_that_cannot_be_compared_are_told(indexed: Path) -> None:
    content = Path("photos/dark/1.png").read_bytes()
    pixels = content.index(b"IDAT") + 4
    Path("broken.png").write_bytes(content[:pixels] + bytes(8) + content[pixels + 8 :])
    found = predicted(restored(indexed).predict(["broken.png"]))
    assert found.rows == []
    (note,) = found.notes
    assert note.startswith("`broken.png` is left out: ")
    Image.new("RGB", (4, 4), (250, 250, 0)).save("mine.png")
    found = predicted(restored(indexed).predict(["broken.png", "mine.png", "photos/dark/0.png"]))
    assert [row["origin"] for row in found.rows] == ["mine.png", "photos/dark/0.png"]
    assert found.notes == (note,)


def test_classes_are_told_where_an_engine_is_asked_for(indexed: Path) -> None:
    found = predicted(restored(indexed).predict(["photos/dark/0.png"], on="numpy"))
    assert found.rows[0]["predicted"] == "dark"


def test_an_index_that_cannot_be_read(indexed: Path) -> None:
    (indexed / "index.npz").write_bytes(b"nothing")
    work = restored(indexed)
    assert work.predict(["photos/dark/0.png"]) is None
    assert only(work).code.name == "ZOO742"


def test_another_picture_cannot_be_compared_by_a_network_that_is_cut_off(indexed: Path) -> None:
    Image.new("RGB", (4, 4), (250, 250, 0)).save("mine.png")
    network = next(indexed.glob("prediction/stages/*/model.bigdl"))
    network.write_bytes(network.read_bytes()[:-7])
    work = restored(indexed)
    assert work.predict(["mine.png"]) is None
    assert only(work).code.name == "ZOO742"


def test_the_weights_are_those_of_the_file() -> None:
    """Guards the numbers above: the classes are not all alike."""
    assert len({tuple(row) for row in KERNEL.tolist()}) == 3
