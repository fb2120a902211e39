"""The picture of a segment, cut from the stored image of its page."""

import io
import os

import msgspec
import pytest
from PIL import Image, ImageDraw

from pagemill.domain.document import BBox, Document, Page, PageBox, Segment, SegmentType, TextSource
from pagemill.domain.errors import NotFound
from pagemill.faces.http import segments
from pagemill.faces.http.segments import cut, page_size, place_of
from tests.faces.world import RESULT, World

pytestmark = pytest.mark.anyio
RED, WHITE = (255, 0, 0), (255, 255, 255)
BOX = BBox(10.0, 20.0, 30.0, 15.0)


def page_png(scale: float = 2.0) -> bytes:
    """A page of 100 × 200 points with a red segment."""
    image = Image.new("RGB", (round(100 * scale), round(200 * scale)), WHITE)
    corners = [BOX.left * scale, BOX.top * scale, BOX.right * scale - 1, BOX.bottom * scale - 1]
    ImageDraw.Draw(image).rectangle(corners, fill=RED)
    png = io.BytesIO()
    image.save(png, "PNG")
    return png.getvalue()


def document(text: str = "", ids: tuple[str, ...] = ("segment_2_1",)) -> bytes:
    pages = tuple(Page(number, 100.0, 200.0, TextSource.NATIVE, image=f"pages/{number}.png") for number in (1, 2))
    found = tuple(Segment(id=name, type=SegmentType.PICTURE, page=2, bbox=BOX, text=text) for name in ids)
    made = Document(
        file_name="a.pdf", media_type="application/pdf", page_count=2, pages=pages, segments=found, chunks=()
    )
    return msgspec.json.encode(made, order="deterministic")


async def finished(world: World, images: bool = True) -> str:
    task = await world.submit()
    pictures = {"pages/2.png": page_png()} if images else {}
    await world.finish(blobs=RESULT | {"document.json": document()} | pictures)
    return f"/v1/tasks/{task['id']}/segments/segment_2_1.png"


async def test_a_segment_is_cut_from_the_image_of_its_page(world: World):
    answer = await world.http.get(await finished(world))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.size == (60, 30)
        assert image.getcolors() == [(60 * 30, RED)]


async def test_who_has_it_gets_304_until_there_is_a_newer_result(world: World):
    address = await finished(world)
    etag = (await world.http.get(address)).headers["etag"]
    assert (await world.http.get(address, headers={"If-None-Match": etag})).status_code == 304
    other = address.replace("segment_2_1", "segment_2_2")
    assert (await world.http.get(other, headers={"If-None-Match": etag})).status_code == 404


async def test_without_an_image_the_answer_says_how_to_get_one(world: World):
    answer = await world.http.get(await finished(world, images=False))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "page_images" in answer.json()["hint"]


async def test_a_task_without_a_result_and_a_name_that_is_none_are_refused(world: World):
    task = await world.submit()
    early = await world.http.get(f"/v1/tasks/{task['id']}/segments/segment_2_1.png")
    assert (early.status_code, early.json()["code"]) == (409, "result_not_ready")
    assert (await world.http.get(f"/v1/tasks/{task['id']}/segments/a%22b.png")).status_code == 422


async def test_an_image_too_large_to_cut_is_refused(world: World, monkeypatch):
    address = await finished(world)
    monkeypatch.setattr(segments, "LARGEST_IMAGE_PIXELS", 1_000)
    answer = await world.http.get(address)
    assert (answer.status_code, answer.json()["code"]) == (422, "image_too_large")


def test_a_text_that_looks_like_a_segment_is_not_taken_for_one():
    forged = '{"id":"segment_9_9","type":"Picture","page":1,"bbox":{"left":0,"top":0,"width":1,"height":1}'
    with pytest.raises(NotFound, match="segment_9_9"):
        place_of(io.BytesIO(document(forged)), "segment_9_9")


@pytest.mark.parametrize("padding", range(-60, 60, 7))
def test_a_segment_is_found_wherever_the_pieces_of_the_search_meet(padding: int):
    text = "x" * (segments._SEARCH_BYTES - len(document(ids=("segment_1_1",))) + padding)
    content = io.BytesIO(document(text, ids=("segment_1_1", "segment_2_7")))
    assert place_of(content, "segment_2_7") == PageBox(2, BOX)
    assert page_size(content, 2) == (100.0, 200.0)


@pytest.mark.parametrize(
    ("box", "size"),
    [
        (BBox(0, 0, 100, 200), (100, 200)),
        (BBox(-5, -5, 500, 500), (100, 200)),
        (BBox(50, 50, 0, 0), (1, 1)),
        (BBox(100, 200, 10, 10), (1, 1)),
        (BBox(10.4, 10.4, 1.2, 1.2), (2, 2)),
    ],
)
def test_a_box_is_cut_within_its_page_and_is_never_empty(box: BBox, size: tuple[int, int]):
    with Image.open(io.BytesIO(cut(io.BytesIO(page_png(1.0)), box, 100.0, 200.0))) as image:
        assert image.size == size


def test_a_large_result_is_searched_without_being_held(tmp_path):
    path = tmp_path / "document.json"
    path.write_bytes(document(os.urandom(8 * 1024 * 1024).hex(), ids=("segment_1_1", "segment_2_7")))
    with path.open("rb") as file:
        assert place_of(file, "segment_2_7").page == 2
