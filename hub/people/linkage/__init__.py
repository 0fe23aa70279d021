"""Record linkage: which records of two agencies are one person. docs/linkage.md says how and how well."""

from hub.people.linkage.link import link
from hub.people.linkage.records import Evidence, Link, LinkageFailure, LinkCertainty, PersonRecord

__all__ = ["Evidence", "Link", "LinkCertainty", "LinkageFailure", "PersonRecord", "link"]
