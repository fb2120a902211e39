"""XML from strangers: no entity is expanded, no file or address is opened, no tree grows without bound."""

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
