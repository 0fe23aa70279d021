"""The mapping language: a profile says in one TOML file how a system's own export is laid out and what it means."""
