"""One-command start on one machine: PostgreSQL and Redis of our own, and the processes of the hub watched."""
