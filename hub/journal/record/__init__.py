"""One function for each event of the journal. No other code writes an entry.

Each runs in the transaction of the step that it records. The agency of an entry is the sender, the recipient, the
owner, or another agency that the function names.
"""
