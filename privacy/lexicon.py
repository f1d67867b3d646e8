"""Words of personal data in French and English, as data: what each points to.

Each is a whole word or expression, written without accents; a final `*` takes any ending.
"""

from privacy.dpia import Criterion
from privacy.vocabulary import DataCategory, DataSubject

CATEGORIES = {
    DataCategory.CIVIL_STATUS: (
        "nom de famille", "nom de naissance", "prenom*", "date de naissance", "lieu de naissance", "etat civil",
        "nationalite", "civilite", "first name*", "last name*", "surname*", "date of birth", "birth date*",
        "place of birth", "civil status", "nationality", "gender",
    ),
    DataCategory.CONTACT: (
        "adresse postale", "adresse electronique", "adresse e-mail", "courriel*", "coordonnee*", "telephone*",
        "portable*", "e-mail*", "email*", "mail", "postal address*", "phone*", "contact details",
    ),
    DataCategory.IDENTITY_DOCUMENTS: (
        "piece d'identite", "pieces d'identite", "carte d'identite", "passeport*", "titre de sejour",
        "permis de conduire", "identity card*", "passport*", "driving licence*", "identity document*",
    ),
    DataCategory.FAMILY: (
        "situation familiale", "situation de famille", "conjoint*", "enfants a charge", "livret de famille",
        "marital status", "spouse*", "dependants", "next of kin",
    ),
    DataCategory.PROFESSIONAL: (
        "matricule*", "curriculum vitae", "evaluation professionnelle", "entretien annuel", "contrat de travail",
        "fonction de l'agent", "job title*", "employment contract*", "appraisal*", "payroll number*",
    ),
    DataCategory.EDUCATION: (
        "diplome*", "bulletin scolaire", "bulletins scolaires", "scolarite", "notes des eleves", "diploma*",
        "school report*", "transcript*",
    ),
    DataCategory.PERSONAL_LIFE: ("habitudes de vie", "loisirs", "mode de vie", "regime alimentaire", "hobbies", "diet"),
    DataCategory.FINANCIAL: (
        "iban", "rib", "coordonnees bancaires", "compte bancaire", "revenu*", "salaire*", "quotient familial",
        "impot*", "dette*", "carte bancaire", "bank account*", "bank details", "income", "salary", "salaries",
        "credit card*", "debt*",
    ),
    DataCategory.CONNECTION: (
        "adresse ip", "adresses ip", "journaux de connexion", "journal de connexion", "identifiant de connexion",
        "cookie*", "logs", "ip address*", "login*", "user agent",
    ),
    DataCategory.LOCATION: (
        "geolocalisation", "localisation", "position gps", "gps", "itineraire*", "geolocation", "location data",
    ),
    DataCategory.PICTURES: (
        "photo*", "video*", "videosurveillance", "videoprotection", "enregistrement vocal", "voix", "trombinoscope*",
        "voice recording*", "cctv", "picture*",
    ),
    DataCategory.COMMUNICATIONS: (
        "messagerie", "contenu des messages", "correspondance*", "conversations", "private messages", "mailbox*",
    ),
    DataCategory.FREE_TEXT: (
        "champ libre", "texte libre", "commentaire libre", "zone de commentaire", "free text", "comment field*",
    ),
    DataCategory.NIR: (
        "nir", "numero de securite sociale", "n° de securite sociale", "carte vitale", "social security number*",
    ),
    DataCategory.OFFENCES: (
        "casier judiciaire", "condamnation*", "infraction*", "garde a vue", "criminal record*", "conviction*",
        "offence*",
    ),
    DataCategory.HEALTH: (
        "sante", "medical*", "medicaux", "handicap*", "maladie*", "arret de travail", "diagnostic*", "traitement medical",
        "ordonnance*", "vaccin*", "allergie*", "health", "disability", "disabilities", "illness*", "sick leave",
        "prescription*", "allergy", "allergies",
    ),
    DataCategory.GENETIC: ("genetique*", "adn", "genome*", "genetic*", "dna"),
    DataCategory.BIOMETRIC: (
        "biometri*", "empreinte digitale", "empreintes digitales", "reconnaissance faciale", "fingerprint*",
        "facial recognition",
    ),
    DataCategory.ORIGIN: ("origine ethnique", "origine raciale", "ethnic origin*", "racial origin*", "ethnicity"),
    DataCategory.POLITICAL: ("opinion politique", "opinions politiques", "parti politique", "political opinion*"),
    DataCategory.BELIEFS: ("religion*", "religieu*", "croyance*", "convictions religieuses", "religious", "belief*"),
    DataCategory.UNION: ("syndicat*", "appartenance syndicale", "syndical*", "trade union*", "union member*"),
    DataCategory.SEX_LIFE: ("orientation sexuelle", "vie sexuelle", "sexual orientation", "sex life"),
}  # fmt: skip
SUBJECTS = {
    DataSubject.EMPLOYEES: ("salarie*", "employe", "employes", "employee*", "staff", "ressources humaines"),
    DataSubject.APPLICANTS: ("candidat*", "candidature*", "recrutement*", "applicant*", "job application*"),
    DataSubject.CUSTOMERS: ("usager*", "administre", "administres", "citoyen*", "clients", "customer*", "citizen*"),
    DataSubject.OFFICIALS: ("elu", "elus", "agent", "agents", "fonctionnaire*", "civil servant*", "elected official*"),
    DataSubject.MEMBERS: ("adherent*", "members"),
    DataSubject.PUPILS: ("eleve*", "etudiant*", "pupil*", "student*"),
    DataSubject.PATIENTS: ("patient*", "resident", "residents", "beneficiaire de soins"),
    DataSubject.MINORS: ("mineur", "mineurs", "enfant*", "child", "children", "minors"),
    DataSubject.VULNERABLE: ("personnes agees", "tutelle", "curatelle", "sans-abri", "elderly", "guardianship"),
    DataSubject.VISITORS: ("visiteur*", "visitor*"),
    DataSubject.FAMILY: ("ayant droit", "ayants droit", "parents d'eleves", "beneficiaries"),
}  # fmt: skip
# What no category of data or of people tells: what is done with them.
CRITERIA = {
    Criterion.EVALUATION: (
        "profilage*", "scoring", "score", "scores", "notation des", "notation de l", "classement des", "prediction*",
        "predictif*", "predictive*", "profiling", "ranking*", "rating of",
    ),
    Criterion.AUTOMATED_DECISION: (
        "decision automatique", "decisions automatiques", "decision automatisee", "decisions automatisees",
        "refus automatique", "rejet automatique", "rejete automatiquement", "refuse automatiquement",
        "attribution automatique", "automated decision*", "automatic decision*", "automatic refusal*",
        "automatically refuse*", "automatically reject*",
    ),
    Criterion.MONITORING: (
        "surveillance", "videosurveillance", "videoprotection", "suivi des deplacements", "pointage*", "badgeage*",
        "badgeuse*", "tracage*", "monitoring of", "tracking", "cctv", "time clock*",
    ),
    Criterion.SENSITIVE_DATA: (
        "donnee sensible", "donnees sensibles", "secret medical", "secret professionnel", "sensitive data",
        "medical secrecy",
    ),
    Criterion.LARGE_SCALE: (
        "grande echelle", "tous les habitants", "l'ensemble des habitants", "toute la population",
        "l'ensemble de la population", "tous les usagers", "large scale", "all residents", "all citizens",
        "whole population",
    ),
    Criterion.MATCHING: (
        "croisement*", "croiser", "croise avec", "croisees avec", "interconnexion*", "rapprochement des fichiers",
        "rapprochement de fichiers", "recoupement*", "data matching", "cross-check*", "cross-reference*",
        "matched with", "matched against",
    ),
    Criterion.VULNERABLE_PEOPLE: ("vulnerable*",),
    Criterion.INNOVATIVE_USE: (
        "intelligence artificielle", "apprentissage automatique", "objet connecte", "objets connectes",
        "reconnaissance faciale", "agent conversationnel", "chatbot*", "blockchain*", "artificial intelligence",
        "machine learning", "facial recognition", "connected device*", "internet of things",
    ),
    Criterion.PREVENTS_A_RIGHT: (
        "liste noire", "listes noires", "refus de prestation", "refus d'inscription", "refus d'acces",
        "suspension des droits", "eligibilite", "exclusion du service", "blacklist*", "eligibility",
        "suspension of rights", "refusal of",
    ),
}  # fmt: skip
# Pairs, not one dict: the values of two vocabularies may be the same word.
WORDS = [*CATEGORIES.items(), *SUBJECTS.items(), *CRITERIA.items()]
