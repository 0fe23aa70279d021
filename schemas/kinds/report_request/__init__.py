"""The report_request kind."""
