"""A sheet as a page."""

from collections.abc import Iterable

from pagemill.domain.document import Block, PageContent, TextSource
from pagemill.pipeline.formats.cells import CellBudget
from pagemill.pipeline.formats.sheets.blocks import SheetBlocks
from pagemill.pipeline.formats.sheets.grid import Grid


def sheet_page(
    number: int, name: str, grid: Grid, budget: CellBudget, *, headed: bool, drawn: Iterable[Block] = ()
) -> PageContent:
    """The page of a sheet; `headed` by its name where a file has several, so that readers see where one ends."""
    sheet = SheetBlocks(name, grid, budget)
    blocks = [*sheet.blocks(), *drawn]
    if headed and blocks:
        blocks.insert(0, sheet.heading())
    return _page(number, name, blocks)


def separated_page(number: int, name: str, grid: Grid, budget: CellBudget) -> PageContent:
    """The page of a file that is one table, however many of its cells are empty."""
    return _page(number, name, list(SheetBlocks(name, grid, budget, whole=True).blocks()))


def _page(number: int, name: str, blocks: list[Block]) -> PageContent:
    source = TextSource.NATIVE if any(block.text for block in blocks) else TextSource.NONE
    return PageContent(number, 0.0, 0.0, source, tuple(blocks), name=name)
