"""What operators see of requests.

health.py    /healthz and /readyz
tracing.py   OpenTelemetry spans
logs.py      structured log lines without personal data
metrics.py   /metrics for Prometheus
"""
