"""Where a line of text stands in an image, in pixels: a rectangle that may lean."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class LineBox:
    """A leaning rectangle: its centre, its length along the text, its height across it, all in pixels.

    `angle` is in degrees clockwise (y grows downwards), within -90..90; 0 is a level line.
    """

    x: float
    y: float
    length: float
    height: float
    angle: float = 0.0

    def at(self, along: float, across: float) -> tuple[float, float]:
        """The image point `along` pixels right of the box's left edge and `across` pixels below its upper edge."""
        right, down = along - self.length / 2, across - self.height / 2
        cosine, sine = math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))
        return self.x + right * cosine - down * sine, self.y + right * sine + down * cosine


def turned(x: float, y: float, degrees: float, around: tuple[float, float]) -> tuple[float, float]:
    """The point turned clockwise around another."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    right, down = x - around[0], y - around[1]
    return around[0] + right * cosine - down * sine, around[1] + right * sine + down * cosine
