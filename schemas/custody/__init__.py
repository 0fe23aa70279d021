"""When is a sentence custodial? The decision for every result code, as a table a sentencing lawyer can correct."""
