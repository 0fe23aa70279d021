"""One function for each event of the journal, and nothing else that writes an entry.

Each runs in the transaction of the step that it records. The agency of an entry is the sender, recipient, owner or
whoever else the function names.
"""
