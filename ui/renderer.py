"""How the inputs of every form are drawn: each by one flat template of ours.

Django's own give the same markup out of templates that include one another, three for each line and for each
option of a list.
"""

from django.forms.renderers import DjangoTemplates
from django.template.loader import get_template

FLAT = {
    **dict.fromkeys(
        ("text", "number", "email", "url", "password", "hidden", "date", "checkbox"), "forms/input.html"
    ),
    **dict.fromkeys(("radio", "checkbox_select"), "forms/options.html"),
    "textarea": "forms/textarea.html",
    "select": "forms/select.html",
}
OURS = {f"django/forms/widgets/{name}.html": template for name, template in FLAT.items()}


class FormRenderer(DjangoTemplates):
    """Django's renderer, with our templates for the inputs of `FLAT`."""

    def get_template(self, template_name):
        """Our template of this widget where there is one, else Django's."""
        if template_name in OURS:
            return get_template(OURS[template_name])
        return super().get_template(template_name)
