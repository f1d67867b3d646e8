"""Everything that changes organisations, people and mailboxes. Logs carry ids, never names."""

import logging

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import CASCADE, SET_NULL, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import invitations
from accounts.models import Mailbox, Organisation, User
from accounts.roles import CLIENT_ROLES, VENDOR_ROLES, Role

logger = logging.getLogger(__name__)

# A domain that can never be (RFC 2606): nothing is ever sent there.
NOWHERE = "effacee.invalid"


@transaction.atomic
def create_organisation(*, actor, code, name, decider_roles, countersign_above=None):
    """Register a client. Returns the organisation; raises ValidationError when the code or name is taken.

    `countersign_above`: the euros before VAT above which two people sign, or None.
    """
    organisation = Organisation(
        code=code, name=name, decider_roles=_ordered(decider_roles), countersign_above=countersign_above
    )
    _save(organisation)
    logger.info("organisation %s created by %s", organisation.pk, actor.pk)
    return organisation


@transaction.atomic
def update_organisation(
    organisation,
    *,
    actor,
    name,
    decider_roles,
    countersign_above,
    sees_hours,
    is_active,
    contract_ended_on=None,
):
    """Change a client, never its code. Its people cannot sign in while it is inactive.

    `countersign_above` as for a new one; `sees_hours`: they read the hours spent on their requests;
    `contract_ended_on`: from that day on its requests are kept for as long as the settings say, then go.

    Raises ValidationError when the name is taken.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    organisation.name = name
    organisation.decider_roles = _ordered(decider_roles)
    organisation.countersign_above = countersign_above
    organisation.sees_hours = sees_hours
    organisation.is_active = is_active
    organisation.contract_ended_on = contract_ended_on
    _save(organisation)
    logger.info("organisation %s changed by %s, active: %s", organisation.pk, actor.pk, is_active)
    return organisation


@transaction.atomic
def create_person(
    *,
    actor,
    email,
    first_name,
    last_name,
    position="",
    organisation=None,
    roles=(),
    language=None,
    invite=True,
):
    """Register a person and, unless told otherwise, invite them by mail to choose a password.

    Raises ValidationError for an address that is taken and for roles of the other side.
    """
    person = User(
        email=User.objects.normalize_email(email),
        first_name=first_name,
        last_name=last_name,
        position=position,
        organisation=organisation,
    )
    if language:
        person.language = language
    person.set_unusable_password()
    _set_roles(person, roles)
    _save(person)
    logger.info("person %s created by %s", person.pk, actor.pk)
    if invite:
        invite_person(person, actor=actor)
    return person


@transaction.atomic
def update_person(person, *, actor, email, first_name, last_name, position, organisation, roles, language):
    """Change who a person is and what they may do.

    Raises ValidationError for somebody who was erased, for another organisation, for roles of the other side, for an
    address that is taken and when nobody would be left to administer the portal.
    """
    lock_administrators_and(person)
    person = User.objects.select_related("organisation").get(pk=person.pk)
    check_not_erased(person)
    check_organisation(person, organisation)
    if Role.PORTAL_ADMIN not in roles:
        check_administrator_remains(person)
    email = User.objects.normalize_email(email)
    if email != person.email:
        # Sign-in also looks among these, where the former address would still open the account.
        EmailAddress.objects.filter(user=person).delete()
    person.email = email
    person.first_name = first_name
    person.last_name = last_name
    person.position = position
    person.organisation = organisation
    person.language = language
    _set_roles(person, roles)
    _save(person)
    logger.info("person %s changed by %s, roles: %s", person.pk, actor.pk, " ".join(_ordered(roles)))
    return person


@transaction.atomic
def invite_person(person, *, actor):
    """Send, or send again, the link by which `person` chooses a password; links sent before die.

    Raises ValidationError for somebody who has a password or who may not sign in.
    """
    person = User.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=person.pk)
    if not person.is_invited:
        raise ValidationError(_("This person has already chosen a password."), code="has_password")
    if not person.can_sign_in:
        raise ValidationError(_("Reactivate this person and their organisation first."), code="inactive")
    person.invited_at = timezone.now()
    person.save(update_fields=["invited_at"])
    get_adapter().send_mail(
        "account/email/invitation",
        person.email,
        {
            "user": person,
            "inviter": actor,
            "invitation_url": invitations.link_for(person),
            "expires_at": person.invited_at + invitations.LIFE,
        },
    )
    logger.info("person %s invited by %s", person.pk, actor.pk)
    return person


@transaction.atomic
def accept_invitation(token, *, password):
    """Give the invited person the password they chose.

    Returns the person, or None when the link does not hold any more: a link serves once, also when pressed twice.
    """
    rows = User.objects.select_for_update(of=("self",)).select_related("organisation")
    person = invitations.person_for(token, rows)
    if person is None:
        return None
    person.set_password(password)
    person.save(update_fields=["password"])
    logger.info("person %s accepted their invitation", person.pk)
    return person


@transaction.atomic
def deactivate_person(person, *, actor):
    """Close the account: sessions stop at once, no message is sent any more, the history stays.

    Raises ValidationError when nobody would be left to administer the portal.
    """
    lock_administrators_and(person)
    person = User.objects.get(pk=person.pk)
    check_administrator_remains(person)
    if person.is_active:
        person.is_active = False
        person.deactivated_at = timezone.now()
        person.save(update_fields=["is_active", "deactivated_at"])
        logger.info("person %s deactivated by %s", person.pk, actor.pk)
    return person


@transaction.atomic
def reactivate_person(person, *, actor):
    """Open the account again. Sessions of before stay closed. Raises ValidationError for somebody who was erased."""
    person = User.objects.select_for_update().get(pk=person.pk)
    check_not_erased(person)
    if not person.is_active:
        person.is_active = True
        person.save(update_fields=["is_active"])
        logger.info("person %s reactivated by %s", person.pk, actor.pk)
    return person


@transaction.atomic
def erase_person(person, *, pseudonym, at):
    """Leave of `person` a closed account named `pseudonym`, to which the histories go on pointing.

    Whatever belongs to them alone (rows that would be deleted with them) goes, and their sessions. The
    organisation stays: it says on which side they acted. Returns the person.
    Raises ValidationError when nobody would be left to administer the portal, and for somebody erased before.
    """
    lock_administrators_and(person)
    person = User.objects.get(pk=person.pk)
    check_not_erased(person)
    check_administrator_remains(person)
    _delete_own_rows(person)
    _close_sessions(person)
    for field in ("language", "time_zone", "has_shortcuts", "position"):
        setattr(person, field, User._meta.get_field(field).get_default())
    _set_roles(person, ())
    person.first_name, person.last_name = "", pseudonym
    person.email = f"{pseudonym.lower()}@{NOWHERE}"
    person.set_unusable_password()
    person.is_active = person.is_staff = person.is_superuser = False
    person.last_login = person.invited_at = None
    person.deactivated_at = person.erased_at = at
    person.groups.clear()
    person.user_permissions.clear()
    person.save()
    about = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=person.pk)
    about.update(object_repr=pseudonym)
    logger.info("person %s erased", person.pk)
    return person


@transaction.atomic
def update_profile(person, *, first_name, last_name, position, language, time_zone, has_shortcuts):
    """Keep what a person changed about themself."""
    person.first_name = first_name
    person.last_name = last_name
    person.position = position
    person.language = language
    person.time_zone = time_zone
    person.has_shortcuts = has_shortcuts
    person.save(
        update_fields=["first_name", "last_name", "position", "language", "time_zone", "has_shortcuts"]
    )
    logger.info("person %s changed their profile", person.pk)
    return person


@transaction.atomic
def choose_language(person, language):
    """Remember the language a person picked, one of the portal's."""
    person.language = language
    person.save(update_fields=["language"])
    return person


