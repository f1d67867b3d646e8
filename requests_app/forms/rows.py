"""Rows of the same fields: how many, and which of them say something."""

from django import forms

MOST_ROWS = 100


class RowForm(forms.Form):
    """One row. Its fields may all be left empty: then it is no row; `NEEDED` are needed as soon as one is filled."""

    NEEDED = ()
    # Filled in from the start, so that they alone do not make a row.
    GIVEN = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Every row is cleaned, whatever the page says of how many there were before.
        self.empty_permitted = False

    @property
    def is_blank(self):
        """Whether nothing was typed in it."""
        return not any(
            self.data.get(self.add_prefix(name), "").strip()
            for name in self.fields
            if name not in self.silent
        )

    @property
    def silent(self):
        """The fields that do not make a row by themselves."""
        return {*self.GIVEN, "id", "DELETE"}

    def clean(self):
        cleaned = super().clean()
        if not self.is_blank:
            for name in self.NEEDED:
                if name not in self.errors and cleaned.get(name) in (None, ""):
                    self.add_error(name, self.fields[name].error_messages["required"])
        return cleaned


class RowsFormSet(forms.BaseFormSet):
    """Rows with spare ones at the end; those left or made empty are no rows."""

    @property
    def rows(self):
        """What was typed, a dict a row, in order."""
        gone = self.deleted_forms
        return [
            {name: value for name, value in form.cleaned_data.items() if name != "DELETE"}
            for form in self.forms
            if form not in gone and not form.is_blank
        ]

    def refuse(self, message):
        """Say `message` above the rows: what a service found missing of them."""
        self.non_form_errors().append(message)


def rows_of(form, *, spare):
    """The class of a formset of `form` (a `RowForm`) with `spare` empty rows after those that exist."""
    return forms.formset_factory(
        form,
        formset=RowsFormSet,
        extra=spare,
        can_delete=True,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS + 50,
        validate_max=True,
    )
