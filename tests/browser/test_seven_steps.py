"""A request from helpdesk ticket to acceptance: nine people, their browsers, a real worker, a real SMTP server.

The portal runs as its own processes on the test's database: SQLite and the broker it would choose by itself,
or PostgreSQL with a Redis given by its address, as the suite is run.
"""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone, translation
from playwright.sync_api import expect

from accounts.models import Mailbox, User
from demo import sample_files
from requests_app.models import ChangeRequest
from tests.browser.letterbox import LINK, Letterbox
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.notifications.post_office import PostOffice
from tests.processes import WAIT_SECONDS
from workflow.history import broken_files
from workflow.steps import Step

pytestmark = [pytest.mark.browser, pytest.mark.processes]

TITLE = "Exporter les absences vers le logiciel de paie"
HELPDESK, INFORMATION, CLAIRE = "hotline@editeur.test", "information@editeur.test", "morel@exemple.test"
PASSWORD = "une phrase que Claire retient"


@pytest.fixture
def office():
    with PostOffice() as office:
        yield office


@pytest.fixture
def portal(house, office):
    """The address of the portal: web server, worker and broker as processes of their own."""
    house.settings |= {
        "EMAIL_URL": f"smtp://127.0.0.1:{office.port}",
        "SECRET_KEY": settings.SECRET_KEY,  # so that a session made here is one there
    }
    house.start_broker(house.choose_broker(given=house.start_server() if settings.REDIS_URL else ""))
    address = house.start_web()
    house.start_worker()
    return address


def name_of(step, language):
    """A step as the portal names it in a language."""
    with translation.override(language):
        return str(step.label)


class Company:
    """Who takes part: a client's administrator and its DPO, who reads English; the vendor's people."""

    def __init__(self):
        valmont = OrganisationFactory(code="VALM", name="Mairie de Valmont")
        self.alix = self.person("Alix", "Fontaine", is_portal_admin=True)
        self.emma = self.person(
            "Emma",
            "Clarke",
            is_client_dpo=True,
            organisation=valmont,
            language="en",
            position="Privacy officer",
        )
        self.nadia = self.person("Nadia", "Benali", is_support=True)
        self.paul = self.person("Paul", "Simon", is_dpo=True)
        self.hugo = self.person("Hugo", "Lambert", is_lead=True)
        self.lea = self.person("Léa", "Nguyen", is_developer=True)
        self.karim = self.person("Karim", "Haddad", is_developer=True)
        self.eva = self.person("Eva", "Rossi", is_tester=True)
        # Somebody of another client, who must never hear of any of it.
        self.person("Sophie", "Renaud", is_client_admin=True, organisation=OrganisationFactory())
        for kind, address in [(Mailbox.Kind.HELPDESK, HELPDESK), (Mailbox.Kind.INFORMATION, INFORMATION)]:
            Mailbox.objects.update_or_create(kind=kind, defaults={"address": address, "language": "fr"})

    def person(self, first_name, last_name, **fields):
        address = f"{last_name.lower()}@exemple.test"
        return UserFactory(first_name=first_name, last_name=last_name, email=address, **fields)


def link_of(letter):
    """Where a message leads."""
    return LINK.search(letter.get_body(("plain",)).get_content())[0]


def in_days(days):
    """A day to come, as a date field takes it."""
    return (timezone.localdate() + timedelta(days=days)).isoformat()


@pytest.fixture
def story(portal, office, desks):
    return Story(portal, office, desks)