@transaction.atomic
def update_mailboxes(*, actor, mailboxes):
    """Set the shared mailboxes; `mailboxes` gives address and language by kind."""
    for kind, (address, language) in mailboxes.items():
        Mailbox.objects.update_or_create(kind=kind, defaults={"address": address, "language": language})
    logger.info("mailboxes changed by %s", actor.pk)


def check_organisation(person, organisation):
    """Raise ValidationError unless `person` may belong to `organisation` from now on.

    Who has been of one party keeps its history with them: their name and address would show it to the other.
    """
    before, after = person.organisation_id, organisation.pk if organisation else None
    if before == after:
        return
    if before is not None:
        raise ValidationError(
            {"organisation": _("A person never changes organisation. Create another account.")}
        )
    if person.last_login is not None:
        raise ValidationError(
            {
                "organisation": _(
                    "This person has worked for the vendor. Create another account for the client."
                )
            }
        )


def columns_to_people(on_delete):
    """The columns, in every room, that point at people and have this rule for when one is deleted, as fields.

    Tables of many-to-many relations are left out: who wrote and who tests is what the other end keeps.
    """
    relations = User._meta.get_fields(include_hidden=True)
    return [
        relation.field
        for relation in relations
        if relation.auto_created
        and (relation.one_to_many or relation.one_to_one)
        and relation.on_delete is on_delete
        and not relation.related_model._meta.auto_created
    ]


