"""What the tests of LibreOffice stand on."""

from tests.office import office

__all__ = ["office"]
