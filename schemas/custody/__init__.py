"""Which sentences are custodial: the decision for each result code, in tables that a sentencing lawyer can correct."""
