"""Record linkage: which records of two agencies are one person. docs/linkage.md says how and how well."""

from hub.identity.linkage.link import link
from hub.identity.linkage.records import Link, LinkageFailure, LinkCertainty, LinkEvidence, PersonRecord

__all__ = ["Link", "LinkCertainty", "LinkEvidence", "LinkageFailure", "PersonRecord", "link"]
