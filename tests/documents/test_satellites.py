"""Whatever hangs on a file, at its own address, from a folder and from a bucket: its readers', and nobody else's."""

from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from demo import sample_files
from requests_app import dossiers, making
from requests_app.models import Dossier, Proof
from requests_app.services import albums, documents, proofs
from tests.factories import requests as stories
from tests.factories.documents import ready_preview
from tests.factories.requests import Cast, fresh

pytestmark = pytest.mark.django_db
FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(500)


class Satellites:
    """A file with one of everything, all of it real and stored, and where its client's administrator finds it."""

    def __init__(self, place):
        self.cast, self.place = Cast(), place
        self.file = stories.opened(self.cast)
        reader = self.cast.client_admin
        [document, film], _refused = documents.add_documents(
            self.file,
            actor=reader,
            section="request",
            uploads=[ContentFile(body, name=name) for name, body in (sample_files.pdf(), ("film.mp4", FILM))],
        )
        ready_preview(document.file)
        [picture], _refused = albums.add_pictures(
            self.file,
            actor=reader,
            section="request",
            uploads=[SimpleUploadedFile("page.png", sample_files.png()[1])],
        )
        ready_preview(picture.file)
        self.keys = [str(one.file_id) for one in (document, film, picture)]
        browser = self.browser(reader)
        base = f"/demandes/{self.file.number}"
        begun = browser.post(
            f"{base}/envois/request/documents/", {"name": "suite.txt", "size": 9, "mark": "1"}
        ).json()
        self.keys.append(begun["url"].rstrip("/").rpartition("/")[2])
        paper, played, page = (
            f"{base}/documents/{key}" for key in (self.keys[0], self.keys[1], self.keys[0])
        )
        self.before_sending = {
            "album": f"{base}/photos/request/",
            "picture of an album": f"{base}/photos/request/{self.keys[2]}/",
            "parts of an upload": begun["url"],
        }
        self.always = {
            "document": f"{paper}/",
            "page": f"{page}/pages/1/",
            "thumbnail": f"{page}/vignettes/1/",
            "download": f"{paper}/telecharger/",
            "stretch": f"{played}/contenu/",
        }

    def sent(self):
        """The file at step 4, its proof and both of its folders made; the addresses of these."""
        stories.requests.send_to_support(fresh(self.file), actor=self.cast.client_admin)
        stories.specify(fresh(self.file), self.cast)
        proof = Proof.objects.get()
        assert making.make_proof(proof.pk)
        for form in Dossier.Form:
            asked = proofs.ask_for_dossier(fresh(self.file), actor=self.cast.client_admin, form=form)
            assert dossiers.make(asked.pk)
        base = f"/demandes/{self.file.number}"
        return {
            "proof": f"{base}/preuves/{proof.event.sequence}/specification/fr/",
            "folder": f"{base}/dossier/zip/",
            "volume": f"{base}/dossier/pdf/",
        }

    def browser(self, person):
        """Somebody's browser."""
        client = Client()
        if person:
            client.force_login(person)
        return client


def strays(browser, addresses, *expected):
    """Those of `addresses` that answer otherwise than expected, asked whole or for a stretch: `[(name, status)]`."""
    found = []
    for name, address in addresses.items():
        for wish in ({}, {"Range": "bytes=0-9"}):
            answer = browser.get(address, headers=wish)
            if answer.streaming:
                list(answer.streaming_content)
            if answer.status_code not in expected:
                found.append((name, answer.status_code))
    return found


def test_what_hangs_on_a_file_is_its_readers_and_nobody_elses(place):
    all_of_it = Satellites(place)
    reader, cast = all_of_it.browser(all_of_it.cast.client_admin), all_of_it.cast
    strangers = [all_of_it.browser(one) for one in (Cast().client_admin, cast.requester, cast.portal_admin)]
    passing = all_of_it.before_sending
    assert strays(reader, passing, 200) == []
    assert [strays(stranger, passing, 404) for stranger in strangers] == [[]] * 3

    lasting = all_of_it.always | all_of_it.sent()

    assert strays(reader, lasting, 200, 206) == []
    assert [strays(stranger, lasting | passing, 404) for stranger in strangers] == [[]] * 3
    assert strays(all_of_it.browser(None), lasting | passing, 302) == []


def test_an_address_that_was_kept_opens_nothing_once_its_reader_may_not_any_more(folder):
    all_of_it = Satellites(folder)
    addresses, person = all_of_it.always | all_of_it.sent(), all_of_it.cast.client_admin
    browser = all_of_it.browser(person)
    assert strays(browser, addresses, 200, 206) == []

    person.is_client_admin = False
    person.save()
    assert strays(browser, addresses, 404) == []

    person.is_client_admin, person.is_active = True, False
    person.save()
    assert strays(browser, addresses, 302) == []


def test_a_key_that_is_guessed_opens_nothing(folder):
    all_of_it = Satellites(folder)
    guessed = {
        name: address.replace(key, str(uuid4()))
        for name, address in (all_of_it.always | all_of_it.before_sending).items()
        for key in all_of_it.keys
        if key in address
    }
    browser = all_of_it.browser(all_of_it.cast.client_admin)
    assert (len(guessed), strays(browser, guessed, 404)) == (7, [])

    made = all_of_it.sent()
    guessed = {
        "proof": made["proof"].replace("/specification/", "/certificate/"),
        "proof of another act": made["proof"].replace("/preuves/", "/preuves/9"),
        "folder": made["folder"].replace("/zip/", "/tar/"),
        "page": f"{all_of_it.always['document']}pages/2/",
        "number": made["volume"].replace("-0001/", "-0002/"),
    }

    assert strays(browser, guessed, 404) == []
