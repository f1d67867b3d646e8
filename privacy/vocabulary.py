"""The words of a ruling's analysis, as data: what people may choose, and what a choice entails.

Sources: GDPR, articles as cited; WP248 rev.01 for what is sensitive or highly personal; Madis, the register of
French local authorities, for the final fate of data; the CNIL's PIA tool for the two scales of four levels.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ChangeKind(models.TextChoices):
    """What the request changes in the processing."""

    NEW_PROCESSING = "new_processing", _("new processing")
    NEW_PURPOSE = "new_purpose", _("new purpose")
    NEW_CATEGORY = "new_category", _("new data category")
    NEW_SUBJECTS = "new_subjects", _("new data subjects")
    NEW_RECIPIENT = "new_recipient", _("new recipient")
    NEW_SUB_PROCESSOR = "new_sub_processor", _("new sub-processor")
    NEW_TRANSFER = "new_transfer", _("new transfer outside the EU")
    RETENTION = "retention", _("changed retention")
    NEW_TECHNOLOGY = "new_technology", _("new technology (AI, biometrics, location)")
    ACCESS = "access", _("changed access")
    EXPORT = "export", _("export or API")
    NONE = "none", _("no substantial change")


class Compatibility(models.TextChoices):
    """Whether a new purpose is compatible with the first one (art. 6(4))."""

    SAME = "same", _("the same purpose")
    COMPATIBLE = "compatible", _("another, compatible purpose")
    BY_CONSENT_OR_LAW = "by_consent_or_law", _("another purpose, by consent or by law")
    INCOMPATIBLE = "incompatible", _("not compatible")


class DataCategory(models.TextChoices):
    """What the data say of people."""

    CIVIL_STATUS = "civil_status", _("civil status")
    CONTACT = "contact", _("contact details")
    IDENTITY_DOCUMENTS = "identity_documents", _("identity documents")
    FAMILY = "family", _("family")
    PROFESSIONAL = "professional", _("professional life")
    EDUCATION = "education", _("education")
    PERSONAL_LIFE = "personal_life", _("personal life")
    FINANCIAL = "financial", _("financial data")
    CONNECTION = "connection", _("connection data")
    LOCATION = "location", _("location")
    PICTURES = "pictures", _("photos, videos, voice")
    COMMUNICATIONS = "communications", _("content of communications")
    FREE_TEXT = "free_text", _("free text and attachments")
    NIR = "nir", _("social security number (NIR)")
    OFFENCES = "offences", _("criminal offences (art. 10)")
    HEALTH = "health", _("health")
    GENETIC = "genetic", _("genetic data")
    BIOMETRIC = "biometric", _("biometric data")
    ORIGIN = "origin", _("racial or ethnic origin")
    POLITICAL = "political", _("political opinions")
    BELIEFS = "beliefs", _("religious or philosophical beliefs")
    UNION = "union", _("union membership")
    SEX_LIFE = "sex_life", _("sex life or orientation")
    OTHER = "other", pgettext_lazy("data category", "other")

    @property
    def is_special(self):
        """Whether art. 9 forbids it but for one of its exceptions."""
        return self in SPECIAL

    @property
    def is_sensitive(self):
        """Whether it is of art. 9 or 10, or the social security number."""
        return self in SPECIAL or self in (DataCategory.NIR, DataCategory.OFFENCES)

    @property
    def is_highly_personal(self):
        """Whether people feel it as highly personal (WP248 rev.01)."""
        return self in HIGHLY_PERSONAL

    @property
    def counts_for_criterion_4(self):
        """Whether it meets the fourth criterion of WP248 rev.01."""
        return self.is_sensitive or self.is_highly_personal


SPECIAL = frozenset(
    {
        DataCategory.HEALTH,
        DataCategory.GENETIC,
        DataCategory.BIOMETRIC,
        DataCategory.ORIGIN,
        DataCategory.POLITICAL,
        DataCategory.BELIEFS,
        DataCategory.UNION,
        DataCategory.SEX_LIFE,
    }
)
HIGHLY_PERSONAL = frozenset(
    {
        DataCategory.IDENTITY_DOCUMENTS,
        DataCategory.FINANCIAL,
        DataCategory.LOCATION,
        DataCategory.COMMUNICATIONS,
    }
)


class Collected(models.TextChoices):
    """Whether people must give the data (art. 13(2)(e))."""

    MANDATORY = "mandatory", _("mandatory")
    OPTIONAL = "optional", _("optional")


class DataSubject(models.TextChoices):
    """Whose data they are."""

    EMPLOYEES = "employees", _("employees")
    APPLICANTS = "applicants", _("applicants")
    CUSTOMERS = "customers", _("customers or users")
    PROSPECTS = "prospects", _("prospects")
    CONTACTS = "contacts", _("professional contacts")
    SOFTWARE_USERS = "software_users", _("software users")
    OFFICIALS = "officials", _("elected officials and civil servants")
    MEMBERS = "members", _("members")
    PUPILS = "pupils", _("pupils and students")
    PATIENTS = "patients", _("patients or residents")
    MINORS = "minors", _("minors")
    VULNERABLE = "vulnerable", _("other vulnerable people")
    VISITORS = "visitors", _("visitors")
    FAMILY = "family", _("family and beneficiaries")
    OTHER = "other", pgettext_lazy("data subjects", "other")

    @property
    def is_vulnerable(self):
        """Whether they meet the seventh criterion of WP248 rev.01."""
        return self in (
            DataSubject.EMPLOYEES,
            DataSubject.PUPILS,
            DataSubject.PATIENTS,
            DataSubject.MINORS,
            DataSubject.VULNERABLE,
        )


class SubjectCount(models.TextChoices):
    """How many people are concerned."""

    UNDER_100 = "under_100", _("under 100")
    TO_1000 = "to_1000", _("to 1,000")
    TO_10000 = "to_10000", _("to 10,000")
    TO_100000 = "to_100000", _("to 100,000")
    MORE = "more", pgettext_lazy("number of people", "more")


class CollectionWay(models.TextChoices):
    """How the data are collected."""

    DIRECT = "direct", _("from the people themselves")
    CLIENT = "client", _("typed in or imported by the client")
    THIRD_PARTY = "third_party", _("from a third party")
    AUTOMATIC = "automatic", _("automatically, by use")
    DERIVED = "derived", _("computed from other data")


class Article9Exception(models.TextChoices):
    """What lifts the ban on special categories (art. 9(2))."""

    A = "a", _("a: explicit consent")
    B = "b", _("b: employment and social protection law")
    C = "c", _("c: vital interests")
    D = "d", _("d: members of a non-profit body")
    E = "e", _("e: made public by the person")
    F = "f", _("f: legal claims")
    G = "g", _("g: substantial public interest, by law")
    H = "h", _("h: health or social care")
    I = "i", _("i: public health")  # noqa: E741  # the letter of the article
    J = "j", _("j: archives, research, statistics")


class LegalBasis(models.TextChoices):
    """Why the processing is lawful (art. 6(1)), as the client states it."""

    CONSENT = "consent", _("consent")
    CONTRACT = "contract", pgettext_lazy("legal basis", "contract")
    LEGAL_OBLIGATION = "legal_obligation", _("legal obligation")
    VITAL_INTERESTS = "vital_interests", _("vital interests")
    PUBLIC_TASK = "public_task", _("public task")
    LEGITIMATE_INTERESTS = "legitimate_interests", _("legitimate interests")
    CLIENT_TO_DETERMINE = "client_to_determine", _("client to determine")


class Information(models.TextChoices):
    """Whether people are informed (art. 13, 14)."""

    COVERED = "covered", _("covered")
    CLIENT_TO_UPDATE = "client_to_update", _("client to update")
    TO_BUILD = "to_build", _("to build into the software")
    NOT_APPLICABLE = "not_applicable", _("not applicable")


class Right(models.TextChoices):
    """The rights of people that the software supports (art. 15 to 22)."""

    ACCESS = "access", _("access (art. 15)")
    RECTIFICATION = "rectification", _("rectification (art. 16)")
    ERASURE = "erasure", _("erasure (art. 17)")
    RESTRICTION = "restriction", _("restriction (art. 18)")
    PORTABILITY = "portability", _("portability (art. 20)")
    OBJECTION = "objection", _("objection (art. 21)")
    HUMAN_REVIEW = "human_review", _("human review of automated decisions (art. 22)")


class ProductionAccess(models.TextChoices):
    """The vendor's access to production data (art. 28(3)(b), 32(4))."""

    NONE = "none", pgettext_lazy("access", "none")
    ON_REQUEST = "on_request", _("on the client's request, logged")
    SUPPORT = "support", _("support, permanent and logged")
    BROAD = "broad", _("broader, to be justified")


