"""The words of the volume data: names, titles and texts such as clients write. Data alone, all of it invented."""

KINDS = (
    ("Mairie", "Mairie de {place}", "M"),
    ("Communauté de communes", "Communauté de communes de {place}", "CC"),
    ("Centre hospitalier", "Centre hospitalier de {place}", "CH"),
    ("Clinique", "Clinique de {place}", "CL"),
    ("Syndicat", "Syndicat des eaux de {place}", "SE"),
    ("Office", "Office de l’habitat de {place}", "OH"),
    ("Université", "Université de {place}", "U"),
    ("Groupe", "Groupe {place}", "G"),
    ("Mutuelle", "Mutuelle {place}", "MU"),
    ("Centre de gestion", "Centre de gestion de {place}", "CDG"),
)
PLACES = (
    "Argenval", "Beauroche", "Belombre", "Brécourt", "Castelvert", "Chantepierre", "Clairfont", "Combelle",
    "Courvaux", "Croisemont", "Fontarbel", "Grandlieu-sur-Orge", "Hautecombe", "Jarville-le-Pont", "Lavalette",
    "Lignemare", "Malombray", "Marsonne", "Merlevent", "Monteclair", "Montferrand-le-Haut", "Noirvaux",
    "Orgemont", "Pierrelongue", "Plouvarec", "Pontrivy", "Quatremares", "Rochebrune", "Roquevaire-les-Pins",
    "Saint-Aubin-des-Landes", "Saint-Cyr-la-Forêt", "Saint-Évran", "Sauveterre", "Sombreval", "Tourmeil",
    "Trémazan", "Valdoré", "Vaubrun", "Vertefeuille", "Villarsac",
)  # fmt: skip
FIRST_NAMES = (
    "Adèle", "Alexandre", "Amélie", "Antoine", "Aurélie", "Bastien", "Béatrice", "Camille", "Cédric", "Chloé",
    "Christophe", "Delphine", "Édouard", "Élodie", "Fatima", "Florence", "Françoise", "Gaël", "Grégoire", "Inès",
    "Isabelle", "Jérôme", "Joséphine", "Laurent", "Leïla", "Manon", "Mathilde", "Mehdi", "Nicolas", "Noémie",
    "Olivier", "Pascale", "Quentin", "Rachid", "Romain", "Sabine", "Samira", "Sébastien", "Solène", "Stéphane",
    "Sylvie", "Théo", "Valérie", "Vincent", "Yasmine", "Zoé",
)  # fmt: skip
LAST_NAMES = (
    "Allard", "Aubry", "Barbier", "Baron", "Benoît", "Berger", "Besson", "Bonnet", "Boucher", "Bourgeois", "Briand",
    "Carlier", "Charpentier", "Chevalier", "Colin", "Cordier", "Da Silva", "Delmas", "Deschamps", "Dubreuil", "Dumas",
    "El Amrani", "Fabre", "Ferrand", "Fleury", "Gaillard", "Garnier", "Gauthier", "Guérin", "Hamel", "Humbert",
    "Jacquet", "Joly", "Kerguelen", "Lacroix", "Langlois", "Lebrun", "Leclercq", "Legrand", "Lemoine", "L’Hostis",
    "Maillard", "Marty", "Mercier", "Meunier", "Millet", "Monnier", "Moulin", "N’Diaye", "Olivier", "Pasquier",
    "Perrin", "Picard", "Poirier", "Prévost", "Rivière", "Roche", "Rolland", "Roussel", "Saunier", "Tessier",
    "Vidal", "Weber",
)  # fmt: skip
POSITIONS = (
    "Responsable de service", "Secrétaire générale", "Directeur des systèmes d’information", "Chargée de mission",
    "Responsable qualité", "Gestionnaire", "Directrice adjointe", "Assistant de direction", "Cheffe de projet",
    "Responsable des ressources humaines",
)  # fmt: skip

