"""One folder for each kind: model, generated JSON Schema, samples, README. No kind imports another."""
