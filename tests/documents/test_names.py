"""Names are shown and sent back; they never lead, hide or deceive."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.names import NAME_BYTES, NAME_LENGTH, clean_name


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Cahier des charges.docx", "Cahier des charges.docx"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\dupont\Bureau\devis.pdf", "devis.pdf"),
        ("/var/www/x/", "document"),
        ("devis\r\nSet-Cookie: a=b.pdf", "devis Set-Cookie: a=b.pdf"),
        ("a\x00b\x1b[31m.txt", "ab[31m.txt"),
        ("facture\u202efdp.exe", "facturefdp.exe"),
        ("\u2066plan\u2069\u200e\u200f.pdf", "plan.pdf"),
        ("inv\u200bisible\ufeff.txt", "invisible.txt"),
        ('le "grand" plan d\'été.pdf', 'le "grand" plan d\'été.pdf'),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("مذكرة.pdf", "مذكرة.pdf"),
        ("图纸 👩\u200d💻.png", "图纸 👩\u200d💻.png"),
        ("  trop   d'espaces .txt ", "trop d'espaces.txt"),
        (".htaccess", "htaccess"),
        ("fin.", "fin"),
        ("", "document"),
        (None, "document"),
        ("...", "document"),
        ("\u200d", "document"),
        ("a\u2028b\u2029.txt", "ab.txt"),
    ],
)
def test_name_keeps_what_a_person_reads_and_nothing_else(raw, clean):
    assert clean_name(raw) == clean


def test_name_too_long_keeps_its_extension():
    assert clean_name("a" * 400 + ".docx") == "a" * (NAME_LENGTH - 5) + ".docx"


def test_name_too_long_in_bytes_is_cut_between_letters():
    name = clean_name("漢" * 140 + ".pdf")

    assert (len(name.encode()) <= NAME_BYTES, name.strip("漢")) == (True, ".pdf")


def test_name_whose_extension_is_a_text_is_cut_like_one():
    assert clean_name("a." + "b" * 400) == "a." + "b" * (NAME_LENGTH - 2)


@given(st.text(alphabet=st.characters(), max_size=400))
def test_name_is_always_clean_short_and_stable(raw):
    name = clean_name(raw)

    assert name
    assert len(name) <= NAME_LENGTH
    assert len(name.encode()) <= NAME_BYTES
    assert not set(name) & set("/\\\r\n\t\x00\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069")
    assert clean_name(name) == name
