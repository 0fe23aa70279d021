"""The mapping language: a profile describes in one TOML file the layout of a system's export and its meaning."""
