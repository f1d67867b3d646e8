"""What all that the portal holds may weigh."""

from django.conf import settings
from django.db.models import Sum

from documents.models import StoredFile, UploadPart


def room_on_portal():
    """How many bytes the setting DOCUMENTS_QUOTA_BYTES leaves on the whole portal; None when it sets no bound."""
    if not settings.DOCUMENTS_QUOTA_BYTES:
        return None
    held = sum(model.objects.aggregate(size=Sum("size"))["size"] or 0 for model in (StoredFile, UploadPart))
    return max(settings.DOCUMENTS_QUOTA_BYTES - held, 0)
