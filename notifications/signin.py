"""Sign-in's own mails (a forgotten password, an invitation) leave through the outbox like all others."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications import rendering
from notifications.dispatch import put

# Which address of a mail's context its button leads to, and what the button says.
BUTTONS = {
    "password_reset_url": _("Choose a new password"),
    "invitation_url": _("Choose your password"),
}


class OutboxAccountAdapter(DefaultAccountAdapter):
    """allauth's adapter: nobody signs up by themselves, and every mail is a row of the outbox."""

    def is_open_for_signup(self, request):
        """Never: people are invited."""
        return False

    def get_reset_password_from_key_url(self, key):
        """The link of a forgotten password: at the portal's own address, whatever host the browser named."""
        uidb36, _dash, token = key.partition("-")
        return settings.PORTAL_URL + reverse(
            "account_reset_password_from_key", kwargs={"uidb36": uidb36, "key": token}
        )

    def send_mail(self, template_prefix, email, context):
        """Write the mail `template_prefix` (`_subject.txt`, `_message.txt`) to `email`; returns the row.

        In the language of `context["user"]`, or of whoever has this address. Its words open an account, so
        they are forgotten once sent.
        """
        reader = context.get("user") or User.objects.filter(email__iexact=email).first()
        language, time_zone = (
            (reader.language, reader.time_zone) if reader else (settings.LANGUAGE_CODE, settings.TIME_ZONE)
        )
        with rendering.reading(language, time_zone):
            context = {**context, "email": email, "reader": "account"}
            for name, label in BUTTONS.items():
                if name in context:
                    context |= {"url": context[name], "url_label": label}
            subject = render_to_string(f"{template_prefix}_subject.txt", context).strip()
            context |= {"title": subject}
            written = rendering.write(f"{template_prefix}_message.txt", subject, context)
        return put(
            template_prefix.rpartition("/")[2],
            email,
            written,
            language=language,
            recipient=reader,
            is_secret=True,
        )
