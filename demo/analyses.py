"""What the demo's DPO answers on the files that change a processing; data alone, in the shape of `privacy.analysis`."""

from privacy.verdicts import Verdict

EXPORT = {
    "scope": {
        "changes": ["export", "new_recipient"],
        "entry": "Tenue du registre des traitements",
        "purposes": [
            {
                "purpose": "Relire les traitements de chaque service une fois par an",
                "legal_basis": "legal_obligation",
                "reference": "RGPD, art. 30",
            }
        ],
        "compatibility": "same",
        "necessity": "Le service relit ce qu’il a déclaré ; ni adresses ni téléphones ne sont utiles à cette relecture.",
    },
    "data": {
        "categories": [
            {
                "category": "professional",
                "examples": "Nom et fonction du responsable de service",
                "collected": "mandatory",
                "source": "Le service",
                "justification": "Savoir à qui poser une question",
                "active": "Tant que le traitement existe",
                "from_event": "La mise en service",
                "fate": "destruction",
                "by_software": True,
            },
            {"category": "connection", "examples": "Auteur et date de l’export", "active": "12 mois", "fate": "destruction"},
        ],
        "subjects": ["officials"],
        "subject_count": "to_1000",
        "collection": ["client"],
    },
    "lawfulness": {"information": "covered", "rights": ["access", "rectification"]},
    "recipients": {
        "recipients": [{"recipient": "Les services du client", "reason": "Relire leurs traitements"}],
        "vendor_access": "on_request",
        "test_data": "fictitious",
    },
    "measures": {
        "measures": [
            {"measure": "encryption_in_transit", "state": "existing"},
            {"measure": "tenant_isolation", "state": "existing"},
            {"measure": "access_control", "state": "existing"},
        ]
    },
    "risk": {
        "events": [
            {
                "event": "access",
                "severity_before": "limited",
                "likelihood_before": "significant",
                "severity_after": "limited",
                "likelihood_after": "negligible",
            }
        ]
    },
}  # fmt: skip


def changed(entry):
    """The least that is answered where the processing `entry` changes."""
    return {
        "scope": {
            "changes": ["access"],
            "entry": entry,
            "purposes": [{"purpose": entry, "legal_basis": "legal_obligation"}],
        },
        "data": {
            "categories": [{"category": "contact", "examples": "Nom et adresse professionnelle"}],
            "subjects": ["contacts"],
            "subject_count": "to_1000",
        },
    }


def unchanged(entry):
    """What is answered where nothing changes in the processing `entry`."""
    return {"scope": {"changes": ["none"], "entry": entry}}


def of(script):
    """The analysis of a `demo.scripts.Script`: its own, or what its verdict supposes."""
    if script.analysis:
        return script.analysis
    return changed(script.title) if Verdict(script.verdict).calls_for_check else unchanged(script.title)
