"""Logs. Only ids, codes and counts are ever logged."""