class Story:
    """One file and its people; each step is a method, told by what its person presses."""

    def __init__(self, portal, office, desks):
        people = Company()
        self.portal, self.open_desk = portal, desks
        # Claire has no account yet: Alix makes it, and the rest comes by the messages that she receives.
        self.claire = desks(portal, None)
        self.emma = desks(portal, people.emma, language="en")
        self.nadia, self.paul, self.hugo, self.lea, self.karim, self.eva = (
            desks(portal, person)
            for person in (people.nadia, people.paul, people.hugo, people.lea, people.karim, people.eva)
        )
        self.people = people
        self.readers = {
            HELPDESK: None,
            INFORMATION: None,
            CLAIRE: self.claire,
            people.emma.email: self.emma,
            **{
                desk.person.email: desk
                for desk in (self.nadia, self.paul, self.hugo, self.lea, self.karim, self.eva)
            },
        }
        self.letters = Letterbox(office, self.readers, desks(portal, None))
        self.number = None

    def told(self, **lines):
        """Exactly these were told: `mailboxes="…"`, `claire="…"`, … with the English subject, or subjects, of each."""
        wanted = []
        for who, subjects in lines.items():
            addresses = [HELPDESK, INFORMATION] if who == "mailboxes" else [getattr(self.people, who).email]
            subjects = [subjects] if isinstance(subjects, str) else subjects
            wanted += [(address, subject) for address in addresses for subject in subjects]
        return self.letters.holds(*wanted, about=(self.number, TITLE))

    def open(self, desk):
        """Come to the file as the message says: by its address, to the tab whose turn it is."""
        desk.open(f"/demandes/{self.number}/")
        return desk

    def on_list(self, desk, step):
        """The act led back to the list, where the file is at its new step."""
        expect(desk.page).to_have_url(f"{self.portal}/demandes/")
        row = desk.page.locator("tr", has_text=self.number)
        expect(row).to_contain_text(name_of(step, desk.language))
        assert ChangeRequest.objects.get(number=self.number).step == step

    # Before: an account

    def administrator_invites_claire(self):
        desk = self.open_desk(self.portal, self.people.alix)
        desk.open("/")
        desk.link("Invite a person")
        desk.fill("First name", "Claire")
        desk.fill("Last name", "Morel")
        desk.fill("Position", "Secrétaire générale")
        desk.fill("E-mail", CLAIRE)
        desk.choose("Organisation", "Mairie de Valmont")
        desk.page.get_by_role("checkbox", name=desk.word("administrator"), exact=False).first.check()
        desk.press("Create and send the invitation")
        letters = self.letters.holds((CLAIRE, "Your access to the change-request portal"))
        self.people.claire = User.objects.get(email=CLAIRE)
        return letters[CLAIRE]

    def claire_chooses_her_password(self, letter):
        desk = self.claire
        desk.open(link_of(letter))
        desk.fill("Password", PASSWORD)
        desk.fill("Password, again", PASSWORD)
        desk.press("Save the password and sign in")
        expect(desk.page).to_have_url(f"{self.portal}/")
        desk.page.locator(".menu summary").click()
        desk.press("Sign out", inside=desk.page.locator(".menu"))
        expect(desk.page).to_have_url(re.compile("/connexion/"))

    # Steps 1 and 2

    def support_invites(self):
        desk = self.nadia
        desk.open("/")
        desk.link("Invite to open a request")
        desk.choose("Organisation", "Mairie de Valmont")
        desk.press("Continue")
        desk.field("Person").select_option(str(self.people.claire.pk))
        desk.fill("Helpdesk ticket", "884213")
        desk.fill("Subject", TITLE)
        desk.press("Send the invitation")
        desk.is_told("%(name)s is invited.", name="Claire Morel")
        subject = f"{desk.word('Please open a change request')} · {TITLE}"
        return self.letters.holds((CLAIRE, subject))[CLAIRE]

    def client_follows_the_link(self, invitation):
        desk = self.claire
        link = link_of(invitation)
        desk.open(link)
        desk.fill("E-mail", CLAIRE)
        desk.fill("Password", PASSWORD)
        desk.press("Sign in")
        desk.person = self.people.claire
        expect(desk.page).to_have_url(link)
        expect(desk.page.locator("html")).to_have_attribute("lang", "fr")
        assert desk.field("Title").input_value() == TITLE
        assert desk.field("Helpdesk ticket").input_value() == "884213"

    def client_opens_the_request(self):
        desk = self.claire
        desk.tick("new function")
        desk.field("Requester").select_option(self.people.emma.email)
        # Who was chosen shows by themself.
        requester = desk.page.locator("[data-requester]:visible")
        for text in ("Clarke", "Emma", "Privacy officer", self.people.emma.email):
            expect(requester).to_contain_text(text)
        desk.fill("Description", "Chaque mois, 340 absences sont recopiées à la main.")
        desk.press("Save")
        file = ChangeRequest.objects.get()
        self.number = file.number
        assert re.fullmatch(r"VALM-20\d\d-0001", self.number)
        expect(desk.page).to_have_url(f"{self.portal}/demandes/{self.number}/demande/")

    def client_adds_documents(self, folder):
        desk = self.claire
        samples = (sample_files.docx(), sample_files.png())
        files = [folder / name for name, _content in samples]
        for path, (_name, content) in zip(files, samples, strict=True):
            path.write_bytes(content)
        desk.tab("Request documents")
        desk.page.set_input_files("input[type=file]", files)
        for path in files:
            expect(desk.page.locator("ul.documents").first).to_contain_text(path.name)
        self.documents = {path.name for path in files}

    def client_sends(self):
        desk = self.claire
        self.open(desk)
        desk.fill("Wished deadline", in_days(90))
        desk.tick("Send to the hot line")
        desk.press("Save")
        desk.is_told("%(number)s was sent to the hot line.", number=self.number)
        self.on_list(desk, Step.SPECIFICATION)
        letters = self.told(
            mailboxes="Request sent to the hot line",
            claire="Your request has reached the hot line",
            emma="Your request has reached the hot line",
        )
        for letter in letters.values():
            assert {part.get_filename() for part in letter.iter_attachments()} == self.documents

    def support_takes_it_and_returns_it(self):
        desk = self.open(self.nadia)
        desk.press("Take in charge", inside=desk.page.locator("body"))
        desk.is_told("%(name)s is in charge of the request.", name="Nadia Benali")
        self.reads_the_documents(desk)
        self.open(desk)
        desk.unfold("Return to the client")
        desk.fill("Reason", "Pour quels établissements ?")
        desk.press("Return to the client")
        self.on_list(desk, Step.REQUEST)
        self.told(
            mailboxes="Request returned to the client",
            claire="Your request comes back to you",
            emma="Your request comes back to you",
        )

    def reads_the_documents(self, desk):
        """Both open in the page, without a download, as soon as the worker has made their pages."""
        for name in (".png", ".docx"):
            desk.tab("Request documents")
            desk.page.locator(".document__name a", has_text=name).click()
            picture = desk.page.locator("svg.sheet image")
            expect(picture).to_be_visible(timeout=WAIT_SECONDS * 1000)
            answer = desk.context.request.get(picture.get_attribute("href"))
            assert (answer.status, answer.headers["content-type"]) == (200, "image/webp")
        # Where a line of the sheet ends depends on the fonts of the machine.
        lines = desk.page.locator("svg.sheet text")
        assert sample_files.NEED in " ".join(lines.all_text_contents())
        lines.first.select_text()
        assert desk.page.evaluate("getSelection().toString()") == lines.first.text_content()

    def client_completes(self):
        desk = self.open(self.claire)
        expect(desk.page.locator("main")).to_contain_text("Pour quels établissements ?")
        desk.fill(
            "Description", "Chaque mois, 340 absences des trois établissements sont recopiées à la main."
        )
        desk.press("Save")
        desk.is_told("Saved. Nothing was sent.")
        # The vendor reads the copy that was last sent meanwhile.
        reader = self.open(self.nadia)
        expect(reader.page.locator("main")).not_to_contain_text("trois établissements")
        desk.tick("Send to the hot line")
        desk.press("Save")
        self.on_list(desk, Step.SPECIFICATION)
        self.told(
            mailboxes="Request sent to the hot line",
            claire="Your request has reached the hot line",
            emma="Your request has reached the hot line",
        )

    # Steps 3 and 4

    def support_specifies(self):
        desk = self.open(self.nadia)
        desk.fill("Solution", "Un bouton **Exporter** sur l’écran des absences.")
        desk.fill(
            "What the client will check", "L’export est relu sans rejet par le logiciel de paie.", row=0
        )
        desk.fill("What the client will check", "Un agent sans le profil ne voit pas le bouton.", row=1)
        self.quote("6")
        desk.press("Save")
        desk.is_told("Saved. Nothing was sent.")
        # 6 days at 570,50 € and 20 % of VAT.
        for amount in ("3 423,00", "684,60", "4 107,60"):
            expect(desk.page.locator("main")).to_contain_text(re.compile(amount.replace(" ", r"\s")))
        desk.fill("Planned date", in_days(60))
        desk.press("Save")
        self.on_list(desk, Step.RULING)
        self.sent_to_dpo()

    def quote(self, days):
        desk = self.nadia
        desk.fill("Label", "Développement et tests", row=0)
        desk.fill("Man-days", days, row=0)
        desk.fill("Euros a day", "570,50", row=0)

    def sent_to_dpo(self):
        self.told(
            paul="A specification awaits your ruling",
            mailboxes="Specification sent to the DPO",
            claire="Your specification is with the DPO",
            emma="Your specification is with the DPO",
        )

    def dpo_returns(self):
        desk = self.open(self.paul)
        desk.unfold("Return to support")
        desk.fill("Reason", "Quels motifs d’absence sont exportés ?")
        desk.press("Return to support")
        self.on_list(desk, Step.SPECIFICATION)
        self.told(
            mailboxes="The DPO returns the specification to support",
            claire="Your specification is being completed",
            emma="Your specification is being completed",
            paul="Specification returned to support",
        )

    def support_sends_version_2(self):
        desk = self.open(self.nadia)
        desk.fill("Solution", "Un bouton **Exporter** ; les motifs médicaux ne sortent pas.")
        assert desk.field("Planned date").input_value() == ""
        desk.fill("Planned date", in_days(70))
        desk.press("Save")
        desk.is_told("Version %(version)s of %(number)s was sent to the DPO.", version=2, number=self.number)
        self.on_list(desk, Step.RULING)
        self.sent_to_dpo()

    def dpo_rules_with_a_condition(self):
        desk = self.open(self.paul)
        desk.read("Does the request touch personal data?")
        desk.page.locator("input[name=personal_data][value=yes]").check()
        desk.page.locator("[name=scope-changes][value=none]").check()
        desk.card("favourable with conditions")
        desk.fill("Conclusions", "Minimisation respectée ; l’accès à l’export doit être tracé.")
        desk.fill("Condition", "Chaque export est journalisé.", "of a ruling", row=0)
        desk.fill("How it will be verified", "Relecture du journal.", row=0)
        desk.fill("Validation date", timezone.localdate().isoformat())
        desk.press("Save")
        desk.is_told("Your ruling on %(number)s was given to the client.", number=self.number)
        self.on_list(desk, Step.DECISION)
        self.told(
            claire="The DPO has ruled, your decision is awaited",
            emma="The DPO has ruled on your request",
            mailboxes="The DPO has ruled",
            paul="Ruling given",
        )

    # Step 5

    def client_asks_for_a_cheaper_quote(self):
        desk = self.open(self.claire)
        desk.card("Ask for a change")
        desk.fill("Comment", "Le devis dépasse notre enveloppe.")
        desk.press("Send the answer")
        self.on_list(desk, Step.SPECIFICATION)
        self.told(
            mailboxes="The client asks for a change",
            claire="Support is asked to change your specification",
            emma="Support is asked to change your specification",
        )

    def support_lowers_the_quote(self):
        desk = self.open(self.nadia)
        self.quote("4")
        desk.fill("Planned date", in_days(70))
        desk.press("Save")
        # The content is the same: the ruling holds, and the DPO is not asked again.
        desk.is_told(
            "Version %(version)s of %(number)s was sent to the client.", version=3, number=self.number
        )
        self.on_list(desk, Step.DECISION)
        self.told(
            claire="A specification awaits your decision",
            emma="Your specification awaits a decision",
            mailboxes="Specification sent to the client",
        )

    def client_validates(self, folder):
        order = folder / "bon-de-commande.pdf"
        order.write_bytes(sample_files.pdf()[1])
        # Whoever may not decide reads who may.
        reader = self.open(self.emma)
        expect(reader.page.locator("main")).to_contain_text("Claire Morel")
        desk = self.open(self.claire)
        desk.card("Validate the specification")
        desk.fill("Order number", "BC-2026-118")
        desk.page.set_input_files("input[type=file]", order)
        desk.press("Send the answer")
        desk.is_told("You validated the specification of %(number)s.", number=self.number)
        self.on_list(desk, Step.DEVELOPMENT)
        self.told(
            hugo="Specification validated, development may start",
            mailboxes="The client has validated the specification",
            claire="The specification is validated",
            emma="The specification is validated",
        )

    # Step 6

    def subtask(self, desk, title):
        """The line of a subtask on the tab, without those of its children."""
        return desk.page.locator("li.subtask", has=desk.page.get_by_role("link", name=title, exact=True)).last

    def lead_splits(self):
        desk = self.open(self.hugo)
        self.add_subtask("Écrire l’export", developers=["Léa Nguyen"], criteria=["L’export est relu"])
        self.told(lea="A subtask is yours")
        self.add_subtask("Droits d’accès")
        self.add_subtask(
            "Profil « Gestionnaire paie »",
            parent="Droits d’accès",
            developers=["Karim Haddad"],
            criteria=["Un agent sans le profil"],
        )
        self.told(karim="A subtask is yours")
        expect(desk.page.locator("li.subtask")).to_have_count(3)

    def add_subtask(self, title, *, parent="", developers=(), criteria=()):
        desk = self.hugo
        desk.unfold("Add a subtask")
        form = desk.page.locator("form", has=desk.page.locator("input[name=act][value=split]"))
        desk.fill("Title", title, inside=form)
        if parent:
            desk.choose("Part of", parent, inside=form)
        for label in (*developers, *criteria):
            form.get_by_label(label).first.check()
        desk.press("Add the subtask")
        desk.is_told("The subtask is added.")

    def developer_works(self, desk, title, *, starts=True):
        self.open(desk)
        today = timezone.localdate().isoformat()
        if starts:
            line = self.subtask(desk, title)
            desk.unfold("Enter the start date", inside=line)
            desk.fill("Start date", today, inside=line)
            desk.press("Save the start date", inside=line)
            desk.is_told("The start date is kept.")
        line = self.subtask(desk, title)
        desk.unfold("Enter the end date", inside=line)
        desk.fill("End date", today, inside=line)
        desk.press("Save the end date", inside=line)
        desk.is_told("The end date is kept: the checks are open.")
        self.told(paul="A subtask awaits the GDPR check", eva="A subtask awaits its checks")

    def tester_fails_one_check(self):
        desk = self.open(self.eva)
        self.check(desk, "Écrire l’export", "functional", passed=False, comment="Les demi-journées manquent.")
        self.told(lea="A subtask comes back to you")

    def check(self, desk, title, *kinds, passed=True, comment=""):
        line = self.subtask(desk, title)
        desk.unfold("Make checks", inside=line)
        for kind in kinds:
            offered = line.locator(f"input[name=kind][value={kind}]")
            if offered.get_attribute("type") == "checkbox":
                offered.check()
        line.locator(f"input[name=verdict][value={'passed' if passed else 'failed'}]").check()
        if comment:
            desk.fill("Comment, or reason of the failure", comment, inside=line)
        desk.press("Save the result", inside=line)
        if len(kinds) == 1:
            desk.is_told("The check is kept.")
        else:
            expect(desk.page.locator(".flashes")).to_contain_text(f"{len(kinds)} ")

    def tester_passes(self, *titles):
        desk = self.open(self.eva)
        for title in titles:
            self.check(desk, title, "unit", "functional", "integration")

    def dpo_passes_and_assesses(self, *titles, assess=True):
        desk = self.open(self.paul)
        for title in titles:
            desk.page.locator("#gdpr").get_by_label(title).check()
        desk.press("Pass the GDPR check of those ticked")
        desk.is_told("The GDPR checks are kept, one for each subtask.")
        self.told(hugo="All subtasks are green, you may deliver", mailboxes="All subtasks are green")
        if not assess:
            return
        # Green, and yet nothing leaves while the condition is not met.
        lead = self.open(self.hugo)
        lead.read("Delivery is not possible yet:")
        assert lead.page.locator("#deliver").count() == 0
        desk.link("Fill in the sheet")
        desk.field("Finding", inside=desk.page.locator("#line-condition-1")).select_option("conforming")
        desk.press("Save the sheet")
        desk.is_told("The sheet is saved.")

    def lead_delivers_to_qualification(self, release):
        desk = self.open(self.hugo)
        desk.card("Deliver to qualification")
        desk.fill("Software version", release)
        desk.fill("Delivery notes", "À essayer sur le serveur de qualification.")
        desk.press("Deliver", inside=desk.page.locator("#deliver"))
        desk.is_told("Delivered to qualification. The request stays at this step.")
        self.told(
            claire="Delivered to qualification",
            emma="Delivered to qualification",
            mailboxes="Delivered to qualification",
            hugo="Delivered to qualification",
        )
        # The client reads what it may try, and has nothing to accept yet.
        reader = self.open(self.claire)
        reader.tab("Delivery and acceptance")
        delivery = reader.page.locator("li.delivery")
        expect(delivery).to_contain_text(release)
        expect(delivery).to_contain_text("À essayer sur le serveur de qualification.")
        assert reader.page.locator("#decision").count() == 0
        assert ChangeRequest.objects.get(number=self.number).step == Step.DEVELOPMENT

    def lead_delivers(self, release):
        desk = self.open(self.hugo)
        desk.card("Deliver to production")
        desk.fill("Software version", release)
        desk.press("Deliver", inside=desk.page.locator("#deliver"))
        desk.is_told("Delivered to production. It is the client's turn to test.")
        self.on_list(desk, Step.ACCEPTANCE)
        self.told(
            claire="Delivered, your acceptance is awaited",
            emma="Your request is delivered",
            mailboxes="Delivered to the client",
            hugo="Delivered to the client",
        )

    # Step 7

    def client_sees_which_delivery_it_accepts(self, release):
        desk = self.open(self.claire)
        to_accept = desk.page.locator("li.delivery", has_text=desk.word("the one to accept"))
        expect(to_accept).to_have_count(1)
        expect(to_accept.locator("h3")).to_contain_text(release)

    def answer(self, desk, criterion, value, comment=""):
        row = desk.page.locator(".sheet__one", has_text=criterion)
        row.locator(f"input[type=radio][value={value}]").check()
        if comment:
            desk.fill("Comment", comment, inside=row)

    def client_refuses_a_criterion(self):
        desk = self.open(self.claire)
        self.answer(desk, "L’export est relu", "refuse", "Deux lignes sont rejetées.")
        self.answer(desk, "Un agent sans le profil", "accept")
        desk.card("Refuse the delivery")
        desk.fill("Comment, or reason of the refusal", "L’export de mars n’est pas relu.")
        desk.press("Send the decision")
        self.on_list(desk, Step.DEVELOPMENT)
        self.told(
            hugo="Delivery refused, work resumes",
            lea=["Delivery refused, work resumes", "A subtask comes back to you"],
            karim="Delivery refused, work resumes",
            mailboxes="Delivery refused by the client",
            claire="The delivery is refused, work resumes",
            emma="The delivery is refused, work resumes",
        )
        lead = self.open(self.hugo)
        assert lead.page.locator("#deliver").count() == 0

    def client_accepts(self):
        desk = self.open(self.claire)
        self.answer(desk, "L’export est relu", "accept")
        self.answer(desk, "Un agent sans le profil", "accept")
        desk.card("Accept the delivery")
        desk.press("Send the decision")
        desk.is_told("You accepted the delivery of %(number)s: the request is closed.", number=self.number)
        self.told(
            claire="Delivery accepted, your request is closed",
            emma="Delivery accepted, your register awaits your adoption",
            mailboxes="Delivery accepted, request closed",
            hugo="Delivery accepted, request closed",
            lea="Delivery accepted, request closed",
            karim="Delivery accepted, request closed",
        )


