"""What the demo's requests say. Data alone: `demo.loader` plays them through the services."""

from dataclasses import dataclass, field

from demo import analyses
from privacy.verdicts import Verdict
from requests_app.models import Nature
from workflow.steps import Step


@dataclass(frozen=True)
class Script:
    """One request, and how far it went.

    `age` and `rest`: days ago of its opening and of its last act. `deadline`: days from today. `twists`: what
    did not go straight (`returned`, `dpo_return`, `change_asked`, `cheaper`, `failed_check`, `refused`, `reopened`, `by_support`,
    `invited`, `talk`), and what its client did in its register afterwards (`adopted`, `archived`). `until` is the step where it stands; `started`: how many of its subtasks are begun, `ended` over.
    """

    organisation: str
    author: str
    requester: str
    title: str
    nature: str
    description: str
    until: str
    age: int
    rest: int
    deadline: int
    ticket: str = ""
    solution: str = ""
    criteria: tuple = ()
    quote: tuple = ()
    verdict: str = Verdict.NO_IMPACT
    conclusions: str = (
        "Aucune donnée nouvelle, aucun destinataire nouveau : l’analyse existante reste valable."
    )
    conditions: tuple = ()
    subtasks: tuple = ()
    started: int = 0
    ended: int = 0
    twists: frozenset = field(default_factory=frozenset)
    documents: tuple = ()
    reason: str = ""
    analysis: dict | None = None
    # Its answers to the questions of `privacy.intake`.
    intake: dict = field(default_factory=dict)


NEW, CHANGE, FIX = Nature.NEW, Nature.CHANGE, Nature.FIX
DAY = "650.00"


def twists(*names):
    """The twists of a script."""
    return frozenset(names)


