"""Step 6: the development's tab, the page of a subtask, the split at once and its templates, the board, the sheet of the fourth check."""

from requests_app.views.development.board import board, counts
from requests_app.views.development.gdpr_sheet import gdpr_sheet
from requests_app.views.development.split import split_list, template, template_list
from requests_app.views.development.subtask import subtask
from requests_app.views.development.tab import development_tab

__all__ = [
    "board",
    "counts",
    "development_tab",
    "gdpr_sheet",
    "split_list",
    "subtask",
    "template",
    "template_list",
]
