"""Every page in each of its states, wide and narrow, light and dark: no violation, nothing beyond the screen.

Nor does any of them make the browser complain: the desks see to that.
"""

import logging
from datetime import timedelta
from functools import partial

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from accounts import invitations
from custody import retention, writing
from custody.erasure import erase
from custody.models import PersonExport
from demo import sample_files
from documents.issuing import shown
from documents.models import Preview
from documents.services import discard
from planning.services import add_leave, set_pace
from planning.workdays import after_working_days, today
from privacy.models import RegisterEntry
from privacy.services import adopt
from privacy.verdicts import Verdict
from requests_app import dossiers
from requests_app.models import CheckKind, Dossier, LoadReport, Release, Section, Subtask, SubtaskTemplate
from requests_app.services import (
    albums,
    conversation,
    decision,
    delivery,
    development,
    hours,
    proofs,
    release,
    requests,
    split,
)
from requests_app.services.invitations import invite
from tests.browser.visits import LONG, PARAGRAPHS, address, posted, send, upload
from tests.factories import requests as stories
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.documents import IssuedFactory, failed_preview, picture_page, ready_preview, words_page
from tests.factories.notifications import MessageFactory, open_mailboxes
from tests.factories.requests import Cast, fresh
from workflow.steps import Step

# Long: each page is taken and judged four times.
pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]


