"""Record linkage: which records of two agencies are one person. docs/linkage.md explains how, and how well it works."""

from hub.identity.linkage.link import link
from hub.identity.linkage.records import Link, LinkageFailure, LinkCertainty, LinkEvidence, PersonRecord, Population

__all__ = ["Link", "LinkCertainty", "LinkEvidence", "LinkageFailure", "PersonRecord", "Population", "link"]
