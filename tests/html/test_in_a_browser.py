"""Mails in a real browser: no width makes them scroll sideways, verdicts have the design's colours.

Needs Chromium (Debian's package); where there is none these tests are skipped, and say so.
"""

import html as escaping
import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.html.mails import drawn
from tests.pdf import sample
from viperreport.html.look import DARK, LIGHT
from viperreport.html.view import Enclosed, Sending
from viperreport.model.briefing import KeyFigures
from viperreport.model.figure import VERDICT_PHRASES, Verdict

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
WIDTHS = (320, 375, 600, 800, 1200)
SENT = Sending(
    pdf=Enclosed("weekly.pdf", 6, 412_345, address="https://briefings.example.org/weekly.pdf"),
    notice="W" * 60,
    why="You get this because you are on the weekly list.",
)
LOOK = """\
<!DOCTYPE html><body>FRAMES<pre id="found"></pre><script>
addEventListener("load", () => {
  const found = [...document.querySelectorAll("iframe")].map((frame) => {
    const inside = frame.contentDocument, root = inside.documentElement;
    const colour = (each) => frame.contentWindow.getComputedStyle(each).color;
    return {
      width: frame.clientWidth, needs: root.scrollWidth,
      verdicts: [...inside.querySelectorAll("p")].map((p) => [p.textContent.trim(), colour(p)]),
      outside: [...inside.querySelectorAll("td, p, h1, h2, h3, a, span")]
        .filter((each) => each.getBoundingClientRect().right > frame.clientWidth + 0.5).length,
    };
  });
  document.getElementById("found").textContent = JSON.stringify(found);
});
</script></body>"""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: nothing was rendered")


def everything() -> str:
    """A mail with all states of tiles, long names and every kind of element."""
    long = sample.tile("K13", 1_234_567, 1_000_000, label="Kensington-and-Chelsea" * 3)
    tiles = KeyFigures((*sample.states(), long), sample.NOTE)
    made = sample.briefing(sample.HEADLINE, tiles, sample.digest())
    made = replace(made, markers=(sample.OFFICIAL, sample.ON_HOLD, sample.SYNTHETIC))
    return drawn(made, SENT).html


def rendered(html: str, directory: Path, *, dark: bool) -> list[dict[str, Any]]:
    """What a browser makes of a mail, in each width."""
    frames = "".join(
        f'<iframe style="border:0;width:{width}px" srcdoc="{escaping.escape(html)}"></iframe>'
        for width in WIDTHS
    )
    page = directory / "look.html"
    page.write_text(LOOK.replace("FRAMES", frames))
    command = [
        *(CHROMIUM or "", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"),
        f"--user-data-dir={directory}",
        f"--blink-settings=preferredColorScheme={0 if dark else 1}",
        page.as_uri(),
    ]
    ended = subprocess.run(command, capture_output=True, timeout=120, check=True, text=True)
    found = re.search(r'<pre id="found">(.*?)</pre>', ended.stdout, re.DOTALL)
    assert found, ended.stderr
    content: list[dict[str, Any]] = json.loads(escaping.unescape(found[1]))
    return content


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_width_and_every_verdict(tmp_path: Path, *, dark: bool) -> None:
    """From 320 to 1200 pixels nothing scrolls sideways; marks and phrases have their colours."""
    colours = DARK if dark else LIGHT
    wanted = {
        f"▲ {VERDICT_PHRASES[Verdict.HIGHER]}": {colours.harm_up, colours.activity},
        f"▼ {VERDICT_PHRASES[Verdict.LOWER]}": {colours.harm_down},
        f"○ {VERDICT_PHRASES[Verdict.UNCLEAR]}": {colours.unclear},
        f"– {VERDICT_PHRASES[Verdict.FEW]}": {colours.unclear},
        VERDICT_PHRASES[Verdict.NONE]: {colours.unclear},
        "Data 9 days old": {colours.marker_text},
    }
    frames = rendered(everything(), tmp_path, dark=dark)
    assert [frame["width"] for frame in frames] == list(WIDTHS)
    for frame in frames:
        assert frame["needs"] <= frame["width"], frame["width"]
        assert frame["outside"] == 0, frame["width"]
        for phrase, expected in wanted.items():
            found = {as_hex(colour) for text, colour in frame["verdicts"] if text == phrase}
            assert found == expected, (frame["width"], phrase)


def as_hex(colour: str) -> str:
    """Write rgb(179, 57, 14) as #B3390E."""
    return "#" + "".join(f"{int(part):02X}" for part in re.findall(r"\d+", colour))
