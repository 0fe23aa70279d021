"""The pre_sentence_report kind."""
