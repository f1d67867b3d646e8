"""What goes once nothing has to be proved by it any more. No person does that: a rule of retention does."""

import logging

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import CASCADE, PROTECT, Exists, OuterRef

from documents import issuing
from documents.models import Issued, StoredFile
from documents.services import remove
from requests_app.models import (
    AlbumPicture,
    Attachment,
    ChangeRequest,
    Decision,
    Ruling,
    Section,
    SpecificationVersion,
)
from requests_app.models.proofs import Made
from workflow import engine
from workflow.steps import Step

logger = logging.getLogger(__name__)

EVIDENCE = [section for section in Section if section.is_evidence]
# Where a version names its documents.
NAMED = ("content__request__documents", "content__documents", "quote__documents")


def spent_documents(limit):
    """The keys of the documents of requests cancelled before `limit` whose bytes are kept and prove nothing.

    What belongs to a version on which somebody ruled or decided stays, and what was sent with a decision.
    """
    documents = Attachment.objects.filter(
        change_request__step=Step.CANCELLED, change_request__ended_at__lt=limit, file__removal=None
    ).exclude(section__in=EVIDENCE, published_at__isnull=False)
    ruled = Ruling.objects.given().filter(version=OuterRef("pk")).order_by()
    decided = Decision.objects.filter(version=OuterRef("pk")).order_by()
    versions = SpecificationVersion.objects.filter(
        Exists(ruled) | Exists(decided), change_request__in=documents.order_by().values("change_request")
    )
    proved = {
        (file, document["sha256"])
        for file, *parts in versions.values_list("change_request", *NAMED)
        for part in parts
        for document in part or ()
    }
    rows = documents.order_by("pk").values_list("pk", "change_request", "file__sha256")
    return [pk for pk, file, sha256 in rows if (file, sha256) not in proved]


@transaction.atomic
def remove_file(file):
    """Remove a file with its history, its documents and all that points at it, in whatever room.

    What points at it and may do without it (another file, a row that only names it) lets go. The codes of its proofs
    stay answered for. The histories of other files are chains of their own and prove themselves as before. Returns
    the file as it was.
    """
    locked = engine.lock(file)
    rows = rows_under(locked)
    held = [*values(rows, Attachment, "file"), *values(rows, AlbumPicture, "file")]
    stored = list(StoredFile.objects.filter(pk__in=held))
    issued = [
        one
        for model in rows
        if issubclass(model, Made)
        for one in Issued.objects.filter(pk__in=values(rows, model, "issued"))
    ]
    # Every row is protected from every other one; the database looks at the end, when none of them is left.
    for model, keys in rows.items():
        model._base_manager.filter(pk__in=keys)._raw_delete(DEFAULT_DB_ALIAS)
    for one in stored:
        remove(one, actor=None)
    for one in issued:
        if one.file_id is not None:
            issuing.let_go(one)
    logger.info("request %s removed with all its rows", locked.pk)
    return locked


def rows_under(file):
    """The keys of `file` and of every row that is there for it, by model; what may do without them lets go of them."""
    rows, waiting = {ChangeRequest: {file.pk}}, [(ChangeRequest, {file.pk})]
    while waiting:
        model, keys = waiting.pop()
        for relation in relations_to(model):
            pointing = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": keys})
            if relation.on_delete not in (CASCADE, PROTECT) or relation.related_model is ChangeRequest:
                pointing.update(**{relation.field.name: None})
                continue
            known = rows.setdefault(relation.related_model, set())
            found = set(pointing.values_list("pk", flat=True)) - known
            if found:
                known |= found
                waiting.append((relation.related_model, found))
    return rows


def relations_to(model):
    """The columns of other tables that point at rows of `model`, as relations."""
    return [
        relation
        for relation in model._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)
    ]


def values(rows, model, column):
    """What the rows of `model` have in `column`, without the empty ones."""
    found = model._base_manager.filter(pk__in=rows.get(model, ())).exclude(**{column: None})
    return list(found.values_list(column, flat=True))
