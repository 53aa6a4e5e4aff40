"""Benchmarks: `make bench`, or `python -m tests.bench engine|http|history|memory`."""
