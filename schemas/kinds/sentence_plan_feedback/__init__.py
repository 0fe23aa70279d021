"""The sentence_plan_feedback kind."""
