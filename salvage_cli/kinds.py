"""What the kinds of records and terms are called: the key in files, in JSON and in SQL, and the word in a message."""

SINGULAR = {
    "therapies": "therapy",
    "conditions": "condition",
    "references": "reference",
    "agents": "agent",
    "modalities": "modality",
    "failure_types": "failure type",
    "age_groups": "age group",
    "specialties": "specialty",
    "designs": "design",
    "pools": "kind of pooling",
    "levels": "level",
    "verdicts": "verdict",
    "standings": "standing",
    "effects": "kind of effect",
    "measures": "measure",
    "biomarkers": "biomarker",
}