class DataInTests(models.TextChoices):
    """The data used in tests."""

    FICTITIOUS = "fictitious", _("fictitious")
    ANONYMISED = "anonymised", _("anonymised")
    PSEUDONYMISED = "pseudonymised", _("pseudonymised")
    REAL = "real", _("real, by written exception")


class TransferTool(models.TextChoices):
    """What makes a transfer outside the EU lawful (art. 44 to 49)."""

    ADEQUACY = "adequacy", _("adequacy decision (art. 45)")
    STANDARD_CLAUSES = "standard_clauses", _("standard clauses (art. 46)")
    BCR = "bcr", _("binding corporate rules (art. 47)")
    CODE_OR_CERTIFICATION = "code_or_certification", _("code or certification (art. 46)")
    ARTICLE_49 = "article_49", _("derogation of art. 49")


class Fate(models.TextChoices):
    """What becomes of the data in the end (the scale of Madis)."""

    DESTRUCTION = "destruction", _("destruction")
    ANONYMISATION = "anonymisation", _("anonymisation")
    TRANSFER = "transfer", _("transfer to the archives")
    SORTING = "sorting", _("sorting")
    RETURN = "return", _("return to the client")


class Measure(models.TextChoices):
    """What protects the data (art. 25, 32)."""

    ENCRYPTION_AT_REST = "encryption_at_rest", _("encryption at rest")
    ENCRYPTION_IN_TRANSIT = "encryption_in_transit", _("encryption in transit")
    PSEUDONYMISATION = "pseudonymisation", _("pseudonymisation")
    ANONYMISATION = "anonymisation", _("anonymisation")
    TENANT_ISOLATION = "tenant_isolation", _("tenant isolation")
    ACCESS_CONTROL = "access_control", _("access control")
    STRONG_AUTHENTICATION = "strong_authentication", _("strong authentication")
    ACCESS_LOG = "access_log", _("access log")
    CHANGE_LOG = "change_log", _("change log")
    MASKING = "masking", _("masking")
    AUTOMATIC_ERASURE = "automatic_erasure", _("automatic erasure")
    BACKUP = "backup", _("backup")
    PROTECTIVE_DEFAULTS = "protective_defaults", _("protective defaults")
    RIGHTS_EXPORT = "rights_export", _("rights export")
    NOTICE = "notice", _("notice in place")
    MALWARE_PROTECTION = "malware_protection", _("malware protection")
    INCIDENT_HANDLING = "incident_handling", _("incident handling")
    OTHER = "other", pgettext_lazy("measure", "other")


