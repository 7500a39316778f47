"""What the Hall's protocol builds on in uvicorn's, as read in version 0.54.0; HALL_HTTP=uvicorn does without it.

uvicorn documents none of it: api/http/server/ subclasses its protocol and its request cycle.
"""

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

READ_IN = "0.54.0"
# Methods that are overridden or called.
OF_THE_PROTOCOL = (
    "connection_made", "connection_lost", "data_received", "on_message_begin", "on_url", "on_header",
    "on_headers_complete", "on_body", "on_message_complete", "on_response_complete", "send_400_response",
    "timeout_keep_alive_handler", "_start_asgi_task",
)  # fmt: skip
# Attributes that each protocol has from its beginning.
OF_EACH_PROTOCOL = (
    "app", "app_state", "client", "connections", "cycle", "flow", "limit_concurrency", "logger", "loop", "pipeline",
    "scheme", "server", "server_state", "tasks", "timeout_keep_alive", "timeout_keep_alive_task", "transport",
)  # fmt: skip
# Attributes that each request cycle has.
OF_EACH_CYCLE = (
    "access_log", "body", "chunked_encoding", "default_headers", "disconnected", "expected_content_length", "flow",
    "keep_alive", "logger", "message_event", "more_body", "on_response", "response_complete", "response_started",
    "scope", "transport", "waiting_for_100_continue",
)  # fmt: skip

__all__ = [
    "OF_EACH_CYCLE", "OF_EACH_PROTOCOL", "OF_THE_PROTOCOL", "READ_IN", "STATUS_LINE", "HttpToolsProtocol",
    "RequestResponseCycle",
]  # fmt: skip
