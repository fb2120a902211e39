"""Charts as the tables that they draw."""

from lxml import etree

from pagemill.domain.document import Block, BlockKind, Cell, Table
from pagemill.pipeline.formats.flow import NOWHERE
from pagemill.pipeline.formats.open_xml.names import find, named, path_of, whole_number
from pagemill.pipeline.formats.prose import one_line
from pagemill.pipeline.formats.tables import table_text

_MOST_POINTS = 10_000
_MOST_SERIES = 100


def chart_title(chart: etree._Element) -> str:
    """What stands above the chart, "" if nothing."""
    title = find(chart, "c:chart/c:title")
    pieces = title.iter(named("a:t"), named("c:v")) if title is not None else ()
    return one_line("".join(piece.text or "" for piece in pieces))


def chart_blocks(chart: etree._Element) -> list[Block]:
    """The chart's title as a caption, and a row for each of its points with a column for each series."""
    title = chart_title(chart)
    caption = [Block(BlockKind.CAPTION, title, NOWHERE)] if title else []
    table = _table(list(chart.iter(named("c:ser")))[:_MOST_SERIES])
    return [*caption, Block(BlockKind.TABLE, table_text(table), NOWHERE, table=table)] if table else caption


def _table(series: list[etree._Element]) -> Table | None:
    values = [_points(one, "c:val", "c:yVal") for one in series]
    labels: dict[int, str] = {}
    for one in series:
        labels = {**_points(one, "c:cat", "c:xVal"), **labels}
    rows = sorted(set(labels).union(*values))[:_MOST_POINTS]
    if not rows:
        return None
    names = [_name(one, number) for number, one in enumerate(series, start=1)]
    cells = [Cell(0, column, name, header=True) for column, name in enumerate(["", *names])]
    for row, point in enumerate(rows, start=1):
        cells.append(Cell(row, 0, labels.get(point, str(point + 1))))
        cells.extend(Cell(row, column, one.get(point, "")) for column, one in enumerate(values, start=1))
    return Table(len(rows) + 1, len(series) + 1, tuple(cells))


def _name(series: etree._Element, number: int) -> str:
    found = series.find(path_of("c:tx") + "//" + named("c:v"))
    return one_line(found.text or "") if found is not None else f"Series {number}"


def _points(series: etree._Element, *names: str) -> dict[int, str]:
    """What the file remembers of the chart's data, by index; of categories in several levels the innermost."""
    for name in names:
        node = find(series, name)
        level = node.find(f".//{named('c:lvl')}") if node is not None else None
        inner = level if level is not None else node
        if inner is not None:
            return {
                whole_number(point.get("idx")): _shown(point.findtext(named("c:v")) or "")
                for point in inner.iter(named("c:pt"))
            }
    return {}


def _shown(text: str) -> str:
    """A number without the noise of floating point; any other text as it is."""
    try:
        number = float(text)
    except ValueError:
        return one_line(text)
    return f"{number:.12g}" if abs(number) < 1e15 else text