def own_columns():
    """The columns by which rows belong to one person alone, and go with them."""
    # The emergency administration's log is a record of access: it has its own time.
    return [field for field in columns_to_people(CASCADE) if field.model is not LogEntry]


def check_not_erased(person):
    """Raise ValidationError when nothing is left of `person` but a pseudonym."""
    if person.is_erased:
        raise ValidationError(_("This person has been erased; that cannot be undone."), code="erased")


def lock_administrators_and(person):
    """Lock `person` and the portal administrators until the transaction ends, always in the same order.

    Two administrators who take each other's role away would else wait for one another for ever.
    """
    rows = User.objects.filter(Q(pk=person.pk) | Q(is_portal_admin=True, is_active=True))
    list(rows.order_by("pk").select_for_update().values_list("pk"))


def check_administrator_remains(person):
    """Raise ValidationError when `person` is the last one who can administer the portal.

    The administrators are locked (`lock_administrators_and`), so that two of them leaving at once do not both
    pass.
    """
    if not person.is_portal_admin:
        return
    administrators = User.objects.filter(is_portal_admin=True, is_active=True)
    ready = [row.pk for row in administrators.order_by("pk") if not row.is_invited]
    if ready == [person.pk]:
        raise ValidationError(
            _("This is the last portal administrator. Give the role to somebody else first."),
            code="last_administrator",
        )


def check_roles(organisation, roles):
    """Raise ValidationError, by field, when `roles` hold one of the side to which the person does not belong."""
    if organisation and set(roles) & set(VENDOR_ROLES):
        raise ValidationError(
            {"vendor_roles": _("Somebody of a client organisation cannot hold a role of the vendor.")}
        )
    if not organisation and set(roles) & set(CLIENT_ROLES):
        raise ValidationError({"client_roles": _("Choose the client organisation that goes with this role.")})


def _delete_own_rows(person):
    """Delete what would go with the person's row, in whatever room, and take them out of what only names them."""
    for field in own_columns():
        field.model._base_manager.filter(**{field.name: person}).delete()
    for field in columns_to_people(SET_NULL):
        field.model._base_manager.filter(**{field.name: person}).update(**{field.name: None})


def _close_sessions(person):
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(person.pk):
            session.delete()


def _set_roles(person, roles):
    check_roles(person.organisation, roles)
    for role in Role:
        setattr(person, role.column, role in roles)
    person.__dict__.pop("roles", None)


def _ordered(roles):
    return [role.value for role in Role if role in roles]


def _save(row):
    """Save, and say kindly which unique value somebody else took in the meantime."""
    row.full_clean()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        row.validate_unique()
        raise
