"""The tests of a cluster run by `make test-cluster` alone."""

import os

collect_ignore_glob = [] if os.environ.get("HALL_TEST_CLUSTER") else ["test_*.py"]
