"""A briefing of ours that says more than its verdicts carry is never made."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

import viperreport
from tests.sections.making import CUT_OFF, World, both, cube_of
from viperreport.analysis.words import SLOT, UnprovenWordError, Writing, overstatements
from viperreport.model.briefing import Briefing, Section
from viperreport.model.calling import phrase
from viperreport.model.exhibits import Prose, Remark
from viperreport.model.figure import Verdict
from viperreport.model.wording import Name, Text, text
from viperreport.sections.language import refuse_unproven

CODE = Path(viperreport.__file__).parent


@pytest.fixture(scope="module")
def briefing() -> Briefing:
    """A briefing with a verdict."""
    return World(cube_of(both(122, 60), CUT_OFF)).made.briefing


def saying(briefing: Briefing, content: Text) -> Briefing:
    """The same with one more remark."""
    prose = Prose(text("Of late"), (Remark(text("It is said:"), content),))
    return replace(briefing, sections=(*briefing.sections, Section("added", (prose,))))


def test_a_word_without_a_verdict(briefing: Briefing) -> None:
    """Section, word, and what to do instead stand in the message; its exit code is a bug's."""
    refuse_unproven(briefing)
    said = saying(briefing, text("Gun incidents ", Name("here"), " are rising."))
    with pytest.raises(
        UnprovenWordError, match=r'^added: "rising" says that .* verdicts'
    ) as raised:
        refuse_unproven(said)
    assert raised.value.exit_code == 1


def test_a_word_over_two_parts(briefing: Briefing) -> None:
    """Words are read as they stand together."""
    with pytest.raises(UnprovenWordError, match="led to"):
        refuse_unproven(saying(briefing, text("patrols led", " to arrests")))


def test_names_end_no_build(briefing: Briefing) -> None:
    """What data and configuration call things is theirs."""
    names = ("Fall River", "Record check", "higher, likely real", "Crackdown soars")
    refuse_unproven(saying(briefing, text(*map(Name, names))))


def test_a_verdict_that_is_not_listed(briefing: Briefing) -> None:
    """A phrase is of a comparison that the edition lists, with the verdict that it lists."""
    listed = next(each for each in briefing.comparisons if each.verdict is Verdict.HIGHER)
    refuse_unproven(saying(briefing, text(phrase(listed))))
    for other in (replace(listed, key="nowhere"), replace(listed, verdict=Verdict.LOWER)):
        with pytest.raises(UnprovenWordError, match=other.key):
            refuse_unproven(saying(briefing, text(phrase(other))))


def strings(tree: ast.AST) -> list[tuple[int, str]]:
    """Every string below a node that is no docstring; of an f-string its literal words."""
    documented = ast.Module | ast.ClassDef | ast.FunctionDef
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    inside = {id(part) for node in joined for part in node.values}
    return [(node.lineno, _literal(node)) for node in joined] + [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if id(node) not in docs | inside
    ]


def _literal(node: ast.JoinedStr) -> str:
    parts = (part.value if isinstance(part, ast.Constant) else SLOT for part in node.values)
    return "".join(map(str, parts))


def printed(tree: ast.AST) -> list[tuple[int, str]]:
    """Every string that is written straight into a text of typed slots."""
    return [
        each
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"text", "Words"}
        for each in strings(node)
    ]


def test_no_string_of_ours_says_more() -> None:
    """Texts that no random briefing met too; and methods of figures, which JSON prints."""
    files = [*CODE.glob("sections/**/*.py"), *CODE.glob("pdf/**/*.py"), CODE / "model/wording.py"]
    trees = [(str(file.relative_to(CODE)), ast.parse(file.read_text())) for file in files]
    held = {name: (printed(tree), strings(tree)) for name, tree in trees}
    assert sum(len(texts) for texts, _ in held.values()) > 300
    overstated = [
        (name, line, said, each.word)
        for name, (texts, every) in held.items()
        for found, writing in ((texts, Writing.OURS), (every, Writing.PROSE))
        for line, said in found
        for each in overstatements(said, writing)
    ]
    assert not overstated
