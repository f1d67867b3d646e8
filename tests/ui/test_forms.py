"""Fields, choices, rows and the summary of what is wrong."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from ui import widgets


class Form(forms.Form):
    title = forms.CharField(help_text="One sentence.")
    agreed = forms.BooleanField(required=False)
    decision = forms.ChoiceField(widget=forms.RadioSelect, choices=[("yes", "Yes"), ("no", "No")])
    due = forms.DateField(required=False, widget=widgets.DateInput(minimum=datetime.date(2026, 1, 2)))

    def clean(self):
        if self.data.get("title") == "both":
            raise forms.ValidationError("These two contradict each other.")


class Line(forms.Form):
    label = forms.CharField()
    days = forms.DecimalField()


Lines = forms.formset_factory(Line, extra=2, can_delete=True)


def draw(source, **context):
    with translation.override("en"):
        return BeautifulSoup(Template("{% load ui %}" + source).render(Context(context)), "html.parser")


def test_field_ties_help_and_error_to_the_input():
    html = draw("{% field form.title %}", form=Form({"title": ""}))

    assert html.input["aria-describedby"].split() == ["id_title_helptext", "id_title_error"]
    assert html.select_one("#id_title_helptext").text == "One sentence."
    assert html.select_one("#id_title_error").text.strip() == "This field is required."
    assert html.input["aria-invalid"] == "true"
    assert html.label["for"] == "id_title"


def test_field_says_required_in_a_word():
    assert draw("{% field form.title %}", form=Form()).select_one(".field__requirement").text == "required"
    assert draw("{% field form.agreed %}", form=Form()).select_one(".field__requirement") is None
    shown = draw("{% field form.agreed requirement='needed to send' %}", form=Form())
    assert shown.select_one(".field__requirement").text == "needed to send"


def test_field_of_radios_is_a_fieldset_with_its_legend():
    html = draw("{% field form.decision %}", form=Form({}))

    assert html.fieldset.legend.text.split() == ["Decision", "required"]
    assert html.fieldset["aria-describedby"] == "id_decision_error"


def test_field_keeps_what_was_typed_and_escapes_it():
    html = draw("{% field form.title %}", form=Form({"title": '"><b>'}))

    assert html.input["value"] == '"><b>'
    assert html.find("b") is None


def test_date_input_speaks_iso_in_every_language():
    with translation.override("fr"):
        bound = Form(initial={"due": datetime.date(2027, 3, 12)})["due"]
        html = BeautifulSoup(str(bound), "html.parser").input

    assert (html["type"], html["value"], html["min"]) == ("date", "2027-03-12", "2026-01-02")


def test_choice_cards_tie_each_detail_and_what_it_entails():
    html = draw(
        "{% choice_cards form.decision details=details consequences=entails %}",
        form=Form(),
        details={"yes": "Work begins."},
        entails={"no": [("ban", "Nothing happens.")]},
    )

    yes, no = html.select("input[type=radio]")
    assert html.select_one(f"#{yes['aria-describedby']}").text == "Work begins."
    assert no.get("aria-describedby") is None
    assert html.select_one(f"[data-then='{no['data-choice']}']").text.strip() == "Nothing happens."


def test_choice_cards_keep_the_choice_that_was_made():
    html = draw("{% choice_cards form.decision %}", form=Form({"decision": "no"}))

    assert [radio["value"] for radio in html.select("[checked]")] == ["no"]


def test_error_summary_links_to_every_field_that_is_wrong():
    html = draw("{% error_summary form %}", form=Form({"title": "", "due": "2026-02-30"}))

    targets = {link["href"] for link in html.select("a")}
    assert targets == {"#id_title", "#id_decision_0", "#id_due"}
    assert html.select_one("[role=alert]")["tabindex"] == "-1"
    assert html.h2.text == "3 things to correct"


def test_error_summary_tells_errors_of_no_field_and_of_rows():
    data = {
        "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "0",
        "lines-0-label": "x",
        "lines-0-days": "many",
    }
    html = draw(
        "{% error_summary form lines %}",
        form=Form({"title": "both", "decision": "yes"}),
        lines=Lines(data, prefix="lines"),
    )

    assert "These two contradict each other." in html.text
    assert html.find("a", href="#id_lines-0-days").text == "Row 1, Days"


def test_error_summary_is_nothing_when_all_is_well():
    html = draw("{% error_summary form other %}", form=Form(), other=Form({"title": "x", "decision": "yes"}))

    assert html.text.strip() == ""


def test_formset_rows_offer_spare_rows_and_a_model_for_more():
    html = draw("{% formset_rows lines caption='Quote' %}", lines=Lines(prefix="lines"))

    assert len(html.select("[data-rows-body] > [data-row]")) == 2
    assert html.template.select_one("[name='lines-__prefix__-label']") is not None
    assert html.select_one("[name='lines-TOTAL_FORMS']")["value"] == "2"
    assert len(html.select("[data-rows-body] [name$='-DELETE']")) == 2
    assert [head.text for head in html.select(".rows__heads span")] == ["Label", "Days", ""]


class Files(forms.Form):
    files = widgets.FilesField(required=False, widget=widgets.FilesInput(upload_url="/up/", limit=10))


def test_files_field_gives_every_file():
    sent = [SimpleUploadedFile(f"{name}.txt", b"x") for name in ("a", "b")]
    form = Files({}, MultiValueDict({"files": sent}))

    assert form.is_valid()
    assert [file.name for file in form.cleaned_data["files"]] == ["a.txt", "b.txt"]


def test_files_field_without_a_file_is_an_empty_list():
    form = Files({}, MultiValueDict())

    assert form.is_valid()
    assert form.cleaned_data["files"] == []


def test_files_field_refuses_an_empty_file():
    form = Files({}, MultiValueDict({"files": [SimpleUploadedFile("a.txt", b"")]}))

    assert not form.is_valid()


def test_files_input_says_where_a_script_may_send_each():
    html = draw("{% field form.files %}", form=Files()).input

    assert (html["data-upload-url"], html["data-limit"], html.has_attr("multiple")) == ("/up/", "10", True)


@pytest.mark.parametrize("rows", [3, 8])
def test_textarea_starts_with_its_rows(rows):
    assert f'rows="{rows}"' in widgets.Textarea(rows=rows).render("x", "")
