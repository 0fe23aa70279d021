"""The index_enquiry kind."""
