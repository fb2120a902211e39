"""Numbers as lists write them."""

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LARGEST_ROMAN = 3999
_MOST_REPEATED = 30


def written_number(number: int, form: str) -> str:
    """The number in the form of a sample: `1`, `01`, `a`, `A`, `i` or `I`; any other form, or a number it cannot write, as `1`."""
    if form == "01":
        return f"{number:02}"
    if form in ("a", "A") and 0 < number <= 26 * _MOST_REPEATED:
        times, letter = divmod(number - 1, 26)
        return chr(ord(form) + letter) * (times + 1)
    if form in ("i", "I") and 0 < number <= _LARGEST_ROMAN:
        return _roman(number) if form == "i" else _roman(number).upper()
    return str(number)


def _roman(number: int) -> str:
    text = ""
    for worth, letters in _ROMAN:
        times, number = divmod(number, worth)
        text += letters * times
    return text
