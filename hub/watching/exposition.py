"""The samples in the format that Prometheus reads."""

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from hub.watching.metrics import METRICS, Metric, Sample, Sort

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_Family = GaugeMetricFamily | CounterMetricFamily


def exposition(samples: Iterable[Sample]) -> bytes:
    """A metric without samples is described all the same, so that a reader sees that it exists."""
    families = {metric.name: _family(metric) for metric in METRICS}
    for sample in samples:
        families[sample.metric.name].add_metric(sample.labels, sample.value)
    registry = CollectorRegistry()
    registry.register(_Measured(families.values()))
    return generate_latest(registry)


class _Measured(Collector):
    def __init__(self, families: Iterable[_Family]) -> None:
        self._families = tuple(families)

    def collect(self) -> Iterator[_Family]:
        yield from self._families


def _family(metric: Metric) -> _Family:
    if metric.sort is Sort.COUNTER:
        return CounterMetricFamily(metric.name, metric.says, labels=metric.labels)
    return GaugeMetricFamily(metric.name, metric.says, labels=metric.labels)
