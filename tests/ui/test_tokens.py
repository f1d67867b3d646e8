"""Colours are promises: running text 7:1, everything else that is read 4.5:1, edges of fields 3:1; light and dark."""

import re
from pathlib import Path

import pytest

PAPERS = ["paper", "surface", "sunken"]
RUNNING = [(ink, paper) for ink in ("ink", "ink-soft") for paper in PAPERS]
RUNNING += [("ink", f"{tone}-wash") for tone in ("done", "warning", "danger", "info", "client", "vendor")]
RUNNING += [("ink-soft", f"{side}-wash") for side in ("client", "vendor")]
READ = [(tone, f"{tone}-wash") for tone in ("done", "warning", "danger", "info", "client", "vendor")]
READ += [(tone, paper) for tone in ("done", "warning", "danger", "client", "vendor") for paper in PAPERS]
READ += [("on-action", "action"), ("on-side", "client"), ("on-side", "vendor"), ("paper", "ink")]
EDGES = [("line-strong", paper) for paper in PAPERS] + [("focus", paper) for paper in PAPERS]


STYLES = Path(__file__).resolve().parents[2] / "static" / "css"


@pytest.fixture(scope="module")
def tokens():
    """Each token's pair of colours, light then dark."""
    text = (STYLES / "tokens.css").read_text()
    return dict(re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}, #[0-9a-f]{6})\)", text))


def luminance(colour):
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [(*pair, 7) for pair in RUNNING] + [(*pair, 4.5) for pair in READ] + [(*pair, 3) for pair in EDGES],
)
def test_contrast_holds(tokens, front, back, least, scheme):
    ratio = contrast(tokens[front].split(", ")[scheme], tokens[back].split(", ")[scheme])

    assert ratio >= least, f"{front} on {back}: {ratio:.2f}"


def test_styles_use_logical_properties_only():
    physical = re.compile(
        r"(?:margin|padding|border|inset)-(?:left|right|top|bottom)|[;{ ](?:left|right|top|bottom|width|height|min-width|max-height):|float: (?:left|right)|text-align: (?:left|right)"
    )
    found = [
        f"{path.name}: {match.group()}"
        for path in sorted(STYLES.glob("*.css"))
        for match in physical.finditer(re.sub(r"@media[^{]*", "", path.read_text()))
    ]

    assert found == []


def test_every_sheet_is_imported_once():
    entry = (STYLES / "portal.css").read_text()

    assert sorted(re.findall(r'url\("([a-z]+\.css)"\)', entry)) == sorted(
        path.name for path in STYLES.glob("*.css") if path.name != "portal.css"
    )
