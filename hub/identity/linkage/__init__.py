"""Record linkage: which records of two agencies are one person. docs/linkage.md says how and how well."""

from hub.identity.linkage.link import link
from hub.identity.linkage.records import Evidence, Link, LinkageFailure, LinkCertainty, PersonRecord

__all__ = ["Evidence", "Link", "LinkCertainty", "LinkageFailure", "PersonRecord", "link"]
