"""The registry of codes: what each code of a failure or a remark means, and what to do about it."""
