import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import accounts.models
import accounts.validators


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mailbox",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("helpdesk", "helpdesk"), ("information", "information")],
                        max_length=16,
                        unique=True,
                        verbose_name="mailbox",
                    ),
                ),
                (
                    "address",
                    models.EmailField(
                        blank=True,
                        help_text="Left empty, nothing is sent to it.",
                        max_length=254,
                        validators=[accounts.validators.plain_address],
                        verbose_name="address",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=accounts.models.languages,
                        default=accounts.models.default_language,
                        max_length=8,
                        verbose_name="language",
                    ),
                ),
            ],
            options={
                "verbose_name": "mailbox",
                "verbose_name_plural": "mailboxes",
                "ordering": ["kind"],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        help_text="Two to eight capitals; it starts every number and can never change.",
                        max_length=8,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[A-Z]{2,8}\\Z", "Two to eight capital letters, without accents."
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        max_length=200,
                        unique=True,
                        validators=[accounts.validators.one_line],
                        verbose_name="name",
                    ),
                ),
                (
                    "decider_roles",
                    models.JSONField(
                        default=accounts.models.default_decider_roles, verbose_name="who decides and accepts"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created on")),
            ],
            options={
                "verbose_name": "organisation",
                "verbose_name_plural": "organisations",
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "\\A[A-Z]{2,8}\\Z")),
                        name="organisation_code_is_capitals",
                        violation_error_message="Two to eight capital letters, without accents.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        error_messages={"unique": "Somebody already has this address."},
                        max_length=254,
                        unique=True,
                        validators=[accounts.validators.plain_address],
                        verbose_name="e-mail",
                    ),
                ),
                (
                    "first_name",
                    models.CharField(
                        max_length=100, validators=[accounts.validators.one_line], verbose_name="first name"
                    ),
                ),
                (
                    "last_name",
                    models.CharField(
                        max_length=100, validators=[accounts.validators.one_line], verbose_name="last name"
                    ),
                ),
                (
                    "position",
                    models.CharField(
                        blank=True,
                        max_length=150,
                        validators=[accounts.validators.one_line],
                        verbose_name="position",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=accounts.models.languages,
                        default=accounts.models.default_language,
                        max_length=8,
                        verbose_name="language",
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        default=accounts.models.default_time_zone, max_length=64, verbose_name="time zone"
                    ),
                ),
                ("has_shortcuts", models.BooleanField(default=True, verbose_name="keyboard shortcuts")),
                ("is_client_admin", models.BooleanField(default=False, verbose_name="administrator")),
                ("is_client_auditor", models.BooleanField(default=False, verbose_name="GDPR auditor")),
                ("is_client_dpo", models.BooleanField(default=False, verbose_name="client DPO")),
                ("is_support", models.BooleanField(default=False, verbose_name="support")),
                ("is_dpo", models.BooleanField(default=False, verbose_name="DPO")),
                ("is_deputy_dpo", models.BooleanField(default=False, verbose_name="deputy DPO")),
                ("is_lead", models.BooleanField(default=False, verbose_name="development lead")),
                ("is_developer", models.BooleanField(default=False, verbose_name="developer")),
                ("is_tester", models.BooleanField(default=False, verbose_name="tester")),
                ("is_portal_admin", models.BooleanField(default=False, verbose_name="portal administrator")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "deactivated_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="deactivated on"),
                ),
                ("invited_at", models.DateTimeField(blank=True, null=True, verbose_name="invited on")),
                ("is_staff", models.BooleanField(default=False, verbose_name="emergency administration")),
                ("date_joined", models.DateTimeField(auto_now_add=True, verbose_name="joined on")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="people",
                        to="accounts.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
                "ordering": ["last_name", "first_name", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                        name="person_email_is_lower_case",
                        violation_error_message="The address is kept in lower case.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("organisation__isnull", False),
                            models.Q(
                                ("is_client_admin", True),
                                ("is_client_auditor", True),
                                ("is_client_dpo", True),
                                _connector="OR",
                                _negated=True,
                            ),
                            _connector="OR",
                        ),
                        name="client_roles_need_an_organisation",
                        violation_error_message="A client's role goes with an organisation.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("organisation__isnull", True),
                            models.Q(
                                ("is_support", True),
                                ("is_dpo", True),
                                ("is_deputy_dpo", True),
                                ("is_lead", True),
                                ("is_developer", True),
                                ("is_tester", True),
                                ("is_portal_admin", True),
                                _connector="OR",
                                _negated=True,
                            ),
                            _connector="OR",
                        ),
                        name="vendor_roles_exclude_an_organisation",
                        violation_error_message="A vendor's role does not go with a client organisation.",
                    ),
                ],
            },
        ),
    ]
