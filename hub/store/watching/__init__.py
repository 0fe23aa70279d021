"""Alerts, and how often each sender usually sends."""
