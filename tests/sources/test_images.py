"""Images by a glob: counts, sizes, and files that are no images."""

from __future__ import annotations

import io

import pytest

from zoodsl.diagnostics.rules.data import (
    BAD_READER_ARGUMENT,
    CORRUPT_DATA,
    NO_SUCH_DATA,
    UNREADABLE_DATA,
)
from zoodsl.diagnostics.rules.frames import BAD_FILES
from zoodsl.model.nodes import Certainty, RowCount
from zoodsl.sources import image_headers, images
from zoodsl.types import DType, ImageType

Image = pytest.importorskip("PIL.Image")


def picture(form: str, width: int = 6, height: int = 4, mode: str = "RGB", **options) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, (width, height)).save(stream, form, **options)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("form", "mode", "options"),
    [
        ("PNG", "RGB", {}),
        ("PNG", "L", {}),
        ("PNG", "RGBA", {}),
        ("JPEG", "RGB", {}),
        ("JPEG", "L", {"progressive": True}),
        ("JPEG", "RGB", {"comment": b"\xff\xc0 no frame" * 100}),
        ("BMP", "RGB", {}),
        ("GIF", "P", {}),
        ("TIFF", "RGB", {}),
        ("TIFF", "L", {"compression": "tiff_lzw"}),
        ("WebP", "RGB", {}),
        ("WebP", "RGB", {"lossless": True}),
        ("WebP", "RGBA", {}),
    ],
)
def test_size_is_read_from_the_header(form, mode, options):
    header = image_headers.read_header(io.BytesIO(picture(form, 61, 47, mode, **options)))
    assert header == image_headers.ImageHeader(form, 47, 61)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "BMP", "GIF", "TIFF", "WebP"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_no_beginning_of_an_image_breaks_the_reading(form, orientation):
    whole = picture(form) if form in ("BMP", "GIF") else turned(form, orientation)
    for length in range(len(whole)):
        header = image_headers.read_header(io.BytesIO(whole[:length]))
        assert header is None or {header.height, header.width} == {4, 6}


def turned(form: str, orientation: int) -> bytes:
    from PIL import Image

    exif = Image.Exif()
    exif[0x112] = orientation
    return picture(form, exif=exif)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "WebP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_image_that_a_camera_has_turned_has_its_size_upright(form, orientation):
    header = image_headers.read_header(io.BytesIO(turned(form, orientation)))
    assert header is not None
    assert (header.height, header.width) == ((4, 6) if orientation < 5 else (6, 4))


def test_images_of_one_size_have_it(folder):
    for number in range(3):
        folder.write(f"pics/{number}.png", picture("PNG"))
    seen = folder.look("Images", path="pics/*.png")
    assert [(column.name, column.type) for column in seen.columns] == [
        ("image", ImageType(height=4, width=6, channels=3)),
        ("origin", DType.STRING),
        ("folder", DType.STRING),
    ]
    assert seen.rows == RowCount(count=3, certainty=Certainty.EXACT)


def test_images_of_several_sizes_have_none(folder):
    folder.write("a.png", picture("PNG", 5, 5))
    folder.write("b.png", picture("PNG", 6, 5))
    image = folder.look("Images", path="*.png", channels=1).columns[0].type
    assert image == ImageType(height=None, width=None, channels=1, sizes=((5, 5), (5, 6)))
    resized = folder.look("Images", path="*.png", channels=1, resize=(4, 4)).columns[0].type
    assert resized == ImageType(height=4, width=4, channels=1)


def test_folders_below_a_glob_are_values(folder):
    for name in ("cats/1.png", "cats/2.png", "dogs/1.png"):
        folder.write(f"pets/{name}", picture("PNG"))
    assert folder.values("Images", "folder", path="pets/*/*.png").counts == {"cats": 2, "dogs": 1}
    assert folder.values("Images", "folder", path="pets/**/*.png").counts == {"cats": 2, "dogs": 1}
    assert folder.values("Images", "folder", path="pets/cats/*.png").counts == {"cats": 2}


@pytest.mark.parametrize(
    ("pattern", "fixed"),
    [
        ("data/cats/*.png", "data/cats"),
        ("data/*/1.png", "data"),
        ("data/[ab]/x/*.png", "data"),
        ("*.png", ""),
        ("**/*.png", ""),
        ("/srv/data/*.png", "/srv/data"),
        ("/*.png", "/"),
        ("data/one.png", "data"),
    ],
)
def test_the_fixed_part_of_a_glob_ends_at_its_first_wildcard(pattern, fixed):
    assert images.fixed_part(pattern) == fixed