def test_request_goes_from_ticket_to_acceptance_each_told_by_mail_when_it_is_their_turn(story, tmp_path):
    story.claire_chooses_her_password(story.administrator_invites_claire())
    invitation = story.support_invites()
    story.client_follows_the_link(invitation)
    story.client_opens_the_request()
    story.client_adds_documents(tmp_path)
    story.client_sends()
    story.support_takes_it_and_returns_it()
    story.client_completes()

    story.support_specifies()
    story.dpo_returns()
    story.support_sends_version_2()
    story.dpo_rules_with_a_condition()

    story.client_asks_for_a_cheaper_quote()
    story.support_lowers_the_quote()
    story.client_validates(tmp_path)

    story.lead_splits()
    story.developer_works(story.lea, "Écrire l’export")
    story.tester_fails_one_check()
    story.developer_works(story.lea, "Écrire l’export", starts=False)
    story.developer_works(story.karim, "Profil « Gestionnaire paie »")
    story.tester_passes("Écrire l’export", "Profil « Gestionnaire paie »")
    story.dpo_passes_and_assesses("Écrire l’export", "Profil « Gestionnaire paie »")
    story.lead_delivers_to_qualification("4.2.0-rc1")
    story.lead_delivers("4.2.0")
    story.client_sees_which_delivery_it_accepts("4.2.0")

    story.client_refuses_a_criterion()
    story.developer_works(story.lea, "Écrire l’export", starts=False)
    story.tester_passes("Écrire l’export")
    story.dpo_passes_and_assesses("Écrire l’export", assess=False)
    story.lead_delivers("4.2.1")
    story.client_sees_which_delivery_it_accepts("4.2.1")
    story.client_accepts()

    file = ChangeRequest.objects.get()
    assert file.step == Step.CLOSED
    assert list(broken_files(ChangeRequest.objects.all())) == []
    # Every message and its fate stand in the history, and each left once.
    identities = [message["Message-ID"] for message in story.letters.office.messages]
    assert len(identities) == len(set(identities)) == story.letters.seen
    reader = story.open(story.nadia)
    reader.tab("History")
    expect(reader.page.locator("main")).to_contain_text("Claire Morel")
