"""Django's own administration, for emergencies: the portal's pages are the usual way."""

from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts.models import Mailbox, Organisation, User
from accounts.roles import Role


@login_not_required
@never_cache
def sign_in(request, extra_context=None):
    """Send to the portal's own sign-in, which limits tries; for people who are not staff there is nothing here."""
    if request.user.is_authenticated:
        raise Http404("Emergency administration does not exist for this person.")
    return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index"))


admin.site.login = sign_in


class KeptAdmin:
    """Rows that histories point to: they are deactivated, never deleted."""

    def has_delete_permission(self, request, obj=None):
        return False


class PersonCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email",)
        field_classes = {}


class PersonChangeForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"
        field_classes = {}


@admin.register(User)
class PersonAdmin(KeptAdmin, UserAdmin):
    form = PersonChangeForm
    add_form = PersonCreationForm
    list_display = ("email", "last_name", "first_name", "organisation", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "organisation")
    list_select_related = ("organisation",)
    search_fields = ("email", "last_name", "first_name")
    ordering = ("last_name", "first_name")
    readonly_fields = ("last_login", "date_joined", "invited_at", "deactivated_at")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (
            _("Person"),
            {
                "fields": (
                    "first_name",
                    "last_name",
                    "position",
                    "organisation",
                    "language",
                    "time_zone",
                    "has_shortcuts",
                )
            },
        ),
        (_("Roles"), {"fields": tuple(role.column for role in Role)}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Dates"), {"fields": readonly_fields}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "first_name", "last_name", "usable_password", "password1", "password2")}),
    )

    def save_model(self, request, obj, form, change):
        """Close the sessions of somebody who is deactivated here, as the portal's own page does."""
        if change and "is_active" in form.changed_data and not obj.is_active:
            obj.deactivated_at = timezone.now()
        super().save_model(request, obj, form, change)


@admin.register(Organisation)
class OrganisationAdmin(KeptAdmin, admin.ModelAdmin):
    list_display = ("code", "name", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code", "name")

    def get_readonly_fields(self, request, obj=None):
        """The code is part of numbers already given."""
        return ("code", "created_at") if obj else ("created_at",)


@admin.register(Mailbox)
class MailboxAdmin(KeptAdmin, admin.ModelAdmin):
    list_display = ("kind", "address", "language")
