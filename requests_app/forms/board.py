"""What is typed on the board: how many subtasks a column should hold."""

from django import forms
from django.utils.text import capfirst

MOST = 999


class LimitsForm(forms.Form):
    """A limit for each column, empty for none. `columns`: those of the board."""

    def __init__(self, *args, columns, **kwargs):
        kwargs["initial"] = {column.state.value: column.limit for column in columns}
        super().__init__(*args, **kwargs)
        for column in columns:
            self.fields[column.state.value] = forms.IntegerField(
                label=capfirst(str(column.state.label)), required=False, min_value=1, max_value=MOST
            )
