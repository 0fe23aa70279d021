"""Folder: each message becomes a file in a folder that the recipient empties."""
