"""Pictures out of the terminal: whole, self-contained, escaped, and opened by a real browser."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from salvage_cli import picture, text, webpage
from salvage_cli.facets import PICTURES
from salvage_cli.fold import Span
from salvage_cli.library import Query
from salvage_cli.seeing import _grid
from tests.conftest import Run
from tests.test_compare import compared, opened

HOSTILE = """<script>alert('x')</script>"&amp;<svg onload=alert(1)>]]>%{x}"""

QUESTIONS = [
    ("compare", "-c", "AML"),
    ("compare", "-c", "kidney transplant rejection"),
    ("map",),
    ("lookup", "ARDS"),
    ("list", "-c", "ulcerative colitis"),
    ("show", "gilteritinib-aml", "venoarterial-ecmo-cardiogenic-shock"),
]


class Page(HTMLParser):
    """The tags and the text of a page; what it loads from elsewhere."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags, self.data, self.open, self.loads = list[str](), list[str](), list[str](), list[str]()
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loads += [str(value) for name, value in attrs if name in ("src", "srcset", "data") or (tag == "link" and name == "href")]
        self.loads += [name for name, _ in attrs if name.startswith("on")]
        if tag not in ("meta", "br", "line", "rect", "circle", "path"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.data.append(data)


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_svg_is_whole_and_loads_nothing(run: Run, question: tuple[str, ...]) -> None:
    out, err, code = run(*question, "-o", "svg")
    assert (err, code) == ("", 0)
    root = ElementTree.fromstring(out)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.find("{http://www.w3.org/2000/svg}title") is not None
    assert not re.search(r"<(script|image|use|style|foreignObject)|url\(|@import|\bon\w+=", out)
    for each in root.iter("{http://www.w3.org/2000/svg}text"):
        y = float(each.get("y", "0"))
        assert 0 <= y <= float(root.get("height", "0"))


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_page_is_whole_and_loads_nothing(run: Run, question: tuple[str, ...]) -> None:
    out, err, code = run(*question, "-o", "html")
    assert (err, code) == ("", 0)
    page = Page(out)
    assert page.open == []
    assert page.loads == []
    assert "script" not in page.tags


def test_the_words_of_a_picture_are_text(run: Run) -> None:
    page = Page(run("compare", "-c", "AML", "-o", "html").out)
    assert "HR 0.64 (0.49–0.83), p<0.001, n 371" in re.sub(r"[\u00a0\u202f]", " ", "".join(page.data))
    drawn = "".join(ElementTree.fromstring(run("compare", "-c", "AML", "-o", "svg").out).itertext())
    assert "HR 0.64 (0.49–0.83), p<0.001, n 371" in drawn
    assert "= NO BENEFIT · level 2 · cite 234" in drawn


def test_a_card_links_its_citations_and_nothing_else(run: Run) -> None:
    out = run("show", "gilteritinib-aml", "-o", "html").out
    links = re.findall(r'<a href="([^"]*)">', out)
    assert "https://doi.org/10.1056/NEJMoa1902688" in links
    assert all(link.startswith(("https://doi.org/", "https://pubmed.ncbi.nlm.nih.gov/", "https://")) for link in links)


def hostile(tiny: str) -> str:
    """The tiny base with names that are made to break out."""
    quoted = json.dumps(HOSTILE)
    for name in ("name: Adrug\n", "name: Placebo", "label: Overall survival", "name: Tumor,", "name: Oncology", "name: Drug}"):
        key, _, value = name.partition(": ")
        tiny = tiny.replace(name, f"{key}: {quoted}{value[-1] if not value[-1].isalpha() else ''}", 1)
    return tiny


def test_hostile_names_stay_text_in_every_picture(tmp_path: Path, tiny: str) -> None:
    library = opened(tmp_path, hostile(tiny))
    found = compared(library, ids=["adrug-tumor"])
    grid = _grid(library, library.find(Query(ids=["adrug-tumor"])))
    screen = [[Span(HOSTILE, "name", f"https://example.org/{HOSTILE}")]]
    for drawn in (picture.comparison(found), picture.grid(grid), picture.screen(screen, HOSTILE)):
        root = ElementTree.fromstring(drawn)
        assert {each.tag.partition("}")[2] for each in root.iter()} <= {
            "svg",
            "title",
            "rect",
            "text",
            "tspan",
            "a",
            "g",
            "line",
            "circle",
            "path",
        }
        assert not any(name.startswith("on") for each in root.iter() for name in each.attrib)
        assert "<script>" in "".join(root.itertext())
    for written in (webpage.comparison(found), webpage.grid(grid), webpage.screen(screen, HOSTILE)):
        page = Page(written)
        assert (page.open, page.loads) == ([], [])
        assert "script" not in page.tags
        assert HOSTILE in re.sub(r"[\u00a0\u202f]", " ", "".join(page.data))


def test_signs_that_xml_forbids_are_dropped() -> None:
    assert picture.escaped("a\x00\x1b[31mb\x07") == "a[31mb"


def test_colors_can_be_read_on_black_and_on_white() -> None:
    for color in text.COLORS.values():
        parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        assert min(1.05 / (light + 0.05), (light + 0.05) / 0.05) >= 4


@pytest.mark.parametrize("command", [("terms", "modalities"), ("info",)])
@pytest.mark.parametrize("format", PICTURES)
def test_a_command_without_a_picture_says_so(run: Run, command: tuple[str, ...], format: str) -> None:
    out, err, code = run(*command, "-o", format)
    assert (out, code) == ("", 2)
    assert err.startswith(f"salvage: no format is called '{format}'; choose one of table, plain")


CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (apt-get install chromium)")
@pytest.mark.parametrize("format", PICTURES)
@pytest.mark.parametrize("question", [QUESTIONS[0], QUESTIONS[2], QUESTIONS[5]])
def test_a_browser_opens_the_picture_without_errors(
    run: Run, tmp_path: Path, question: tuple[str, ...], format: str, png_size: Callable[[Path], tuple[int, int]]
) -> None:
    file, shot = tmp_path / f"picture.{format}", tmp_path / "shot.png"
    file.write_text(run(*question, "-o", format).out, encoding="utf-8")
    assert CHROMIUM
    done = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--window-size=1100,1400",
         f"--user-data-dir={tmp_path / 'profile'}", f"--screenshot={shot}", file.as_uri()],
        capture_output=True, text=True, timeout=180, check=True,
    )  # fmt: skip
    assert "CONSOLE" not in done.stderr, done.stderr
    assert png_size(shot) == (1100, 1400)
    assert shot.stat().st_size > 40_000, "the screenshot is nearly empty"


@pytest.fixture
def png_size() -> Callable[[Path], tuple[int, int]]:
    """Width and height of a PNG, from its header."""

    def size(file: Path) -> tuple[int, int]:
        head = file.read_bytes()[:24]
        assert head[:8] == b"\x89PNG\r\n\x1a\n"
        return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")

    return size
