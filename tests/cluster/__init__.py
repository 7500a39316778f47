"""A cluster of three machines: on each an etcd, Patroni with PostgreSQL, and a Hall; HAProxy in front.

cluster.py     starts and stops machines
machine.py     the processes of one machine
crowd.py       clients that enrol and read meanwhile
test_*.py      what happens to the cluster
"""
