"""The benchmarks: `python -m bench [name…]`, results in `bench/results`; no part of the product."""
