"""Runs the work of the hub as Celery tasks. Only this package uses Celery."""