OBJECTS = (
    "le registre des traitements", "la liste des sous-traitants", "la fiche d’un traitement", "le tableau de bord",
    "les demandes d’exercice de droits", "les violations de données", "le plan d’actions", "le bilan annuel",
    "les durées de conservation", "les mentions d’information", "l’annuaire des référents", "les analyses d’impact",
    "le questionnaire des prestataires", "les contrats de sous-traitance", "le calendrier des audits",
    "les comptes des utilisateurs", "la recherche avancée", "les notifications par courriel",
)  # fmt: skip
TITLES = {
    "new": (
        "Exporter {object} dans un tableur", "Archiver {object} en fin d’année", "Partager {object} entre services",
        "Dater et signer {object}", "Imprimer {object} par établissement", "Recevoir une alerte sur {object}",
        "Importer {object} depuis un fichier", "Commenter {object} avant validation",
    ),
    "change": (
        "Trier et filtrer {object} par service", "Afficher davantage de colonnes dans {object}",
        "Simplifier la saisie dans {object}", "Renommer les rubriques dans {object}",
        "Restreindre l’accès à {object}", "Garder l’historique de {object}",
    ),
    "fix": (
        "Corriger l’affichage des accents dans {object}", "Corriger les dates erronées dans {object}",
        "Corriger les doublons dans {object}", "Corriger la lenteur constatée sur {object}",
    ),
}  # fmt: skip
NEEDS = (
    "Aujourd’hui, chaque service tient son propre fichier et personne ne sait lequel est à jour.",
    "Nous le faisons à la main deux fois par an, et il faut compter une semaine à chaque fois.",
    "La dernière relecture a montré des écarts que personne n’avait vus.",
    "Notre délégué à la protection des données nous l’a demandé lors de son dernier audit.",
    "Une quarantaine de personnes s’en servent, dont la moitié sur un poste partagé.",
    "Le conseil doit délibérer au prochain trimestre et nous voudrions être prêts.",
    "Les collègues qui arrivent ne comprennent pas l’écran actuel sans qu’on le leur montre.",
    "Le prestataire précédent le permettait ; depuis la reprise, nous avons perdu cette possibilité.",
)
WISHES = (
    "Nous souhaitons pouvoir choisir les colonnes et retrouver ce choix la fois suivante.",
    "Le résultat devrait porter la date et le nom de la personne qui l’a demandé.",
    "Il faudrait que les services ne voient que ce qui les concerne.",
    "Un message devrait prévenir les référents quelques jours avant l’échéance.",
    "L’essentiel serait que rien ne se perde lorsque deux personnes travaillent en même temps.",
    "Une première version simple nous conviendrait, quitte à la compléter l’an prochain.",
)
SOLUTIONS = (
    "Un bouton est ajouté en tête de page ; le traitement se fait en arrière-plan et le résultat reste vingt-quatre heures.",
    "La liste reçoit un filtre par service, retenu d’une visite à l’autre.",
    "L’écran est réorganisé en trois parties, dans l’ordre de la saisie.",
    "Une tâche de nuit vérifie les échéances et prévient les référents, une fois par semaine au plus.",
    "Le calcul est repris depuis la date de clôture ; les anciennes valeurs restent lisibles dans l’historique.",
    "Les droits suivent le rattachement de la personne ; le délégué garde la vue d’ensemble.",
)
CRITERIA = (
    "Le résultat ne contient que ce que la personne peut voir.",
    "Les accents et les retours à la ligne sont conservés.",
    "Le choix fait est retrouvé à la visite suivante.",
    "Une action refusée dit pourquoi et ne perd rien de la saisie.",
    "La page s’affiche en moins de deux secondes avec mille lignes.",
    "L’historique garde l’auteur et la date de chaque changement.",
    "Les anciennes données restent consultables.",
)
LINES = ("Analyse et maquette", "Développement", "Reprise des données", "Tests et recette", "Documentation")
PIECES = (
    "Requête et index", "Écran de saisie", "Traitement en arrière-plan", "Droits d’accès", "Export du fichier",
    "Messages aux référents", "Reprise des anciennes données", "Page d’aide",
)  # fmt: skip
CONDITIONS = (
    "Les accès sont journalisés et consultables par le délégué du client.",
    "Les coordonnées directes des agents n’apparaissent pas.",
    "La durée de conservation des fichiers produits est limitée à trente jours.",
)
CONCLUSIONS = {
    "no_personal_data": "La demande ne porte sur aucune donnée à caractère personnel.",
    "no_impact": "Aucune donnée nouvelle, aucun destinataire nouveau : l’analyse existante reste valable.",
    "favourable": "Le traitement reste dans sa finalité et les mesures prévues suffisent.",
    "conditional": "Le traitement est fondé ; les précautions ci-dessous sont nécessaires avant la livraison.",
    "unfavourable": "Les données lues excèdent ce que la finalité demande : nous recommandons de les réduire.",
    "infringing": "L’instruction conduirait à un traitement sans base légale : elle ne peut être suivie en l’état.",
}
QUESTIONS = (
    "Pour combien de personnes, et à quelle fréquence ?",
    "Une capture de l’écran actuel nous aiderait à chiffrer.",
    "Quels services sont concernés la première année ?",
)
CHANGES = (
    "Le devis dépasse notre budget : la reprise des données peut attendre.",
    "Il manque le cas des services extérieurs.",
    "La date prévue tombe pendant notre clôture annuelle.",
)
FAILURES = (
    "Le choix n’est pas retenu après une déconnexion.",
    "Les lignes sans date disparaissent du résultat.",
    "Le total ne correspond pas à la somme des lignes.",
)
REFUSALS = (
    "Un critère n’est pas rempli sur nos données réelles.",
    "Le résultat diffère de la version de qualification.",
)
ENDINGS = (
    "Le besoin a disparu avec la réorganisation du service.",
    "Le sujet sera repris dans un projet plus large.",
    "Une solution plus simple a été trouvée en interne.",
)
SAID = (
    "Bonjour, nous avons bien reçu votre demande et revenons vers vous cette semaine.",
    "Merci, nous pouvons attendre deux semaines de plus.",
    "Le référent du service reste joignable pour toute question.",
    "La qualification est ouverte, vous pouvez déjà y jeter un œil.",
)
NOTES = (
    "Voir si la brique livrée l’an dernier suffit.",
    "Client à rappeler avant d’envoyer le devis.",
)
