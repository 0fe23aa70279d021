"""Libra: the magistrates' courts' lists, by SOAP with WS-Security."""
