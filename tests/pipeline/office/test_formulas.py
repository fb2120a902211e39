"""Formulas of Office in LaTeX."""

import pytest
from lxml import etree

from pagemill.pipeline.formats.open_xml.formulas import latex
from tests.pipeline.office.packed import WORD_NAMES


def run(text, properties=""):
    return f"<m:r><m:rPr>{properties}</m:rPr><m:t>{text}</m:t></m:r>"


def part(name, text):
    return f"<m:{name}>{run(text)}</m:{name}>"


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (f"<m:f>{part('num', 'a')}{part('den', 'b+1')}</m:f>", r"\frac{a}{b+1}"),
        (f"<m:f><m:fPr><m:type m:val='lin'/></m:fPr>{part('num', 'a')}{part('den', 'b')}</m:f>", "a/b"),
        (f"<m:sSup>{part('e', 'x')}{part('sup', '2')}</m:sSup>", "x^2"),
        (f"<m:sSubSup>{part('e', 'x')}{part('sub', 'i')}{part('sup', 'n+1')}</m:sSubSup>", "x_i^{n+1}"),
        (f"<m:rad><m:radPr><m:degHide m:val='1'/></m:radPr><m:deg/>{part('e', 'x')}</m:rad>", r"\sqrt{x}"),
        (f"<m:rad>{part('deg', '3')}{part('e', 'x')}</m:rad>", r"\sqrt[3]{x}"),
        (f"<m:nary><m:naryPr><m:chr m:val='∑'/></m:naryPr>{part('sub', 'i=1')}{part('sup', 'n')}{part('e', 'i')}</m:nary>", r"\sum_{i=1}^n i"),
        (f"<m:func>{part('fName', 'sin')}{part('e', 'x')}</m:func>", r"\sin x"),
        (f"<m:func>{part('fName', 'rank')}{part('e', 'A')}</m:func>", r"\operatorname{rank} A"),
        (f"<m:d>{part('e', 'a')}{part('e', 'b')}</m:d>", "(a|b)"),
        (f"<m:d><m:dPr><m:begChr m:val='{{'/><m:endChr m:val=''/></m:dPr>{part('e', 'x')}</m:d>", r"\left\{x\right."),
        (f"<m:acc><m:accPr><m:chr m:val='⃗'/></m:accPr>{part('e', 'v')}</m:acc>", r"\vec{v}"),
        (f"<m:m><m:mr>{part('e', 'a')}{part('e', 'b')}</m:mr><m:mr>{part('e', 'c')}{part('e', 'd')}</m:mr></m:m>", r"\begin{matrix} a & b \\ c & d \end{matrix}"),
        (f"<m:limLow>{part('e', 'lim')}{part('lim', 'n')}</m:limLow>", r"\lim_n"),
        (run("if x is even", "<m:nor/>"), r"\text{if x is even}"),
        (run("𝑥 − 50%"), r"x - 50\%"),
    ],
)  # fmt: skip
def test_a_formula_is_written_in_latex(formula, expected):
    assert latex(etree.fromstring(f"<m:oMath {WORD_NAMES}>{formula}</m:oMath>")) == expected
