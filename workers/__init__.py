"""When work happens. Only this package uses Celery."""
