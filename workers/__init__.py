"""When it happens: the only home of Celery."""
