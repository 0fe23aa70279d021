"""The incident_report kind."""
