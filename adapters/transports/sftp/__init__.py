"""SFTP: each message becomes a file on the recipient's server, and files left there for the hub are collected."""
