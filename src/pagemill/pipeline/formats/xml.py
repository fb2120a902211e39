"""XML from strangers: no entity is expanded, no file or address is opened, no tree grows without bound."""

from collections.abc import Iterator
from io import BytesIO

from lxml import etree

from pagemill.domain.errors import DocumentError


def parsed_xml(data: bytes, what: str) -> etree._Element:
    """The root of an XML text. Raises `DocumentError` (`corrupt_file`), naming `what` was to be read."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise DocumentError(f"{what} is not well-formed XML: {problem}") from None


def streamed_xml(data: bytes, what: str, *names: str) -> Iterator[etree._Element]:
    """Each element of these names when it ends, and is then forgotten: for texts whose tree would be too large.

    Raises `DocumentError` (`corrupt_file`), naming `what` was to be read.
    """
    events = etree.iterparse(
        BytesIO(data),
        tag=names,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, node in events:
            yield node
            _forget(node)
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise DocumentError(f"{what} is not well-formed XML: {problem}") from None


def _forget(node: etree._Element) -> None:
    node.clear()
    parent = node.getparent()
    while parent is not None and node.getprevious() is not None:
        del parent[0]
