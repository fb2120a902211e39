"""Formulas of Office (OMML) as LaTeX."""

import unicodedata
from collections.abc import Callable, Iterable

from lxml import etree

from pagemill.pipeline.formats.open_xml.names import find, is_on, named, value

_FUNCTIONS = frozenset({
    "arccos", "arcsin", "arctan", "arg", "cos", "cosh", "cot", "coth", "csc", "deg", "det", "dim", "exp", "gcd", "hom", "inf",
    "ker", "lg", "lim", "liminf", "limsup", "ln", "log", "max", "min", "Pr", "sec", "sin", "sinh", "sup", "tan", "tanh",
})  # fmt: skip
_OPERATORS = {
    "∑": r"\sum", "∏": r"\prod", "∐": r"\coprod", "∫": r"\int", "∬": r"\iint", "∭": r"\iiint", "∮": r"\oint",
    "⋃": r"\bigcup", "⋂": r"\bigcap", "⋁": r"\bigvee", "⋀": r"\bigwedge",
}  # fmt: skip
_ACCENTS = {
    "\u0302": r"\hat", "\u0303": r"\tilde", "\u0304": r"\bar", "\u0305": r"\overline", "\u0307": r"\dot",
    "\u0308": r"\ddot", "\u030c": r"\check", "\u20d7": r"\vec", "\u0301": r"\acute", "\u0300": r"\grave",
    "\u0306": r"\breve", "\u0332": r"\underline", "¯": r"\bar", "^": r"\hat", "~": r"\tilde", "→": r"\vec",
}  # fmt: skip
_BRACKETS = {"{": r"\{", "}": r"\}", "‖": r"\|", "⟨": r"\langle ", "⟩": r"\rangle ", "": "."}
_GROUPS = {"⏟": r"\underbrace", "⏞": r"\overbrace", "→": r"\overrightarrow", "←": r"\overleftarrow"}
_MEANT = str.maketrans({
    "\\": r"\backslash ", "%": r"\%", "#": r"\#", "&": r"\&", "$": r"\$", "{": r"\{", "}": r"\}",
    "–": "-", "−": "-", "\u2061": "", "\u2062": "", "\u2063": "", "\u200b": "", "\xa0": " ",
})  # fmt: skip
_LATEX_IN_TEXT = str.maketrans({"\\": r"\textbackslash ", **{sign: f"\\{sign}" for sign in "%#&$_{}"}})


def latex(formula: etree._Element) -> str:
    """The formula in LaTeX. Letters stay as they are, in upright Unicode; spaces only where LaTeX needs them."""
    return " ".join(_all(formula).split())


def _all(node: etree._Element | None) -> str:
    return "".join(_one(child) for child in node) if node is not None else ""


def _one(node: etree._Element) -> str:
    write = _WRITERS.get(str(node.tag))
    return write(node) if write else _all(node)


def _part(node: etree._Element, name: str) -> str:
    return _all(find(node, name)).strip()


def _text(run: etree._Element) -> str:
    said = "".join(text.text or "" for text in run.iter(named("m:t"), named("w:t")))
    said = unicodedata.normalize("NFKC", said)
    if is_on(run, "m:rPr/m:nor", "m:val") and any(letter.isalpha() for letter in said):
        return rf"\text{{{said.translate(_LATEX_IN_TEXT)}}}"
    return said.translate(_MEANT)


def _fraction(node: etree._Element) -> str:
    above, below = _part(node, "m:num"), _part(node, "m:den")
    form = value(node, "m:fPr/m:type", "m:val")
    if form == "lin":
        return f"{above}/{below}"
    return rf"\binom{{{above}}}{{{below}}}" if form == "noBar" else rf"\frac{{{above}}}{{{below}}}"


def _scripts(node: etree._Element) -> str:
    return _braced_if_long(_part(node, "m:e")) + _script("_", _part(node, "m:sub")) + _script("^", _part(node, "m:sup"))


def _scripts_before(node: etree._Element) -> str:
    return "{}" + _script("_", _part(node, "m:sub")) + _script("^", _part(node, "m:sup")) + _part(node, "m:e")


def _script(sign: str, text: str) -> str:
    if not text:
        return ""
    return f"{sign}{text}" if len(text) == 1 else f"{sign}{{{text}}}"


