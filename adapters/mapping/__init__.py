"""The mapping language: a profile says in one TOML file how an agency's own export is laid out and what each field means."""
