"""The file formats that a profile can use, one module each."""
