"""Every kind of image is read: many pages, deep pixels, odd colours; and every damaged one is refused by name."""

import io
import random
import struct

import numpy as np
import pytest
from PIL import Image

from pagemill.domain.document import TextSource
from pagemill.domain.errors import DocumentError
from pagemill.domain.formats import BMP, GIF, IMAGE_TYPES, JPEG, PNG, TIFF, WEBP
from pagemill.domain.limits import Limits
from pagemill.domain.options import Options, parse_options
from pagemill.pipeline.formats.image.frames import opened_image
from pagemill.pipeline.formats.image.pixels import gray, scaled
from pagemill.pipeline.run import Source, page_images, read, recognise
from tests.pipeline.made import parse, silent
from tests.pipeline.test_images import drawn

SAVED = {PNG: "PNG", JPEG: "JPEG", WEBP: "WEBP", BMP: "BMP", GIF: "GIF", TIFF: "TIFF"}


@pytest.fixture
def make(tmp_path):
    def made(media_type, *images, name="image", **more):
        first, *others = images
        path = tmp_path / name
        paged = {"save_all": True, "append_images": others} if others else {}
        first.save(path, SAVED[media_type], **paged, **more)
        return Source(str(path), name, media_type)

    return made


def test_every_kind_is_tried_here():
    assert set(SAVED) == IMAGE_TYPES


@pytest.mark.parametrize("media_type", SAVED)
def test_each_kind_is_a_page_with_a_picture(make, media_type):
    source = make(media_type, drawn((400, 300)))

    reading = read(source, parse_options({"ocr": "never"}), Limits(), silent)
    ((number, png),) = page_images(source, Limits(), [1])

    assert (reading.page_count, reading.pages[0].source, number) == (1, TextSource.NONE, 1)
    assert Image.open(io.BytesIO(png)).convert("L").resize((1, 1)).getpixel((0, 0)) > 200


def test_a_tiff_has_a_page_for_each_picture(make):
    source = make(TIFF, drawn((200, 100)), drawn((100, 200)), drawn((300, 300)), compression="tiff_lzw", dpi=(72, 72))

    waiting = read(source, parse_options({"pages": "1,3"}), Limits(), silent)
    part = read(source, Options(), Limits(), silent, first=2, last=3)
    shown = read(source, parse_options({"ocr": "never", "pages": "2-3"}), Limits(), silent)

    assert (waiting.page_count, waiting.pages, waiting.deferred) == (3, (), (1, 3))
    assert part.deferred == (2, 3)
    assert [(page.number, page.width, page.height) for page in shown.pages] == [(2, 100, 200), (3, 300, 300)]
    sizes = [(number, *struct.unpack(">II", png[16:24])) for number, png in page_images(source, Limits(), [3, 1, 9])]
    assert sizes == [(3, 300, 300), (1, 200, 100)]


@pytest.mark.parametrize("media_type", [GIF, WEBP])
def test_of_an_animation_the_first_picture_is_the_page(make, media_type):
    source = make(media_type, Image.new("RGB", (60, 40), "white"), Image.new("RGB", (60, 40), "black"))

    with opened_image(source, Limits()) as file:
        assert file.page_count == 1
        assert np.asarray(file.pixels(1)[1].convert("L")).min() > 200


def test_a_turned_tiff_stands_upright(make):
    source = make(TIFF, drawn((400, 200)), tiffinfo={274: 6}, dpi=(72, 72))

    (page,) = read(source, parse_options({"ocr": "never"}), Limits(), silent).pages
    ((_, png),) = page_images(source, Limits(), [1])

    assert (page.width, page.height, page.rotation) == (200, 400, 90)
    assert struct.unpack(">II", png[16:24]) == (200, 400)


def test_a_fax_is_not_squashed(make):
    source = make(TIFF, drawn((1728, 1080)).convert("1"), compression="group4", dpi=(204, 98))

    with opened_image(source, Limits()) as file:
        frame, image = file.pixels(1)
        shown = scaled(image, frame, 150)

    assert round(frame.width / frame.height, 2) == round(shown.width / shown.height, 2) == 0.77


