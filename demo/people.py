"""The demo's organisations and people: every role, three clients, one vendor. All of them are invented."""

from accounts.models import Mailbox, Organisation, User
from accounts.roles import Role

PASSWORD = "portail-demo-2026"  # noqa: S105, printed for everybody who starts the demo

ORGANISATIONS = [
    ("VALM", "Mairie de Valmont", [Role.CLIENT_ADMIN]),
    ("TILL", "Clinique des Tilleuls", [Role.CLIENT_ADMIN, Role.CLIENT_DPO]),
    ("ARVR", "Groupe Arvor", [Role.CLIENT_ADMIN]),
]

# First name, last name, position, organisation's code or "", language, roles.
PEOPLE = [
    ("Claire", "Morel", "Secrétaire générale", "VALM", "fr", [Role.CLIENT_ADMIN]),
    ("Julien", "Faure", "Délégué à la protection des données", "VALM", "fr", [Role.CLIENT_DPO]),
    ("Amina", "Keller", "Responsable de l’état civil", "VALM", "fr", []),
    ("Sophie", "Renaud", "Directrice des systèmes d’information", "TILL", "fr", [Role.CLIENT_ADMIN]),
    ("Marc", "Vasseur", "Auditeur RGPD", "TILL", "fr", [Role.CLIENT_AUDITOR]),
    ("Lucie", "Caron", "Cadre de santé", "TILL", "fr", []),
    ("Yann", "Le Goff", "Directeur administratif", "ARVR", "fr", [Role.CLIENT_ADMIN]),
    ("Emma", "Clarke", "Group privacy officer", "ARVR", "en", [Role.CLIENT_DPO, Role.CLIENT_ADMIN]),
    ("Nadia", "Benali", "Support", "", "fr", [Role.SUPPORT]),
    ("Thomas", "Girard", "Support", "", "fr", [Role.SUPPORT]),
    ("Paul", "Simon", "Délégué à la protection des données", "", "fr", [Role.DPO]),
    ("Hélène", "Marchand", "Juriste, déléguée adjointe", "", "fr", [Role.DEPUTY_DPO]),
    ("Hugo", "Lambert", "Responsable du développement", "", "fr", [Role.LEAD]),
    ("Léa", "Nguyen", "Développeuse", "", "fr", [Role.DEVELOPER]),
    ("Karim", "Haddad", "Développeur", "", "fr", [Role.DEVELOPER]),
    ("Eva", "Rossi", "Contrôleuse", "", "fr", [Role.TESTER]),
    ("Bruno", "Petit", "Contrôleur et développeur", "", "fr", [Role.TESTER, Role.DEVELOPER]),
    ("Alix", "Fontaine", "Administration du portail", "", "fr", [Role.PORTAL_ADMIN]),
]
DOMAINS = {
    "VALM": "valmont.example",
    "TILL": "tilleuls.example",
    "ARVR": "arvor.example",
    "": "editeur.example",
}


def address_of(first_name, last_name, code):
    """The invented address of a person, without accents or spaces."""
    plain = str.maketrans("éèêëàâîïôùûç ", "eeeeaaiiouuc-")
    return f"{first_name}.{last_name}".lower().translate(plain) + "@" + DOMAINS[code]


def create():
    """Create the organisations, the people and the two mailboxes; returns `{last name: person}`."""
    organisations = {
        code: Organisation.objects.create(code=code, name=name, decider_roles=list(roles))
        for code, name, roles in ORGANISATIONS
    }
    people = {}
    for first_name, last_name, position, code, language, roles in PEOPLE:
        person = User(
            email=address_of(first_name, last_name, code),
            first_name=first_name,
            last_name=last_name,
            position=position,
            organisation=organisations.get(code),
            language=language,
            **{role.column: True for role in roles},
        )
        person.set_password(PASSWORD)
        person.save()
        people[last_name] = person
    for kind, address in [
        (Mailbox.Kind.HELPDESK, "hotline@editeur.example"),
        (Mailbox.Kind.INFORMATION, "information@editeur.example"),
    ]:
        Mailbox.objects.update_or_create(kind=kind, defaults={"address": address, "language": "fr"})
    return people


def accounts():
    """One line for each account of the demo: who, their roles and organisation, the address to sign in with."""
    for person in (
        User.objects.filter(email__endswith=".example").select_related("organisation").order_by("pk")
    ):
        roles = ", ".join(str(role.label) for role in Role if role in person.roles) or "—"
        yield person.email, person.get_full_name(), str(person.organisation or ""), roles
