"""Images are documents of one page: measured upright, refused before they are decoded, recognised like a scan."""

import struct
import zlib

import pytest
from PIL import Image, ImageDraw, ImageFont

from pagemill.domain.errors import DocumentError
from pagemill.domain.limits import Limits
from pagemill.domain.options import Options, parse_options
from pagemill.pipeline.run import Facts, Source, assemble, page_images, read, recognise
from tests.pipeline.made import parse, silent

PNG, JPEG = "image/png", "image/jpeg"
UPRIGHT, TURNED_RIGHT = 1, 6


def drawn(size=(1100, 850), text="Mills grind the corn"):
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).text((100, 100), text, "black", ImageFont.load_default(48))
    return image


def source(path, media_type=PNG):
    return Source(str(path), path.name, media_type)


def failure(path, media_type=PNG, limits=None, given=None):
    with pytest.raises(DocumentError) as caught:
        read(source(path, media_type), parse_options(given or {}), limits or Limits(), silent)
    return caught.value.code


def test_an_image_is_one_page_that_waits_for_recognition(tmp_path):
    path = tmp_path / "scan.png"
    drawn().save(path)

    reading = read(source(path), Options(), Limits(), silent)

    assert (reading.page_count, reading.pages, reading.deferred) == (1, (), (1,))


@pytest.mark.parametrize("given", [{"ocr": "never"}, {"mode": "fast"}])
def test_without_recognition_the_page_is_a_picture(tmp_path, given):
    path = tmp_path / "scan.png"
    drawn().save(path, dpi=(100, 100))

    parsed = parse(path, PNG, **given)

    assert [str(one.type) for one in parsed.document.segments] == ["Picture"]
    (page,) = parsed.document.pages
    assert (page.width, page.height) == (792, 612)


@pytest.mark.parametrize(
    ("dpi", "width"),
    [(None, 792), ((200, 200), 396), ((1, 1), 792), ((72, 72), 792), ((96, 96), 825), ((60, 60), 792)],
)
def test_the_size_is_what_the_file_says_if_that_can_be_true(tmp_path, dpi, width):
    path = tmp_path / "scan.png"
    drawn().save(path, **({"dpi": dpi} if dpi else {}))

    (page,) = parse(path, PNG, ocr="never").document.pages

    assert round(page.width) == width


def test_a_photo_is_turned_as_its_camera_noted(tmp_path):
    path = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x0112] = TURNED_RIGHT
    drawn().save(path, exif=exif)

    (page,) = parse(path, JPEG, ocr="never").document.pages
    ((_, png),) = page_images(source(path, JPEG), Limits(), [1])

    assert (page.width, page.height, page.rotation) == (612, 792, 90)
    width, height = struct.unpack(">II", png[16:24])
    assert (width, height) == (850, 1100)


def header_of(width, height):
    """A PNG that claims this size and ends there."""
    body = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + body + struct.pack(">I", zlib.crc32(b"IHDR" + body))


def test_a_bomb_is_refused_by_its_header(tmp_path):
    path = tmp_path / "bomb.png"
    path.write_bytes(header_of(60_000, 60_000) + b"\x00\x00\x00\x00IDAT")

    assert failure(path) == "image_too_large"


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_a_truncated_image_is_corrupt(tmp_path, share):
    path = tmp_path / "cut.jpg"
    drawn().save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])

    assert failure(path, JPEG, given={"ocr": "never"}) == "corrupt_file"


def test_only_page_one_can_be_asked_for(tmp_path):
    path = tmp_path / "scan.png"
    drawn().save(path)

    assert failure(path, given={"pages": "2"}) == "no_such_pages"


@pytest.mark.long
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "1", "CMYK", "I;16"])
def test_text_is_recognised_in_any_kind_of_pixels(tmp_path, mode):
    path = tmp_path / ("scan.jpg" if mode == "CMYK" else "scan.png")
    gray = drawn().convert("L")
    (gray.point(lambda value: value * 256, "I").convert("I;16") if mode == "I;16" else gray.convert(mode)).save(path)
    media_type = JPEG if mode == "CMYK" else PNG

    (page,) = recognise(source(path, media_type), Options(), Limits(), silent, 1, 1)

    document = assemble([page], Facts("x", media_type, 1), Options(), {})
    assert [segment.text for segment in document.segments] == ["Mills grind the corn"]
    assert page.source == "ocr"
    assert all(word.confidence > 0.5 for word in document.segments[0].words)
