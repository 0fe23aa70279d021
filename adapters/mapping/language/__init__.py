"""The functions of the mapping language, and the paths and forms that they work on."""