def test_origins_are_the_same_wherever_the_data_are(folder):
    for place in ("here", "there/deep"):
        for name in ("b/2.png", "a/1.png", "a/.hidden.png"):
            folder.write(f"{place}/{name}", picture("PNG"))
    root = str(folder.path)
    assert images.origins("here/*/*.png", root) == ("a/1.png", "b/2.png")
    assert images.origins("there/deep/**/*.png", root) == ("a/1.png", "b/2.png")
    assert images.origins(f"{root}/here/*/*.png", "/") == ("a/1.png", "b/2.png")


def test_of_many_files_only_some_are_opened(folder, monkeypatch):
    for number in range(9):
        folder.write(f"{number}.png", picture("PNG"))
    folder.write("5.png", b"broken")
    monkeypatch.setattr(images, "MOST_HEADERS", 3)
    seen = folder.look("Images", path="*.png")
    assert (seen.rows.count, seen.doubt) == (9, None)
    monkeypatch.setattr(images, "MOST_HEADERS", 9)
    assert folder.look("Images", path="*.png").rows.count == 8


def test_files_that_are_no_images_are_left_out_and_told(folder):
    folder.write("a/1.png", picture("PNG"))
    folder.write("a/2.png", b"")
    folder.write("b/3.png", b"broken")
    seen = folder.look("Images", path="**/*.png")
    assert seen.rows == RowCount(count=1, certainty=Certainty.EXACT)
    assert seen.doubt.code is BAD_FILES
    assert seen.doubt.message == (
        "2 of the 3 files that were looked at are left out: `a/2.png` is empty, `b/3.png` is no image"
    )
    assert folder.values("Images", "folder", path="**/*.png").counts == {"a": 1}


def test_files_that_are_no_images_are_an_error_where_they_are_fatal(folder):
    folder.write("1.png", picture("PNG"))
    folder.write("2.png", b"")
    problem = folder.problem("Images", path="*.png", on_error="fail")
    assert (problem.code, problem.message) == (CORRUPT_DATA, "`2.png` is empty")


def test_resized_images_have_one_size(folder):
    folder.write("a.png", picture("PNG", 5, 5))
    folder.write("b.png", picture("PNG", 6, 5))
    image = folder.look("Images", path="*.png", resize=(20, 30)).columns[0].type
    assert image == ImageType(height=20, width=30, channels=3)


@pytest.mark.parametrize("content", [b"", b"hello", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"BM"])
def test_a_file_that_is_no_image_is_named(folder, content):
    folder.write("pics/a.png", content)
    problem = folder.problem("Images", path="pics/*.png")
    assert problem.code is CORRUPT_DATA
    assert "`pics/a.png`" in problem.message


def test_a_glob_without_a_match_says_what_would_match(folder):
    folder.write("pics/a.jpg", picture("JPEG"))
    problem = folder.problem("Images", path="pics/*.png")
    assert problem.code is NO_SUCH_DATA
    assert problem.code.name == "ZOO401"
    assert problem.help == "`pics/*.jpg` matches 1"


def test_a_glob_above_the_images_says_so(folder):
    folder.write("pics/cats/a.jpg", picture("JPEG"))
    assert "`pics/**/*.png`" in folder.problem("Images", path="pics/*.png").help


def test_a_glob_in_a_missing_folder_has_neighbours(folder):
    folder.write("pics/a.jpg", picture("JPEG"))
    assert folder.problem("Images", path="pic/*.jpg").help == "did you mean `pics/*.jpg`?"


def test_a_folder_is_no_glob(folder):
    folder.write("pics/a.jpg", picture("JPEG"))
    problem = folder.problem("Images", path="pics/")
    assert problem.code is UNREADABLE_DATA
    assert problem.code.name == "ZOO402"
    assert problem.help == "`pics/*.jpg` matches 1"


def test_a_single_missing_file_has_neighbours(folder):
    folder.write("owl.jpg", picture("JPEG"))
    problem = folder.problem("Images", path="owl.png")
    assert problem.message == "there is no file `owl.png`"
    assert "`owl.jpg`" in problem.help


def test_two_channels_are_none(folder):
    problem = folder.problem("Images", path="*.png", channels=2)
    assert problem.code is BAD_READER_ARGUMENT
    assert problem.parameter == "channels"


@pytest.mark.data
@pytest.mark.parametrize(
    ("pattern", "rows", "size"),
    [("chest_nih14/images_256/*.jpg", 621, (256, 256)), ("natural/*.jpg", 5, (None, None))],
)
def test_real_pictures(bound, shared, folder, pattern, rows, size):
    seen = folder.look("Images", path=str(shared / pattern))
    assert seen.rows.count == rows
    assert (seen.columns[0].type.height, seen.columns[0].type.width) == size
