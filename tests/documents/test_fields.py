"""Several files in one field: a sentence for each bad one, and the good ones are not lost."""

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from documents.fields import MultipleFileField
from documents.intake import Room

PDF = b"%PDF-1.7\n%%EOF\n"


class DocumentsForm(forms.Form):
    """A form as the rooms above write them."""

    comment = forms.CharField()
    documents = MultipleFileField(label="Pièces jointes", required=False)


class RequiredForm(forms.Form):
    """One in which a file must be given."""

    documents = MultipleFileField()


def sent(*uploads, form=DocumentsForm, **data):
    """A bound form with these (name, body) uploads."""
    files = [SimpleUploadedFile(name, body) for name, body in uploads]
    return form(data, MultiValueDict({"documents": files}))


@pytest.fixture(autouse=True)
def english():
    """Errors in the language of the sources."""
    with translation.override("en"):
        yield


def names(uploads):
    """The names of uploads."""
    return [upload.name for upload in uploads]


def test_field_gives_every_upload():
    form = sent(("a.pdf", PDF), ("b.txt", b"b"), comment="Voici.")

    assert form.is_valid()
    assert names(form.cleaned_data["documents"]) == ["a.pdf", "b.txt"]
    assert form.is_multipart()
    assert form.changed_data == ["comment", "documents"]


def test_kinds_of_content_that_the_setting_leaves_out_are_refused_whatever_their_name(settings):
    settings.DOCUMENT_MEDIA_TYPES = ["application/pdf", "image/*"]
    form = sent(("a.pdf", PDF), ("b.gif", b"GIF89a" + bytes(20)), ("c.pdf.txt", b"Bonjour"), comment="Voici.")

    assert not form.is_valid()
    assert form.errors == {
        "documents": ["“c.pdf.txt” is a text, which is not taken in. These are: a PDF document, image/*."]
    }
    assert "Taken in: a PDF document, image/*." in str(form["documents"].help_text)


def test_field_without_files_is_empty():
    form = sent(comment="Rien à joindre.")

    assert form.is_valid()
    assert form.cleaned_data["documents"] == []
    assert form.changed_data == ["comment"]


def test_field_that_must_be_filled_says_so():
    assert sent(form=RequiredForm).errors == {"documents": ["Choose at least one file."]}


def test_field_has_one_error_for_each_bad_file_and_keeps_the_good_ones(settings):
    settings.DOCUMENT_MAX_BYTES = 1024
    form = sent(
        ("bon.pdf", PDF),
        ("vide.txt", b""),
        ("gros.txt", b"a" * 1025),
        ("faux.pdf", b"<html>"),
        ("aussi.txt", b"b"),
    )

    assert not form.is_valid()
    assert form.errors == {
        "comment": ["This field is required."],
        "documents": [
            "“vide.txt” is empty (0 bytes). Choose a file with a content.",
            "“gros.txt” weighs 1\xa0KB; a file may weigh up to 1\xa0KB.",
            "“faux.pdf” is named like a PDF document, but its content is a web page (HTML). "
            "Give it the extension of its content, or save it again as a PDF document.",
        ],
    }
    assert [error["code"] for error in form.errors.get_json_data()["documents"]] == [
        "empty",
        "too_large",
        "disguised",
    ]
    assert names(form["documents"].accepted) == ["bon.pdf", "aussi.txt"]
    assert [refusal.name for refusal in form["documents"].refusals] == ["vide.txt", "gros.txt", "faux.pdf"]


def test_field_refuses_each_file_beyond_what_may_still_be_added():
    form = sent(("a.txt", b"a"), ("vide.txt", b""), ("b.txt", b"b"), ("c.txt", b"c"), comment="Voici.")
    form.fields["documents"].room = Room(files=2)

    assert form.errors["documents"] == [
        "“vide.txt” is empty (0 bytes). Choose a file with a content.",
        "“c.txt” is one file too many: up to 2 files may be added here.",
    ]
    assert names(form["documents"].accepted) == ["a.txt", "b.txt"]


def test_field_says_when_no_file_at_all_may_be_added():
    form = sent(("a.txt", b"a"), comment="Voici.")
    form.fields["documents"].room = Room(files=0)

    assert form.errors["documents"] == ["“a.txt” is one file too many: no more file can be added here."]


def test_field_shows_no_path_nor_hidden_sign_of_a_name():
    form = sent(("vi\u202ede.txt", b""), comment="Voici.")

    assert form.errors["documents"] == ["“vide.txt” is empty (0 bytes). Choose a file with a content."]


def test_field_is_a_plain_input_that_says_its_limits(settings):
    settings.DOCUMENT_MAX_BYTES = 5 * 2**20
    form = DocumentsForm()

    tag = BeautifulSoup(str(form["documents"]), "html.parser").input
    assert (tag["type"], tag["name"], tag.has_attr("multiple")) == ("file", "documents", True)
    assert tag["data-limit"].isdecimal()
    assert str(form.fields["documents"].help_text) == "Up to 5\xa0MB a file."
    assert form["documents"].accepted == []
