"""The category of data in a field. A sharing protocol grants or withholds whole categories."""

from enum import StrEnum


class Category(StrEnum):
    """Every leaf field of every kind has exactly one category."""

    IDENTITY = "identity"  # who: names, date of birth, identifiers of a person
    CONTACT = "contact"  # address, telephone, e-mail
    DIVERSITY = "diversity"  # ethnicity, nationality, sex
    CASE = "case"  # references, courts, hearings, dates of procedure
    OFFENCE = "offence"  # codes, titles, pleas, findings
    NARRATIVE = "narrative"  # free text that may name victims or witnesses
    SENTENCE = "sentence"  # results, durations, conditions
    HEALTH = "health"
    VICTIM = "victim"
    RISK = "risk"
    ASSESSMENT = "assessment"  # professional judgement: analysis, proposal
    STAFF = "staff"  # the officer who wrote or sent it
    DOCUMENT = "document"
