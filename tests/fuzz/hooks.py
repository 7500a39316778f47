"""Schemathesis strategies for the Hall's scalars: see tests/fuzz/test_schema_fuzzing.py."""

import schemathesis
from hypothesis import strategies as st
from schemathesis.graphql import nodes

schemathesis.graphql.scalar("Date", st.dates().map(lambda day: nodes.String(day.isoformat())))
