"""The Celery application. Redis only wakes up workers: it carries ids, and lost ids are published again."""

from celery import Celery

from workers.draining import DRAIN_SECONDS

QUEUE = "deliver"
DELIVER_TASK = "deliver"
LINK_TASK = "link"
COLLECT_TASK = "collect"
ANSWER_TASK = "answer"
_HARD_LIMIT_SECONDS = 120
_SOFT_LIMIT_SECONDS = 90
_UP_SECONDS_MAX = 60.0


def create_app(broker_url: str, worker_processes: int) -> Celery:
    app = Celery("exchange", broker=broker_url)
    app.conf.update(
        task_default_queue=QUEUE,
        # topic and fanout exchanges lose messages after a FLUSHALL, without an error
        task_default_exchange_type="direct",
        task_acks_late=True,
        task_reject_on_worker_lost=True,  # This is safe only because attempts are counted in the database.
        worker_prefetch_multiplier=1,
        worker_concurrency=worker_processes,
        # A process reads all that it needs before it is up. On a busy machine that takes longer than the 4 seconds of
        # Celery, after which it would be killed, and the next one too.
        worker_proc_alive_timeout=_UP_SECONDS_MAX,
        task_time_limit=_HARD_LIMIT_SECONDS,
        task_soft_time_limit=_SOFT_LIMIT_SECONDS,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        broker_transport_options={
            "visibility_timeout": 3 * _HARD_LIMIT_SECONDS,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "global_keyprefix": "hub:",
        },
        worker_consumer="workers.reconnecting:SteadyConsumer",
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_channel_error_retry=True,  # A Redis that only reads, or has no memory left, counts as away.
        task_publish_retry_policy={"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2},
        worker_soft_shutdown_timeout=DRAIN_SECONDS,
        worker_enable_soft_shutdown_on_idle=True,
        worker_cancel_long_running_tasks_on_connection_loss=True,
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
    )
    return app