def test_ways_in(visits, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000
    nobody, person = visits(None), UserFactory(support=True)
    waiting, key = UserFactory(password="!"), default_token_generator.make_token(person)

    nobody("/connexion/")
    nobody(None, send(), name="with errors", status=200)
    nobody("/mot-de-passe/oublie/")
    nobody(None, send(), name="with errors", status=200)
    nobody("/mot-de-passe/oublie/envoye/")
    nobody("/mot-de-passe/nouveau/1-coupe/", name="by a damaged link")
    nobody(f"/mot-de-passe/nouveau/{user_pk_to_url_str(person)}-{key}/")
    nobody(None, send(), name="with errors", status=200)
    nobody("/mot-de-passe/nouveau/")
    nobody("/connexion/compte-desactive/")
    nobody(reverse("invitations:accept", args=[invitations.token_for(waiting)]))
    nobody(None, send(), name="with errors", status=200)
    nobody(reverse("invitations:accept", args=["coupe"]), status=410)
    nobody("/verification/")
    nobody("/verification/?code=court", name="with errors", status=422)
    nobody("/verification/inconnu/", status=404)
    issued = reverse("verification:code", args=[shown(IssuedFactory().code)])
    nobody(issued)
    nobody(None, send(), name="with errors", status=422)
    nobody(issued, give_another_copy, name="with another copy", again=422)
    nobody("/connexion/", type_too_much, name="too large", status=413)
    nobody("/connexion/", forget_the_token, name="without a token", status=403)


def type_too_much(desk):
    """Send more than the server takes."""
    desk.page.locator("#id_login").evaluate(
        "field => { field.type = 'text'; field.value = 'x'.repeat(9000) }"
    )
    send()(desk)


def give_another_copy(desk):
    """Give a copy of something else to be compared."""
    desk.page.locator("input[type=file]").set_input_files(
        {"name": "autre.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-"}
    )
    send()(desk)


def forget_the_token(desk):
    """Send a form whose cookie is gone."""
    desk.context.clear_cookies()
    send()(desk)


def test_pages_that_say_no(visits, settings, caplog):
    settings.ROOT_URLCONF = "tests.browser.broken"
    caplog.set_level(logging.CRITICAL)
    nobody, client = visits(None), visits(UserFactory(client_admin=True))

    client("/nulle-part/", status=404)
    client("/interdit/", status=403)
    client("/panne/", status=500)
    client("/scelle/", status=503)
    nobody("/panne/", name="not signed in", status=500)


def test_places_with_nothing_in_them(visits):
    client, support, admin, dpo = (
        visits(UserFactory(**{role: True})) for role in ("client_admin", "support", "portal_admin", "dpo")
    )
    for visit in (client, support, dpo):
        visit("/")
        visit("/demandes/")
    dpo("/avis/")
    dpo("/avis/rendus/")
    client("/demandes/?q=introuvable", name="none found")
    client("/demandes/?step=nowhere", name="filters not understood", status=422)
    client("/demandes/nouvelle/?ticket=884213")
    support("/demandes/nouvelle/")
    support("/demandes/invitations/")
    support("/demandes/messages/")
    admin("/administration/boites/")
    admin("/administration/organisations/nouvelle/")
    admin(None, send(), name="with errors", status=200)
    admin("/administration/personnes/nouvelle/")
    admin(None, send(), name="with errors", status=200)
    client("/profil/")
    client("/profil/mot-de-passe/")
    client(None, send(), name="with errors", status=200)
    client("/deconnexion/")
    client("/courrier-demo/")


def test_pages_of_the_portals_own_duties(visits):
    cast = Cast().everybody()
    stories.validated(cast, title=LONG)
    admin = visits(cast.portal_admin)
    admin("/administration/conservation/", name="with no run")
    admin("/administration/conservation/effacements/", name="empty")
    for rule in retention.RULES:
        retention.apply(rule)
    admin("/administration/conservation/")
    page = reverse("custody:erase", args=[cast.client_admin.pk])
    admin(page)
    admin(None, send(), name="without the tick", status=422)
    [gone] = upload(stories.opened(cast), cast.client_admin, Section.REQUEST, ("courrier.txt", b"Bonjour\n"))
    discard(gone.file)
    client = visits(cast.client_admin)
    client(address(gone.change_request, "request_documents"), name="with one removed")
    client(address(gone.change_request, "document", gone.file_id), name="removed")
    own = visits(cast.requester)
    own("/profil/mes-donnees/")
    own(None, lambda desk: desk.page.locator("main [type=submit]").click(), name="being made", status=200)
    writing.make(PersonExport.objects.get().pk)
    own("/profil/mes-donnees/", name="made")
    admin(reverse("custody:person_data", args=[cast.requester.pk]))
    erase(cast.client_admin, actor=cast.portal_admin)
    admin(page, name="once erased")
    admin(reverse("people:edit", args=[cast.client_admin.pk]), name="once erased")
    admin("/administration/conservation/effacements/")


def test_places_with_much_in_them(visits):
    cast = Cast().everybody()
    for step in Step:
        if step in stories.AT:
            stories.AT[step](cast, title=f"{LONG}{step}"[:200])
    late = stories.sent(cast, title="Corriger le calcul")
    type(late).objects.filter(pk=late.pk).update(deadline=timezone.localdate() - timedelta(days=3))
    invite(
        actor=cast.support,
        organisation=cast.organisation,
        person=cast.client_admin,
        ticket_reference="884213",
        subject=LONG[:200],
    )
    MessageFactory(uncertain=True, event=late.events.first())
    MessageFactory(dead=True)
    UserFactory(password="!", organisation=OrganisationFactory(is_active=False), is_active=False)
    everybody = {name: visits(getattr(cast, name)) for name in ("client_admin", "support", "dpo", "lead")}
    for visit in everybody.values():
        visit("/")
        visit("/demandes/?view=all")
    client, support, admin = everybody["client_admin"], everybody["support"], visits(cast.portal_admin)
    visits(cast.developer)("/")
    visits(cast.tester)("/")
    support("/demandes/?q=absences&nature=new&view=all", name="narrowed")
    support(f"/demandes/invitations/?organisation={cast.organisation.code}")
    support(None, send(), name="with errors", status=422)
    support(f"/demandes/nouvelle/?organisation={cast.organisation.code}")
    support("/demandes/messages/")
    client("/demandes/nouvelle/")
    client(None, partial(send_new, send_it=True), name="with errors", status=422)
    support("/calendrier/")
    support("/calendrier/?view=list")
    support("/calendrier/?month=demain", name="not understood", status=422)
    support("/calendrier/abonnement/")
    support(None, send(), name="made", status=200)
    support("/previsions/")
    support("/charge/")
    support(address(late, "date_load"))
    everybody["lead"]("/conges/")
    everybody["lead"](None, posted("act", "add"), name="with errors", status=422)
    support("/horloge/")
    everybody["dpo"]("/avis/")
    everybody["dpo"]("/avis/rendus/")
    admin("/demandes/messages/")
    admin("/administration/personnes/?state=all")
    admin(f"/administration/personnes/{cast.client_admin.pk}/")
    admin("/administration/organisations/")
    admin(f"/administration/organisations/{cast.organisation.pk}/")


def test_hours(visits):
    cast = Cast().everybody()
    file = stories.validated(cast)
    subtasks = [stories.split(fresh(file), cast, title) for title in ("Écran", LONG[:200])]
    Subtask.objects.update(estimate=6)
    own_page = address(file, "subtask", subtasks[0].position)
    developer, lead = visits(cast.developer), visits(cast.lead)
    developer("/temps/", name="empty")
    developer(None, type_hours("25"), name="with errors", status=422)
    for quarters in (8, 6):
        hours.enter_day(
            subtasks[0], actor=cast.developer, day=today(), hours=quarters, note="Tri des colonnes"
        )
    developer("/temps/", name="filled")
    developer(own_page)
    developer(None, posted("act", "hours"), name="with errors", status=422)
    developer(address(file, "development"))
    lead("/temps/equipe/")
    lead(None, send(), name="closed", status=200)
    developer("/temps/", name="closed")
    lead(None, posted("act", "reopen"), name="with errors", status=422)
    lead(f"/temps/?person={cast.developer.pk}", name="of somebody else")
    lead("/temps/totaux/")
    LoadReport.objects.create(reader=cast.lead, first_day=today(), language="fr")
    lead("/charge/", name="with a report")
    lead("/temps/totaux/?by=fortnight&person=0", name="with errors", status=422)
    for _rank in range(5):
        stories.closed(cast)
    lead("/previsions/", name="with levels")
    developer(address(file, "development"), name="with a forecast")
    set_pace(cast.developer, hours_per_day=7, stand_in=cast.lead)
    add_leave(cast.developer, first_day=today(), last_day=today())
    lead("/", name="stands in")
    type(cast.organisation).objects.update(sees_hours=True)
    visits(cast.client_admin)("/temps/totaux/")
    stories.ruled(cast)
    day = after_working_days(today(), 20)
    visits(cast.support)(
        f"{address(stories.sent(cast), 'date_load')}?days=6&date={day}", name="with promises"
    )


def type_hours(text):
    """Save a week with `text` in each box that takes hours."""

    def act(desk):
        for box in desk.page.locator("main .input--amount").all():
            box.fill(text)
        desk.page.locator("main form[method=post] [type=submit]").click()

    return act


def send_new(desk, *, send_it):
    """Save a request in which little is filled in."""
    desk.fill("Title", "Gardez ce titre")
    desk.fill("Wished deadline", "2020-01-01")
    if send_it:
        desk.tick("Send to the hot line")
    desk.press("Save")


def test_request_and_its_documents(visits):
    cast = Cast().everybody()
    file = stories.opened(cast, title=LONG[:200], description=PARAGRAPHS)
    client = visits(cast.client_admin)
    client(address(file, "request"))
    client(None, send_incomplete, name="with errors", status=422)
    client(address(file, "request_documents"), name="empty")
    client(address(file, "specification"), name="not yet")
    client(address(file, "ruling"), name="not yet")
    client(address(file, "decision"), name="not yet")
    client(address(file, "development"), name="not yet")
    client(address(file, "gdpr_sheet"), name="not yet")
    client(address(file, "delivery"), name="not yet")
    pdf, png, text, table, office = upload(
        file,
        cast.client_admin,
        Section.REQUEST,
        sample_files.pdf(),
        sample_files.png(),
        ("notes.txt", b"Oui."),
        sample_files.csv(),
        sample_files.docx(),
    )
    ready_preview(pdf.file, *[picture_page(text="Devis", lines=[[5, 5, 40, 10, "Devis"]])] * 12)
    ready_preview(text.file, words_page(text=LONG))
    ready_preview(table.file, words_page(rows=sample_files.ABSENCES))
    failed_preview(office.file, Preview.Failure.PROTECTED)
    client(address(file, "request_documents"), name="filled")
    client(address(file, "album", "request"), name="empty")
    [good, bad], _refusals = albums.add_pictures(
        fresh(file),
        actor=cast.client_admin,
        section=Section.REQUEST,
        uploads=[
            ContentFile(content, name=name) for name, content in (sample_files.png(), sample_files.jpg())
        ],
    )
    ready_preview(good.file)
    failed_preview(bad.file, Preview.Failure.TOO_LARGE)
    client(address(file, "album", "request"), name="filled")
    client(None, posted("make"), name="with errors", status=422)
    albums.arrange(fresh(file), actor=cast.client_admin, section=Section.REQUEST, act="off", key=bad.file_id)
    albums.ask_for_document(fresh(file), actor=cast.client_admin, section=Section.REQUEST, name=LONG[:100])
    client(address(file, "album", "request"), name="being made")
    client(address(file, "request_documents"), name="with pictures being made")
    requests.send_to_support(fresh(file), actor=cast.client_admin)
    support = visits(cast.support)
    support(address(file, "request"), name="greyed")
    support(address(file, "request_documents"), name="greyed")
    for one in (pdf, png, text, table, office):
        support(address(file, "document", one.file_id))
    support(f"{address(file, 'document', pdf.file_id)}?page=6&zoom=200", name="larger")
    requests.return_to_client(fresh(file), actor=cast.support, reason="Pour quels services ?")
    client(address(file, "request"), name="returned")
    support(address(file, "request"), name="being reworked")
    client(address(file, "cancel"))
    client(None, posted("reason"), name="with errors", status=422)


def send_incomplete(desk):
    """Send a request without its description."""
    desk.fill("Description", "")
    desk.tick("Send to the hot line")
    desk.press("Save")


def test_development(visits):
    cast = Cast().everybody()
    file = stories.validated(cast, Verdict.CONDITIONAL)
    lead, developer, tester, dpo, client = (
        visits(getattr(cast, name)) for name in ("lead", "developer", "tester", "dpo", "client_admin")
    )
    tab = address(file, "development")
    lead(tab, name="nothing split")
    lead(None, posted("act", "split"), name="with errors", status=422)
    lead(address(file, "split_list"))
    lead(None, send("form:has(#list)"), name="with errors", status=422)
    lead("/developpement/modeles/", name="none")
    lead("/developpement/modeles/nouveau/")
    lead(None, send(), name="with errors", status=422)
    kept = split.save_template(
        SubtaskTemplate(), actor=cast.lead, name=LONG[:120], nature="", text="Écran\n  Saisie (6 h)"
    )
    lead("/developpement/modeles/")
    lead(f"/developpement/modeles/{kept.pk}/")
    lead(tab, name="with a template")
    criteria = list(file.specification.criteria.all())
    done = stories.split(fresh(file), cast, LONG[:200], criteria=criteria)
    parent = development.add_subtask(
        fresh(file), actor=cast.lead, fields={"title": "Droits d’accès"}, developers=[]
    )
    stories.split(fresh(file), cast, "Profil", parent=parent, depends_on=[done])
    gone = stories.split(fresh(file), cast, "Abandonnée")
    development.cancel_subtask(gone, actor=cast.lead, reason="Inutile.")
    developer(tab, name="to start")
    page = address(file, "subtask", done.position)
    developer(page, name="to start")
    development.block_subtask(done, actor=cast.developer, reason="Pas d’accès.")
    developer(tab, name="blocked")
    developer(page, name="blocked")
    development.unblock_subtask(done, actor=cast.developer)
    developer(page)
    developer(None, start_tomorrow, name="with errors", status=422)
    stories.end(done, cast)
    development.make_check(
        done, actor=cast.tester, kind=CheckKind.UNIT, is_passed=False, comment="Il manque les demi-journées."
    )
    developer(tab, name="sent back")
    done = type(done).objects.get(pk=done.pk)
    stories.end(done, cast)
    tester(tab, name="to check")
    tester(page, name="to check")
    tester(None, posted("act", "check"), name="with errors", status=422)
    dpo(tab, name="GDPR check and conditions")
    dpo(page, name="GDPR check")
    sheet = address(file, "gdpr_sheet")
    proof = ContentFile(sample_files.png()[1], name="Écran n° 1 – été.png")
    stories.assess(fresh(file), cast, "major", ["access"], comment=PARAGRAPHS, documents=(proof,))
    stories.assess(fresh(file), cast, "minor", comment=LONG, build="4.2.0-rc1")
    wanted = PARAGRAPHS, "client", timezone.localdate() - timedelta(days=3)
    stories.assess(fresh(file), cast, "minor", ["retention"], action=wanted)
    dpo(sheet, name="own turn")
    dpo(None, not_applicable_without_a_word, name="with errors", status=422)
    client(sheet, name="greyed")
    lead(sheet, name="owes a condition")
    lead(None, hand_over_nothing, name="with errors", status=422)
    lead(page, name="of a round that is open")
    client(tab, name="greyed")
    client(page, name="greyed")
    board = "/developpement/"
    lead(board)
    lead(f"{board}?view=table", name="table")
    tester(board)
    stories.pass_checks(done, cast)
    decision.propose_to_abandon(fresh(file), actor=cast.lead, reason="Le besoin a disparu.")
    client(tab, name="asked to agree")
    decision.agree_to_abandon(fresh(file), actor=cast.client_admin)
    lead(tab, name="may abandon")


def hand_over_nothing(desk):
    """Say nothing of how the first condition is met."""
    desk.unfold("Say how it is met, hand over what shows it")
    desk.press("Hand over to the DPO")


def not_applicable_without_a_word(desk):
    """Say of a line of the sheet that it does not apply, and not why."""
    desk.page.locator("#id_notice-conformity").select_option("not_applicable")
    desk.press("Save the sheet")


def start_tomorrow(desk):
    """Say that work began on a day to come."""
    desk.fill("Start date", (timezone.localdate() + timedelta(days=1)).isoformat())
    desk.press("Save the start date")


def test_delivery_and_acceptance(visits):
    cast = Cast().everybody()
    file = stories.green(cast, Verdict.FAVOURABLE)
    lead, client, auditor = (
        visits(getattr(cast, name)) for name in ("lead", "client_admin", "client_auditor")
    )
    lead(address(file, "development"), name="may deliver")
    lead(None, posted("act", "deliver"), name="with errors", status=422)
    lead("/livraisons/", name="none")
    lead("/livraisons/nouvelle/")
    lead(None, posted("act", "save"), name="with errors", status=422)
    coming = release.save_release(
        Release(),
        actor=cast.lead,
        fields={
            "name": "4.3.0",
            "environment": "production",
            "planned_on": timezone.localdate(),
            "notes": PARAGRAPHS,
        },
        files=[file],
    )
    lead(f"/livraisons/{coming.pk}/")
    client("/livraisons/")
    lead(address(file, "delivery"), name="before")
    delivery.deliver_to_qualification(fresh(file), actor=cast.lead, release="4.2.0-rc1", notes=PARAGRAPHS)
    delivery.deliver(fresh(file), actor=cast.lead, release="4.2.0", notes=PARAGRAPHS)
    client(address(file, "delivery"), name="own turn")
    client(None, send("form:has(#decision)"), name="with errors", status=422)
    auditor(address(file, "delivery"), name="may not decide")
    lead(address(file, "delivery"), name="greyed")
    delivery.accept(fresh(file), actor=cast.client_admin, answers=stories.answers(file))
    client(address(file, "delivery"), name="closed")
    client(address(file, "development"), name="closed")


def test_registers(visits):
    cast = Cast().everybody()
    client, auditor, dpo = (visits(getattr(cast, name)) for name in ("client_dpo", "client_auditor", "dpo"))
    client("/registre/", name="empty")
    first, second = (stories.closed(cast, title=LONG[:200]) for _number in range(2))
    entry = RegisterEntry.objects.get(kind="controller").get_absolute_url()
    client("/registre/")
    client("/registre/?state=perdu", name="with errors", status=422)
    client("/registre/?q=rien", name="nothing found")
    client(entry, name="to adopt")
    auditor(entry, name="may not adopt")
    adopt(second.register_versions.get(state="awaited"), actor=cast.client_dpo)
    client(entry, name="in force")
    client(address(first, "ruling"), name="of a register entry")
    dpo("/registre/")
    dpo(RegisterEntry.objects.get(kind="processor").get_absolute_url())


def test_history_and_conversation(visits):
    open_mailboxes("fr")
    cast = Cast().everybody()
    file = stories.delivered(cast)
    client, support = visits(cast.client_admin), visits(cast.support)
    client(address(file, "conversation"), name="empty")
    client(None, posted("kind", "message"), name="with errors", status=422)
    conversation.post_message(
        fresh(file),
        actor=cast.client_admin,
        text=PARAGRAPHS,
        uploads=[ContentFile(sample_files.png()[1], name="Écran n° 1 – été.png")],
    )
    conversation.post_message(fresh(file), actor=cast.support, text="Entre nous.", is_note=True)
    MessageFactory(uncertain=True, event=file.events.first())
    client(address(file, "conversation"), name="filled")
    support(address(file, "conversation"), name="with notes")
    support(None, posted("kind", "note"), name="with errors", status=422)
    client(address(file, "history"))
    support(address(file, "history"), name="with a message that is stuck")
    volume, _folder = (
        proofs.ask_for_dossier(file, actor=cast.client_admin, form=form)
        for form in (Dossier.Form.VOLUME, Dossier.Form.FOLDER)
    )
    dossiers.make(volume.pk)
    client(address(file, "history"), name="with the whole file in one form, and on its way in the other")