def _braced_if_long(text: str) -> str:
    return f"{{{text}}}" if " " in text or any(sign in text for sign in "+-=") else text


def _root(node: etree._Element) -> str:
    degree = "" if is_on(node, "m:radPr/m:degHide", "m:val") else _part(node, "m:deg")
    return rf"\sqrt[{degree}]{{{_part(node, 'm:e')}}}" if degree else rf"\sqrt{{{_part(node, 'm:e')}}}"


def _brackets(node: etree._Element) -> str:
    def sign(name: str, usual: str) -> str:
        given = find(node, f"m:dPr/{name}")
        said = value(given, "", "m:val") if given is not None else usual
        return _BRACKETS.get(said, said)

    inner = sign("m:sepChr", "|").join(_all(part).strip() for part in node.iterchildren(named("m:e")))
    left, right = sign("m:begChr", "("), sign("m:endChr", ")")
    if inner.startswith(r"\binom") and find(node, "m:e/m:f") is not None:
        return inner
    return f"{left}{inner}{right}" if (left, right) == ("(", ")") else rf"\left{left}{inner}\right{right}"


def _operator(node: etree._Element) -> str:
    sign = value(node, "m:naryPr/m:chr", "m:val") or "∫"
    scripts = _script("_", _part(node, "m:sub")) + _script("^", _part(node, "m:sup"))
    return f"{_OPERATORS.get(sign, sign)}{scripts} {_part(node, 'm:e')}"


def _function(node: etree._Element) -> str:
    name, argument = _function_name(_part(node, "m:fName")), _part(node, "m:e")
    return f"{name}{argument}" if argument.startswith(("(", r"\left")) else f"{name} {argument}"


def _function_name(name: str) -> str:
    word = name.partition("_")[0].partition("^")[0]
    known = rf"\{word}" if word in _FUNCTIONS else rf"\operatorname{{{word}}}"
    return known + name[len(word) :] if word.isalpha() and word.isascii() else name


def _accent(node: etree._Element) -> str:
    sign = value(node, "m:accPr/m:chr", "m:val") or "\u0302"
    return rf"{_ACCENTS.get(sign, _ACCENTS[chr(0x302)])}{{{_part(node, 'm:e')}}}"


def _bar(node: etree._Element) -> str:
    above = value(node, "m:barPr/m:pos", "m:val") == "top"
    command = r"\overline" if above else r"\underline"
    return f"{command}{{{_part(node, 'm:e')}}}"


def _limit(node: etree._Element) -> str:
    base, limit = _function_name(_part(node, "m:e")), _part(node, "m:lim")
    below = node.tag == named("m:limLow")
    if base.startswith("\\"):
        return base + _script("_" if below else "^", limit)
    command = r"\underset" if below else r"\overset"
    return f"{command}{{{limit}}}{{{base}}}"


def _group(node: etree._Element) -> str:
    sign = value(node, "m:groupChrPr/m:chr", "m:val") or "⏟"
    inner = _part(node, "m:e")
    return rf"{_GROUPS[sign]}{{{inner}}}" if sign in _GROUPS else rf"\overset{{{sign}}}{{{inner}}}"


def _matrix(node: etree._Element) -> str:
    rows = (
        " & ".join(_all(cell).strip() for cell in row.iterchildren(named("m:e")))
        for row in node.iterchildren(named("m:mr"))
    )
    return _environment("matrix", rows)


def _array(node: etree._Element) -> str:
    rows = (_all(row).strip().replace(r"\&", "&") for row in node.iterchildren(named("m:e")))
    return _environment("aligned", rows)


def _environment(name: str, rows: Iterable[str]) -> str:
    written = list(rows)
    inner = r" \\ ".join(written)
    if len(written) == 1:
        return inner
    return rf"\begin{{{name}}} {inner} \end{{{name}}}"


_WRITERS: dict[str, Callable[[etree._Element], str]] = {
    named(f"m:{name}"): write
    for name, write in {
        "r": _text, "f": _fraction, "sSub": _scripts, "sSup": _scripts, "sSubSup": _scripts, "sPre": _scripts_before,
        "rad": _root, "d": _brackets, "nary": _operator, "func": _function, "acc": _accent, "bar": _bar,
        "limLow": _limit, "limUpp": _limit, "groupChr": _group, "m": _matrix, "eqArr": _array,
    }.items()
}  # fmt: skip