@pytest.mark.parametrize("mode", ["I;16", "I", "F", "1", "L", "P", "LA", "RGBA", "CMYK", "YCbCr", "LAB"])
def test_white_is_white_and_black_is_black_in_any_pixels(make, mode):
    half = Image.new("L", (80, 40), "white")
    half.paste(0, (0, 0, 40, 40))
    if mode in ("I;16", "I", "F"):
        values = np.asarray(half).astype({"I;16": np.uint16, "I": np.int32, "F": np.float32}[mode]) * 257
        image = Image.fromarray(values)
    elif mode == "LAB":
        image = Image.merge("LAB", [half, Image.new("L", half.size, 128), Image.new("L", half.size, 128)])
    else:
        image = half.convert("RGB").convert(mode)
    source = make(TIFF, image)

    with opened_image(source, Limits()) as file:
        frame, pixels = file.pixels(1)
        found = gray(scaled(pixels, frame, 150))

    assert found[:, 5].max() < 40
    assert found[:, -5].min() > 215


def test_what_is_transparent_is_white(make):
    source = make(WEBP, Image.new("RGBA", (50, 50), (0, 0, 0, 0)))

    with opened_image(source, Limits()) as file:
        frame, pixels = file.pixels(1)
        assert gray(scaled(pixels, frame, 150)).min() == 255


@pytest.mark.parametrize("media_type", SAVED)
def test_too_many_pixels_are_refused_before_they_are_decoded(make, media_type):
    source = make(media_type, drawn((2000, 600)))

    with pytest.raises(DocumentError) as caught:
        read(source, Options(), Limits(max_image_megapixels=1), silent)

    assert (caught.value.code, caught.value.page) == ("image_too_large", 1)


def test_one_picture_of_a_tiff_that_is_too_large_is_named(make):
    source = make(TIFF, drawn((100, 100)), drawn((2000, 600)))
    limits = Limits(max_image_megapixels=1)

    with pytest.raises(DocumentError) as caught:
        read(source, Options(), limits, silent)

    assert (caught.value.code, caught.value.page) == ("image_too_large", 2)
    assert read(source, parse_options({"pages": "1"}), limits, silent).deferred == (1,)


def test_too_many_pictures_are_refused(make):
    source = make(TIFF, *[Image.new("1", (8, 8)) for _ in range(12)])

    with pytest.raises(DocumentError) as caught:
        read(source, Options(), Limits(max_pages=10), silent)

    assert caught.value.code == "too_many_pages"


@pytest.mark.parametrize("media_type", SAVED)
def test_whatever_is_damaged_ends_in_a_document_error(make, tmp_path, media_type):
    rng = random.Random(media_type)
    source = make(media_type, drawn((120, 90)), *([drawn((90, 120))] if media_type == TIFF else []))
    whole = (tmp_path / source.file_name).read_bytes()
    options = parse_options({"ocr": "never"})
    outcomes = set()
    for _ in range(150):
        damaged = bytearray(whole[: rng.randrange(1, len(whole))] if rng.random() < 0.4 else whole)
        for _ in range(rng.randrange(0, 8)):
            damaged[rng.randrange(min(len(damaged), 300))] = rng.randrange(256)
        (tmp_path / source.file_name).write_bytes(damaged)
        try:
            read(source, options, Limits(), silent)
            list(page_images(source, Limits(), [1]))
            outcomes.add("read")
        except DocumentError as problem:
            outcomes.add(problem.code)
    assert outcomes <= {"read", "corrupt_file", "image_too_large", "empty_file"}
    assert "corrupt_file" in outcomes


@pytest.mark.long
def test_each_page_of_a_tiff_is_recognised(make):
    source = make(TIFF, *(drawn(text=text).convert("1") for text in ("Mills grind", "the corn")), compression="group4")

    pages = recognise(source, Options(), Limits(), silent, 1, 2)

    assert [(page.number, page.blocks[0].text) for page in pages] == [(1, "Mills grind"), (2, "the corn")]


def test_a_picture_of_a_page_is_in_the_document(make, tmp_path):
    make(TIFF, drawn((100, 100)), drawn((100, 100)), name="fax.tif")

    parsed = parse(tmp_path / "fax.tif", TIFF, ocr="never")

    assert [(segment.page, str(segment.type)) for segment in parsed.document.segments] == [
        (1, "Picture"),
        (2, "Picture"),
    ]
