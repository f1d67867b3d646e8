"""Files that the pages' script sends in parts: each becomes a document of its tab, or a picture of an album, or waits for its form."""

from django.db import transaction

from documents import receiving
from documents.intake import sort
from documents.models import Upload
from requests_app.models import AlbumPicture, Attachment, Section
from requests_app.services import albums, documents
from requests_app.services.documents import PART_OF
from workflow import engine

# What a part of a file takes, and which ones do: documents, pictures of papers, what goes with a form of it.
AHEAD = "formulaire"
PURPOSES = {"documents": albums.SECTIONS, "photos": albums.SECTIONS, AHEAD: tuple(Section)}


def place_of(file, section, purpose):
    """Where an upload goes, in one word."""
    return f"{file.pk}:{section}:{purpose}"


def begin(file, announced, *, actor, section, purpose, mark):
    """The upload of a `documents.receiving.Announced` file; it goes on with one that broke off.

    Raises the refusals of the engine, and `documents.errors.Refused`.
    """
    engine.require(file, PART_OF[section], actor=actor)
    if purpose == "photos":
        room = albums.room_in(albums.album_of(file, section, actor), file)
    else:
        room = documents.room_for(file, actor)
    place = place_of(file, section, purpose)
    return receiving.begin(announced, person=actor, place=place, mark=mark, room=room)


def finish(file, upload, *, actor, section, purpose):
    """Put an upload together and add it where it goes. Returns `(added, refusals)`, as `add_documents` does.

    Asked again after the answer was lost, it adds nothing and answers the same. Raises the refusals of the engine, and
    `documents.receiving.OutOfStep`.
    """
    with receiving.assembled(upload) as whole, transaction.atomic():
        if purpose == AHEAD:
            return looked_at(file, whole, actor=actor, section=section)
        locked = engine.hold(file, PART_OF[section], actor=actor)
        held = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        if held.stored_id:
            return became(held, purpose), []
        receiving.let_go(held)
        add = albums.add_pictures if purpose == "photos" else documents.add_documents
        added, refusals = add(locked, actor=actor, section=section, uploads=[whole])
        if not added:
            receiving.drop(held)
        return added, refusals


def looked_at(file, whole, *, actor, section):
    """Say of a file that waits for its form what will be said once it comes, in the shape that `finish` has.

    Nobody sends a form with a file that is not taken in: that one is dropped at once.
    """
    engine.require(file, PART_OF[section], actor=actor)
    _accepted, refusals = sort([whole], room=documents.room_for(file, actor))
    if refusals:
        receiving.drop(whole.origin)
    return [] if refusals else [whole.origin], refusals


def sent_ahead(file, keys, *, actor, sections):
    """The files that a form of one of `sections` names by `keys`, as `documents.receiving.arrived` gives them."""
    places = [place_of(file, section, AHEAD) for section in sections]
    return receiving.arrived(keys, person=actor, places=places)


def became(upload, purpose):
    """What was made of an upload, in a list; nothing when it is gone again."""
    model = AlbumPicture if purpose == "photos" else Attachment
    return list(model.objects.filter(file=upload.stored_id))
