"""What the exchange is compared with: bare Celery, and a hub that somebody writes in an afternoon."""
