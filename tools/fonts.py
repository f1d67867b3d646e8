"""Make the fonts from the font package: static/fonts/inter.woff2 and inter-italic.woff2, which git ignores.

One variable file each with the weights 400 to 700 and the Latin and Latin extended letters, so that a page
loads one small font and the repository carries none. The italic is for the PDFs, which find no slanted one.
"""

import logging
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FOLDER = Path(__file__).resolve().parent.parent / "static" / "fonts"
FACES = {"inter.woff2": "Inter[opsz,wght].ttf", "inter-italic.woff2": "Inter-Italic[opsz,wght].ttf"}
WEIGHTS = (400, 700)
# Latin, Latin extended, punctuation, arrows, currency: what French and the other Latin languages print.
UNICODES = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x250),
    *range(0x2B0, 0x370),
    *range(0x1E00, 0x1F00),
    *range(0x2000, 0x2070),
    *range(0x20A0, 0x20D0),
    *range(0x2190, 0x21A0),
    0x2116,
    0x2122,
    0x2212,
    0x2260,
    0x2264,
    0x2265,
    0x2713,
    0x2717,
]
FEATURES = ["calt", "ccmp", "kern", "liga", "locl", "mark", "mkmk", "tnum", "lnum", "case", "frac", "zero"]


def source(name):
    """A variable font file inside the installed package."""
    package = find_spec("fontpkg_inter")
    return Path(package.origin).parent / "files" / name


def make(target, name):
    """Write the file `target` from the package's font `name`."""
    font = instancer.instantiateVariableFont(TTFont(source(name)), {"opsz": 14, "wght": WEIGHTS})
    with tempfile.TemporaryDirectory() as folder:
        # Saved and reopened first: subsetting the instance in memory leaves stale tables behind.
        instance = Path(folder) / "instance.ttf"
        font.save(instance)
        font = TTFont(instance)
        options = subset.Options(layout_features=FEATURES, flavor="woff2")
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=UNICODES)
        subsetter.subset(font)
        font.flavor = "woff2"
        part = target.with_suffix(".part")
        font.save(part)
        part.rename(target)
    print(f"Font made: {target.name}, {target.stat().st_size // 1024} kB")


def main():
    """Write the fonts that are not there already. Returns the exit code."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for target, name in FACES.items():
        if not (FOLDER / target).exists():
            make(FOLDER / target, name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
