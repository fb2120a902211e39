"""A photograph of a page: a recipe card on a wooden table, seen at an angle, in the light of a window."""

from io import BytesIO

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

CARD_SIZE = (1240, 1754)
PHOTO_SIZE = (1500, 2000)
CARD_CORNERS_IN_PHOTO = ((148, 118), (1322, 176), (1396, 1872), (92, 1812))
SENSOR_NOISE_LEVELS = 2.5
INK = (38, 34, 40)

TITLE = "A Sheet of Paper from Old Paper"
INTRODUCTION = "Takes an afternoon and a night to dry. Makes about ten sheets of A5."
NEEDED = (
    ("Old newspaper or letters", "100 g"),
    ("Warm water", "5 litres"),
    ("Starch", "2 spoons"),
    ("Picture frames of one size", "2"),
    ("Fly screen, old cloths", "some"),
)
STEPS = (
    "Tear the paper into stamps and soak them in warm water for two hours.",
    "Beat the pulp with a blender until no letter can be read. Stir in the starch.",
    "Stretch the fly screen over one frame: this is the mould. The other one, laid on top, is the deckle.",
    "Dip both in upright, turn them level under water and lift. Let them drip.",
    "Take off the deckle, turn the mould over onto a wet cloth and press.",
    "Cover with the next cloth. Stack, weigh down with books, and hang up to dry.",
)

Pixels = npt.NDArray[np.uint8]


def draw_photo() -> bytes:
    """The photograph as a PNG of 1500 by 2000 pixels. No text is in it but the one that can be seen."""
    random = np.random.default_rng(105)
    photo = _seen_at_an_angle(np.asarray(_card()), _table_top(random))
    lit = photo.astype(np.float32) * _window_light()[..., np.newaxis]
    noisy = np.clip(lit + random.normal(0, SENSOR_NOISE_LEVELS, lit.shape), 0, 255).astype(np.uint8)
    out = BytesIO()
    Image.fromarray(noisy).save(out, "PNG")
    return out.getvalue()


def _card() -> Image.Image:
    card = Image.new("RGB", CARD_SIZE, (250, 246, 236))
    draw = ImageDraw.Draw(card)
    draw.text((100, 100), TITLE, INK, _font(58))
    draw.text((100, 190), INTRODUCTION, INK, _font(30))
    bottom = _draw_needed(draw, 280)
    _draw_steps(draw, bottom + 70)
    return card


def _draw_needed(draw: ImageDraw.ImageDraw, top: int) -> int:
    row_height = 62
    for number, (what, amount) in enumerate(NEEDED):
        y = top + number * row_height
        draw.rectangle((100, y, 800, y + row_height), outline=INK, width=2)
        draw.rectangle((800, y, 1140, y + row_height), outline=INK, width=2)
        draw.text((118, y + 13), what, INK, _font(30))
        draw.text((818, y + 13), amount, INK, _font(30))
    return top + len(NEEDED) * row_height


def _draw_steps(draw: ImageDraw.ImageDraw, top: int) -> None:
    draw.text((100, top), "What to do", INK, _font(42))
    y = top + 80
    for number, step in enumerate(STEPS, 1):
        draw.text((100, y), f"{number}.", INK, _font(32))
        for line in _wrapped(step, 960):
            draw.text((160, y), line, INK, _font(32))
            y += 46
        y += 22


def _wrapped(text: str, width_pixels: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _font(32).getlength(longer) > width_pixels:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType, which the sample photograph is drawn with.")  # noqa: TRY004
    return font


def _table_top(random: np.random.Generator) -> Pixels:
    width, height = PHOTO_SIZE
    grain = np.cumsum(random.normal(0, 1.2, width))
    across = 100 + 14 * np.sin(np.linspace(0, 40, width) + grain / 12)
    wood = np.stack([across * share for share in (1.0, 0.72, 0.5)], axis=-1)
    return np.broadcast_to(wood, (height, width, 3)).astype(np.uint8)


def _seen_at_an_angle(card: Pixels, background: Pixels) -> Pixels:
    width, height = CARD_SIZE
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    view = cv2.getPerspectiveTransform(corners, np.array(CARD_CORNERS_IN_PHOTO, dtype=np.float32))
    seen = cv2.warpPerspective(card, view, PHOTO_SIZE, flags=cv2.INTER_AREA)
    covered = cv2.warpPerspective(np.full((height, width), 255, np.uint8), view, PHOTO_SIZE)
    return np.where(covered[..., np.newaxis] > 127, seen, background)


def _window_light() -> npt.NDArray[np.float32]:
    width, height = PHOTO_SIZE
    across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    return (1.02 - 0.30 * across - 0.16 * down).astype(np.float32)