SCRIPTS = [
    Script(
        "VALM", "Morel", "Morel",
        "Exporter le registre des traitements dans un tableur, par service", NEW,
        "Chaque service relit ses traitements une fois par an. Aujourd’hui, nous imprimons le registre entier et "
        "chacun cherche ses fiches.\n\nNous souhaitons un export :\n\n- par service, avec les colonnes que l’on choisit ;\n"
        "- relisible dans un tableur ;\n- daté, pour savoir quelle version a été relue.",
        Step.DECISION, 24, 2, 131, "884213",
        "Un bouton **Exporter** sur la liste des traitements ouvre un choix de services et de colonnes. Le fichier est "
        "préparé en arrière-plan et proposé au téléchargement pendant 24 heures.",
        ("L’export d’un service ne contient que ses traitements.", "Les accents et les retours à la ligne sont relus sans perte.",
         "Chaque export porte la date et le nom de son auteur."),
        (("Analyse et maquette", "1.0", DAY), ("Développement de l’export", "3.5", DAY), ("Tests et recette", "1.0", DAY)),
        Verdict.CONDITIONAL,
        "L’export rassemble des coordonnées de responsables de service. Le traitement est couvert par l’obligation de tenir "
        "un registre (art. 30). Deux précautions sont nécessaires avant la livraison.",
        ("L’export n’inclut pas les coordonnées directes des agents.", "Les accès à l’export sont journalisés et consultables par le DPO du client."),
        analysis=analyses.EXPORT,
        twists=twists("returned", "talk", "invited"), documents=("docx", "png"),
    ),
    Script(
        "TILL", "Renaud", "Caron",
        "Corriger le calcul des durées de conservation des dossiers archivés", FIX,
        "Les dossiers archivés avant 2019 affichent une échéance de destruction fausse d’un an : la date d’entrée aux "
        "archives est prise pour la date de clôture. Deux lots ont failli partir en destruction en octobre.",
        Step.SPECIFICATION, 7, 3, 24, "884390", documents=("xls", "doc", "jpg", "csv"),
    ),
    Script(
        "TILL", "Renaud", "Renaud",
        "Ajouter la signature des formulaires de consentement", NEW,
        "Les patients signent le consentement sur papier, puis le papier est numérisé. Nous voulons la signature sur "
        "tablette, à l’accueil, avec une copie remise au patient.",
        Step.RULING, 20, 2, 50, "883977",
        "Une page de signature adaptée à la tablette ; la signature est un tracé joint au formulaire, horodaté, scellé "
        "avec son empreinte. Une copie PDF est proposée au patient.",
        ("Un formulaire signé ne peut plus être modifié.", "Le patient reçoit sa copie sans que son adresse soit conservée."),
        (("Page de signature", "4.0", DAY), ("Scellement et copie", "3.0", DAY), ("Tests", "2.0", DAY)),
        documents=("pdf",), twists=twists("talk"),
        intake={"about_people": "yes", "people": "Les patients, parfois mineurs, et leurs ayants droit", "novelty": "data",
                "sensitive": "yes", "outside_eu": "no"},
    ),
    Script(
        "ARVR", "Le Goff", "Le Goff",
        "Filtrer la liste des tiers par établissement", CHANGE,
        "La liste des sous-traitants mélange les neuf établissements du groupe. Chacun ne devrait voir d’abord que les siens.",
        Step.DEVELOPMENT, 62, 1, 9, "880121",
        "Un filtre *Établissement* en tête de liste, retenu d’une visite à l’autre ; le siège garde la vue d’ensemble.",
        ("Le filtre est retenu à la visite suivante.", "Le siège voit tous les tiers sans filtre."),
        (("Filtre et mémorisation", "2.0", DAY), ("Tests", "0.5", DAY)),
        Verdict.FAVOURABLE, "Le filtre restreint ce que chacun voit : il va dans le sens de la minimisation.",
        subtasks=("Filtre en base et index", "Mémorisation du choix", "Vue du siège"), started=3, ended=2,
        twists=twists("failed_check"),
    ),
    Script(
        "VALM", "Faure", "Faure",
        "Afficher l’historique des accès à une fiche", NEW,
        "En cas de doute sur une consultation, il faut aujourd’hui demander un extrait des journaux au support. Le délégué "
        "souhaite voir lui-même qui a ouvert une fiche, et quand.",
        Step.ACCEPTANCE, 95, 4, -1, "876540",
        "Un onglet *Accès* sur la fiche, réservé au délégué : date, personne, action, sur douze mois glissants.",
        ("L’onglet n’apparaît que pour le délégué.", "Les accès de plus de douze mois n’y figurent plus."),
        (("Journal et onglet", "5.0", DAY), ("Purge à douze mois", "1.0", DAY), ("Tests", "1.5", DAY)),
        Verdict.FAVOURABLE, "La traçabilité des accès est une mesure de sécurité (art. 32). La durée de douze mois est conforme à la recommandation de la CNIL.",
        subtasks=("Journal des accès", "Onglet de la fiche", "Purge à douze mois"), started=3, ended=3,
    ),
    Script(
        "VALM", "Morel", "Keller",
        "Numéroter automatiquement les actes de l’état civil transmis", NEW,
        "Les actes transmis par les communes voisines arrivent sans numéro interne ; nous les numérotons à la main.",
        Step.REQUEST, 1, 1, 75,
    ),
    Script(
        "ARVR", "Clarke", "Clarke",
        "Tenir le registre en anglais pour les filiales étrangères", CHANGE,
        "Les filiales de Porto et de Cork remplissent leurs fiches en anglais. Les intitulés, eux, restent en français.",
        Step.REQUEST, 12, 2, 120, "883012", twists=twists("returned"),
    ),
    Script(
        "TILL", "Renaud", "Renaud",
        "Relier les fiches d’incident aux traitements concernés", NEW,
        "Quand un incident survient, il faut retrouver à la main quels traitements sont touchés avant de prévenir la CNIL "
        "dans les 72 heures.",
        Step.SPECIFICATION, 3, 2, 60, "884455", documents=("png", "odt", "ods", "odp", "ppt"),
    ),
    Script(
        "ARVR", "Le Goff", "Le Goff",
        "Importer les sous-traitants depuis l’outil d’achats", NEW,
        "L’outil d’achats connaît nos 1 400 fournisseurs. Nous ressaisissons ceux qui traitent des données.",
        Step.SPECIFICATION, 16, 2, 90, "882377", twists=twists("dpo_return"),
        solution="Un import par fichier, avec un écran de rapprochement : nouveau, connu, à ignorer.",
        criteria=("Un fournisseur déjà connu n’est pas créé deux fois.",),
        quote=(("Import et rapprochement", "6.0", DAY), ("Tests", "1.5", DAY)), documents=("csv",),
    ),
    Script(
        "VALM", "Morel", "Morel",
        "Rappeler les fiches non relues depuis un an", NEW,
        "Personne ne pense à relire sa fiche. Un rappel par courriel au responsable, puis à son chef de service, suffirait.",
        Step.RULING, 11, 1, 80, "883600",
        "Une relance mensuelle aux responsables dont la fiche n’a pas été relue depuis un an, avec copie au chef de service "
        "après deux mois.",
        ("Une fiche relue n’est plus relancée.",), (("Relances", "2.5", DAY), ("Tests", "0.5", DAY)),
    ),
    Script(
        "TILL", "Renaud", "Caron",
        "Masquer le nom des patients dans les exports statistiques", CHANGE,
        "Les exports destinés au comité d’éthique contiennent encore les initiales et l’année de naissance : sur de petits "
        "effectifs, on reconnaît les personnes.",
        Step.DECISION, 30, 5, 12, "881845",
        "Remplacement des initiales par un identifiant aléatoire, tranches d’âge de dix ans, suppression des groupes de moins "
        "de cinq personnes.",
        ("Aucun groupe de moins de cinq personnes n’est exporté.", "Deux exports du même mois ne portent pas les mêmes identifiants."),
        (("Pseudonymisation", "3.0", DAY), ("Seuils", "1.0", DAY), ("Tests", "1.5", DAY)),
        Verdict.FAVOURABLE, "La mesure réduit le risque de réidentification. Elle ne vaut pas anonymisation et ne doit pas être présentée comme telle.",
    ),
    Script(
        "ARVR", "Clarke", "Le Goff",
        "Croiser les badges et les plannings pour signaler les retards", NEW,
        "La direction souhaite recevoir chaque semaine la liste des retards, à partir des badges d’accès.",
        Step.DECISION, 28, 3, 40, "882004",
        "Un rapprochement hebdomadaire des passages et des plannings, envoyé aux responsables d’équipe.",
        ("La liste part le lundi matin.",), (("Rapprochement", "5.0", DAY), ("Envoi", "1.0", DAY)),
        Verdict.UNFAVOURABLE,
        "Les badges ont été installés pour la sécurité des locaux : les utiliser pour contrôler les horaires est un détournement "
        "de finalité (art. 5(1)(b)), et les représentants du personnel n’ont pas été consultés.",
        ("Les personnes sont informées avant la mise en service.", "La durée de conservation des passages reste de trois mois."),
    ),
    Script(
        "ARVR", "Le Goff", "Le Goff",
        "Conserver les candidatures refusées sans limite de durée", CHANGE,
        "Le service de recrutement veut pouvoir rappeler un candidat même des années après.",
        Step.DECISION, 21, 6, 60, "882650",
        "Suppression de la purge à deux ans pour les candidatures refusées.",
        ("Une candidature de 2018 reste consultable.",), (("Paramètre de purge", "0.5", DAY),),
        Verdict.INFRINGING,
        "Une conservation sans limite est contraire à l’article 5(1)(e). L’instruction ne peut pas être suivie en l’état. Une "
        "conservation de deux ans avec l’accord du candidat est possible.",
    ),
    Script(
        "VALM", "Faure", "Faure",
        "Publier un registre public, sans les mesures de sécurité", NEW,
        "La commune souhaite mettre son registre en ligne. Les mesures de sécurité et les noms des agents doivent en être ôtés.",
        Step.DEVELOPMENT, 70, 2, 30, "878800",
        "Une version publique de chaque fiche, aux champs choisis, exportée en page et en PDF.",
        ("Aucun nom d’agent n’apparaît.", "Les mesures de sécurité n’apparaissent pas."),
        (("Sélection des champs", "3.0", DAY), ("Mise en page", "2.0", DAY), ("Tests", "1.5", DAY)),
        Verdict.CONDITIONAL, "La publication est possible si rien de nominatif ni de sensible ne s’y trouve.",
        ("Une relecture par le délégué précède chaque publication.",),
        subtasks=("Choix des champs publics", "Page publique", "Export PDF", "Relecture avant publication"), started=2, ended=1,
        twists=twists("talk"),
    ),
    Script(
        "TILL", "Renaud", "Renaud",
        "Chiffrer les pièces jointes des dossiers", CHANGE,
        "L’hébergeur chiffre ses disques, mais pas nos fichiers. Notre assureur demande un chiffrement par dossier.",
        Step.DEVELOPMENT, 55, 3, 45, "879333",
        "Chiffrement à l’écriture, une clé par dossier, clés gardées à part et renouvelables.",
        ("Un fichier copié hors de l’application est illisible.", "Le renouvellement des clés n’interrompt pas le service."),
        (("Chiffrement", "6.0", DAY), ("Reprise de l’existant", "3.0", DAY), ("Tests", "2.0", DAY)),
        Verdict.FAVOURABLE, "Mesure de sécurité au sens de l’article 32 ; elle est recommandée.",
        subtasks=("Chiffrement à l’écriture", "Gestion des clés", "Reprise des fichiers existants"), started=1, ended=0,
    ),
    Script(
        "VALM", "Morel", "Morel",
        "Importer les délibérations du conseil dans les fiches", NEW,
        "Chaque fiche cite une délibération, que l’on va chercher à la main dans un autre outil.",
        Step.DEVELOPMENT, 40, 1, 55, "881002",
        "Un champ *Délibération* qui retrouve l’acte par son numéro et en garde une copie.",
        ("Le numéro inconnu est signalé.",), (("Recherche et copie", "3.0", DAY), ("Tests", "1.0", DAY)),
        Verdict.NO_PERSONAL_DATA, "Les délibérations sont des documents publics : pas de donnée personnelle traitée par cette fonction.",
    ),
    Script(
        "ARVR", "Clarke", "Clarke",
        "Suivre l’avancement des analyses d’impact dans un tableau", NEW,
        "Neuf établissements, quatorze analyses en cours : nous ne savons jamais laquelle attend qui.",
        Step.DEVELOPMENT, 80, 1, 15, "877410",
        "Un tableau : analyse, établissement, étape, responsable, échéance, avec une alerte quinze jours avant.",
        ("L’alerte part quinze jours avant l’échéance.", "Le tableau se trie par échéance."),
        (("Tableau", "3.0", DAY), ("Alertes", "1.5", DAY), ("Tests", "1.0", DAY)),
        subtasks=("Tableau des analyses", "Alertes d’échéance"), started=2, ended=2,
    ),
    Script(
        "TILL", "Renaud", "Caron",
        "Imprimer le récapitulatif des consentements d’un patient", NEW,
        "À l’admission, le soignant doit pouvoir remettre au patient la liste de ce à quoi il a consenti.",
        Step.ACCEPTANCE, 75, 2, 6, "878090",
        "Un récapitulatif en PDF, une page par patient, daté et signé par l’établissement.",
        ("Le récapitulatif tient sur une page.", "Un consentement retiré y figure comme tel."),
        (("Récapitulatif", "2.0", DAY), ("Tests", "0.5", DAY)),
        Verdict.FAVOURABLE, "Le récapitulatif aide l’exercice des droits ; il ne quitte pas l’établissement.",
        subtasks=("Mise en page du récapitulatif", "Consentements retirés"), started=2, ended=2,
        twists=twists("refused"),
    ),
    Script(
        "VALM", "Morel", "Morel",
        "Ajouter le champ « base légale » aux modèles de fiche", CHANGE,
        "Les modèles livrés n’ont pas le champ ; chacun l’ajoute à sa façon.",
        Step.CLOSED, 140, 60, -70, "868200",
        "Le champ est ajouté aux modèles, avec les six bases de l’article 6 et une aide.",
        ("Les six bases sont proposées.",), (("Modèles", "1.0", DAY),),
        Verdict.NO_PERSONAL_DATA, "La fonction porte sur des modèles vides.",
        subtasks=("Champ et aide",), started=1, ended=1,
    ),
    Script(
        "TILL", "Renaud", "Renaud",
        "Purger les comptes inactifs depuis deux ans", NEW,
        "Quatre cents comptes d’anciens internes restent ouverts.",
        Step.CLOSED, 160, 48, -60, "866431",
        "Une purge mensuelle, précédée d’un avertissement par courriel à un mois.",
        ("Un compte averti et réutilisé n’est pas purgé.", "La purge laisse une trace sans nom."),
        (("Purge et avertissement", "2.5", DAY), ("Tests", "1.0", DAY)),
        Verdict.FAVOURABLE, "La purge met en œuvre la limitation de conservation (art. 5(1)(e)).",
        subtasks=("Avertissement", "Purge et trace"), started=2, ended=2, twists=twists("failed_check", "cheaper", "adopted"),
    ),
    Script(
        "TILL", "Renaud", "Caron",
        "Avertir deux fois avant de purger un compte", CHANGE,
        "Un seul courriel se perd. Deux remplaçants ont perdu leur compte au retour d’un long congé.",
        Step.CLOSED, 100, 30, -40, "870012",
        "Un second avertissement, une semaine avant la purge, et un lien pour garder le compte.",
        ("Un compte gardé par le lien n’est pas purgé.",), (("Second avertissement", "1.5", DAY), ("Tests", "0.5", DAY)),
        Verdict.FAVOURABLE, "Les personnes sont mieux informées avant l’effacement ; rien d’autre ne change.",
        subtasks=("Second avertissement", "Lien pour garder le compte"), started=2, ended=2,
        twists=twists("adopted"), analysis=analyses.changed("Purger les comptes inactifs depuis deux ans"),
    ),
    Script(
        "ARVR", "Clarke", "Clarke",
        "Tenir la liste des visiteurs du siège", NEW,
        "L’accueil note les visiteurs sur un cahier, que chacun peut lire.",
        Step.CLOSED, 150, 35, -80, "867020",
        "Une liste saisie à l’accueil, masquée aux autres visiteurs, effacée au bout de trente jours.",
        ("Un visiteur ne voit pas les autres noms.",), (("Liste et effacement", "2.0", DAY), ("Tests", "0.5", DAY)),
        Verdict.FAVOURABLE, "La liste remplace un cahier ouvert à tous ; trente jours suffisent à la sécurité des locaux.",
        subtasks=("Saisie à l’accueil", "Effacement à trente jours"), started=2, ended=2,
        twists=twists("adopted", "archived"),
    ),
    Script(
        "ARVR", "Le Goff", "Le Goff",
        "Traduire les libellés de l’export des sous-traitants", FIX,
        "Deux colonnes de l’export restent en anglais.",
        Step.CLOSED, 90, 55, -50, "872119",
        "Libellés repris du dictionnaire de l’application.",
        ("Toutes les colonnes sont en français.",), (),
        Verdict.NO_PERSONAL_DATA, "Correction de libellés.",
        subtasks=("Libellés",), started=1, ended=1,
    ),
    Script(
        "VALM", "Faure", "Faure",
        "Archiver les fiches supprimées au lieu de les effacer", CHANGE,
        "Une fiche effacée par erreur ne se retrouve que par une sauvegarde.",
        Step.CLOSED, 120, 40, -45, "870555",
        "Une fiche supprimée passe aux archives, où le délégué la retrouve ou l’efface pour de bon.",
        ("Une fiche archivée est restaurée avec son historique.",), (("Archives", "3.0", DAY), ("Tests", "1.0", DAY)),
        Verdict.FAVOURABLE, "À condition que l’effacement définitif reste possible, ce qui est prévu.",
        subtasks=("Mise aux archives", "Restauration"), started=2, ended=2,
    ),
    Script(
        "ARVR", "Clarke", "Clarke",
        "Envoyer les demandes de droits vers l’outil de tickets du groupe", NEW,
        "Les demandes arrivent par courriel et sont recopiées.",
        Step.CANCELLED, 50, 20, 10, "879901",
        "Un connecteur sortant, par événement, avec accusé.",
        ("Une demande crée un ticket.",), (("Connecteur", "8.0", DAY), ("Tests", "2.0", DAY)),
        Verdict.FAVOURABLE, "Le transfert reste au sein du groupe.",
        reason="Le groupe change d’outil de tickets au printemps : la demande n’a plus d’objet d’ici là.",
    ),
    Script(
        "TILL", "Renaud", "Renaud",
        "Fusionner les doublons de fiches entre les deux sites", NEW,
        "Le rachat du second site a doublé une centaine de fiches.",
        Step.CANCELLED, 34, 25, 60, "881770",
        reason="Nos équipes ont fusionné les fiches à la main pendant l’été.",
    ),
    Script(
        "VALM", "Morel", "Keller",
        "Gérer les plannings de la police municipale", NEW,
        "Les plannings sont tenus dans un tableur partagé.",
        Step.DECLINED, 44, 39, 100, "880640",
        reason="La gestion des plannings est hors du périmètre du logiciel. Le tableur de la commune convient mieux ; nous pouvons y relier une fiche.",
    ),
    Script(
        "ARVR", "Le Goff", "Le Goff",
        "Joindre le contrat à la fiche d’un sous-traitant", CHANGE,
        "Les contrats sont dans un dossier partagé, rangés par fournisseur. Lors d’un contrôle, il faut plusieurs heures pour "
        "réunir ceux d’un traitement.",
        Step.SPECIFICATION, 14, 1, 55, "882611",
        "Un emplacement *Contrat* sur la fiche du sous-traitant, avec ses dates ; une alerte trois mois avant son terme.",
        ("Le contrat s’ouvre depuis la fiche.", "Une alerte part trois mois avant le terme."),
        (("Emplacement et alerte", "2.5", DAY), ("Tests", "1.0", DAY)),
        Verdict.NO_PERSONAL_DATA, "Les contrats lient des personnes morales ; aucune donnée à caractère personnel n’est ajoutée.",
        twists=twists("change_asked"),
    ),
    Script(
        "VALM", "Morel", "Keller",
        "Afficher le service responsable sur la fiche imprimée", CHANGE,
        "Demandé par téléphone : sur la fiche imprimée, on ne voit pas quel service répond du traitement.",
        Step.REQUEST, 1, 0, 85, "884502", twists=twists("by_support"),
    ),
    Script(
        "ARVR", "Le Goff", "Le Goff",
        "Recevoir un accusé à chaque fiche validée", NEW,
        "Le siège veut savoir quand un établissement a fini sa relecture.",
        Step.SPECIFICATION, 9, 7, 70, "883250", twists=twists("by_support"),
    ),
    Script(
        "VALM", "Faure", "Faure",
        "Distinguer responsable conjoint et sous-traitant dans les fiches", CHANGE,
        "Depuis la mutualisation avec l’agglomération, plusieurs traitements ont deux responsables (art. 26).",
        Step.RULING, 17, 4, 65, "882900",
        "Un type de partie *responsable conjoint*, avec l’accord qui répartit les obligations.",
        ("Une fiche accepte plusieurs responsables conjoints.", "L’accord est exigé avant la mise en service."),
        (("Parties et accord", "3.5", DAY), ("Tests", "1.0", DAY)),
    ),
    Script(
        "TILL", "Renaud", "Renaud",
        "Alerter quand un sous-traitant change de pays d’hébergement", NEW,
        "Deux sous-traitants ont déménagé leurs serveurs sans que nous mettions la fiche à jour.",
        Step.DEVELOPMENT, 48, 2, 20, "880777",
        "Une question annuelle au sous-traitant, par lien, et une alerte si la réponse diffère de la fiche.",
        ("Une réponse différente crée une alerte.", "Le lien expire au bout de trente jours."),
        (("Questionnaire", "3.0", DAY), ("Alerte", "1.0", DAY), ("Tests", "1.0", DAY)),
        Verdict.FAVOURABLE, "La vérification annuelle répond à l’article 28(3)(h).",
        subtasks=("Questionnaire par lien", "Comparaison et alerte", "Expiration du lien"), started=2, ended=1,
        twists=twists("reopened", "failed_check"),
    ),
    Script(
        "ARVR", "Clarke", "Clarke",
        "Signer les fiches validées avec le certificat du groupe", NEW,
        "Les auditeurs demandent une preuve que la fiche n’a pas bougé depuis sa validation.",
        Step.RULING, 13, 1, 95, "883399",
        "Empreinte SHA-256 de la fiche validée, signée par le certificat du groupe, vérifiable par un tiers.",
        ("Une fiche modifiée n’est plus vérifiée.",), (("Signature", "4.0", DAY), ("Vérification", "2.0", DAY)),
    ),
    Script(
        "VALM", "Morel", "Morel",
        "Corriger l’ordre alphabétique des services accentués", FIX,
        "« Économie » est classé après « Voirie ».",
        Step.DEVELOPMENT, 26, 1, 5, "882481",
        "Tri selon les règles du français.",
        ("« Économie » est classé entre « Eau » et « Éducation ».",), (),
        Verdict.NO_PERSONAL_DATA, "Un ordre d’affichage.",
        subtasks=("Tri selon la langue",), started=1, ended=1,
    ),
    Script(
        "TILL", "Vasseur", "Renaud",
        "Exporter les preuves d’audit d’une campagne", NEW,
        "Chaque audit demande de rassembler à la main fiches, décisions et journaux.",
        Step.REQUEST, 2, 0, 110, "884501", documents=("pdf", "xlsx", "pptx", "txt"),
    ),
    Script(
        "VALM", "Morel", "Morel",
        "Prévenir les usagers lorsque leur demande de droit avance", NEW,
        "L’usager appelle pour savoir où en est sa demande. Un courriel à chaque étape éviterait ces appels.",
        Step.ACCEPTANCE, 66, 1, 25, "879120",
        "Un courriel à l’usager à chaque étape, sans contenu, avec un lien vers une page de suivi.",
        ("Le courriel ne contient aucune donnée de la demande.", "Le lien ne fonctionne que pour son destinataire."),
        (("Courriels", "2.0", DAY), ("Page de suivi", "3.0", DAY), ("Tests", "1.5", DAY)),
        Verdict.CONDITIONAL, "Le suivi sert l’usager ; le lien doit être difficile à deviner et expirer.",
        ("Le lien de suivi expire six mois après la clôture.",),
        subtasks=("Courriels d’étape", "Page de suivi", "Expiration du lien"), started=3, ended=3, twists=twists("talk"),
    ),
]  # fmt: skip