class MeasureState(models.TextChoices):
    """Where a measure stands; each one to build becomes a condition."""

    EXISTING = "existing", _("existing")
    TO_BUILD = "to_build", _("to build")
    NOT_APPLICABLE = "not_applicable", _("not applicable")


class FearedEvent(models.TextChoices):
    """What people would suffer from (the CNIL's PIA tool)."""

    ACCESS = "access", _("illegitimate access")
    CHANGE = "change", _("unwanted change")
    LOSS = "loss", _("disappearance")


class Level(models.TextChoices):
    """The four levels of severity and of likelihood; they are positions, never summed."""

    NEGLIGIBLE = "negligible", _("negligible")
    LIMITED = "limited", _("limited")
    SIGNIFICANT = "significant", _("significant")
    MAXIMAL = "maximal", _("maximal")


class DpiaConclusion(models.TextChoices):
    """What the ruling concludes on an impact assessment (art. 35), the client's to carry out."""

    NOT_REQUIRED = "not_required", pgettext_lazy("impact assessment", "not required")
    RECOMMENDED = "recommended", _("recommended")
    REQUIRED_NEW = "required_new", _("required: a new one")
    REQUIRED_UPDATE = "required_update", _("required: an update")
    COVERED = "covered", _("already done and covering")

    @property
    def is_required(self):
        """Whether one is still to be made or brought up to date before delivery."""
        return self in (DpiaConclusion.REQUIRED_NEW, DpiaConclusion.REQUIRED_UPDATE)


class Trigger(models.TextChoices):
    """The cases in which an assessment is always needed (art. 35(3))."""

    EVALUATION = "a", _("a: systematic evaluation of people, with legal effect")
    LARGE_SCALE = "b", _("b: large-scale data of art. 9 or 10")
    MONITORING = "c", _("c: large-scale monitoring of a public place")


class YesNo(models.TextChoices):
    """An answer that overrules a suggestion."""

    YES = "yes", _("yes")
    NO = "no", _("no")
