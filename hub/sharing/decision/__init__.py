"""May this message go to that agency, and which of its fields?"""
