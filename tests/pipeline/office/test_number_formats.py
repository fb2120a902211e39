"""Number formats: the text that Excel would show."""

import pytest

from pagemill.pipeline.formats.sheets.dates import iso
from pagemill.pipeline.formats.sheets.formulas import moved
from pagemill.pipeline.formats.sheets.number_formats import is_date_format, shown_number


@pytest.mark.parametrize(
    ("number", "code", "shown"),
    [
        (0.1 + 0.2, "General", "0.3"), (1e20, "General", "1E+20"), (-5, "General", "-5"), (1234567, "General", "1234567"),
        (0.125, "0.0%", "12.5%"), (0.5, "0%", "50%"), (1234, "#,##0.00", "1,234.00"), (-1234.5, "#,##0.00", "-1,234.50"),
        (0, "#,##0", "0"), (0.5, "#.##", ".5"), (2.5, "0", "3"), (1.005, "0.00", "1.01"), (1.5, "0.0#", "1.5"),
        (-3, "#,##0;(#,##0)", "(3)"), (0, '0;-0;"none"', "none"), (5, '[Red]0" pcs"', "5 pcs"), (-5, '"$"0.00', "-$5.00"),
        (12, "[$€-407] #,##0", "€ 12"), (1234567, '0.0,,"M"', "1.2M"), (123, "00000", "00123"),
        (5551234, "000-0000", "555-1234"), (12345, "0.00E+00", "1.23E+04"), (0.75, "# ?/?", "3/4"), (2.5, "# ?/?", "2 1/2"),
        (50, '[<100]"low";"high"', "low"), (500, '[<100]"low";"high"', "high"), (7, "@", "7"), (-0.001, "0.00", "0.00"),
        (45322, "yyyy-mm-dd", "2024-01-31"), (45322, "dd/mm/yy", "31/01/24"), (45322, "d. mmmm yyyy", "31. January 2024"),
        (45322.75, "h:mm AM/PM", "6:00 PM"), (45322.75, "dddd hh:mm:ss", "Wednesday 18:00:00"), (1.5, "[h]:mm", "36:00"),
        (0.000005, "mm:ss.0", "00:00.4"), (-1, "yyyy-mm-dd", "-1"), (1e12, "yyyy", "1000000000000"), (1e300, "0", f"{1e300:.0f}"),
    ],
)  # fmt: skip
def test_a_number_is_shown_as_its_format_says(number, code, shown):
    assert shown_number(number, code) == shown


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("yyyy-mm-dd", True),
        ("h:mm", True),
        ("[h]:mm", False),
        ('0"days"', False),
        ("[Red]0", False),
        ("General", False),
    ],
)
def test_dates_are_told_from_numbers(code, is_date):
    assert is_date_format(code) is is_date


@pytest.mark.parametrize(
    ("days", "text"),
    [(45322, "2024-01-31"), (45322.5, "2024-01-31T12:00:00"), (0.25, "06:00:00"), (1, "1900-01-01"), (61, "1900-03-01"),
     (-1, None), (1e9, None)],
)  # fmt: skip
def test_dates_are_stored_in_iso_form(days, text):
    assert iso(days) == text


def test_dates_may_count_from_1904():
    assert iso(43860, since_1904=True) == "2024-01-31"


@pytest.mark.parametrize(
    ("formula", "moved_formula"),
    [("A1+B$2", "B3+C$2"), ("$A1*2", "$A3*2"), ("SUM(A1:B2)", "SUM(B3:C4)"), ('"A1"&A1', '"A1"&B3'), ("LOG10(A1)", "LOG10(B3)"),
     ("'A1 sheet'!A1", "'A1 sheet'!B3"), ("XFD1", "#REF!")],
)  # fmt: skip
def test_a_formula_moves_with_its_cell(formula, moved_formula):
    assert moved(formula, rows=2, columns=1) == moved_formula
