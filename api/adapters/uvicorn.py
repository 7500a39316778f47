"""The private parts of uvicorn that api/http/server/ subclasses, as read in version 0.54.0.

HALL_HTTP=uvicorn does not use them.
"""

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

READ_IN = "0.54.0"
# Protocol methods that are overridden or called.
PROTOCOL_METHODS = (
    "connection_made", "connection_lost", "data_received", "on_message_begin", "on_url", "on_header",
    "on_headers_complete", "on_body", "on_message_complete", "on_response_complete", "send_400_response",
    "timeout_keep_alive_handler", "_start_asgi_task",
)  # fmt: skip
# Attributes of each protocol.
PROTOCOL_ATTRIBUTES = (
    "app", "app_state", "client", "connections", "cycle", "flow", "limit_concurrency", "logger", "loop", "pipeline",
    "scheme", "server", "server_state", "tasks", "timeout_keep_alive", "timeout_keep_alive_task", "transport",
)  # fmt: skip
# Attributes of each request cycle.
CYCLE_ATTRIBUTES = (
    "access_log", "body", "chunked_encoding", "default_headers", "disconnected", "expected_content_length", "flow",
    "keep_alive", "logger", "message_event", "more_body", "on_response", "response_complete", "response_started",
    "scope", "transport", "waiting_for_100_continue",
)  # fmt: skip

__all__ = [
    "CYCLE_ATTRIBUTES", "PROTOCOL_ATTRIBUTES", "PROTOCOL_METHODS", "READ_IN", "STATUS_LINE", "HttpToolsProtocol",
    "RequestResponseCycle",
]  # fmt: skip
