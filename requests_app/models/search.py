"""What the free text of a list looks through: one folded text for each row, in any database the same."""

from django.db import models

from ui.folding import folded


class SearchText(models.TextField):
    """Computed at each save, in bulk too, from the texts that its model's `searched()` yields."""

    def __init__(self, **kwargs):
        super().__init__(**{"editable": False, "default": "", **kwargs})

    def pre_save(self, instance, add):
        """Fold the row's texts as they stand now."""
        value = "\n".join(folded(text) for text in instance.searched() if text)
        setattr(instance, self.attname, value)
        return value
