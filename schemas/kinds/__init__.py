"""One folder a kind: model, generated JSON Schema, samples, README. No kind knows another."""
