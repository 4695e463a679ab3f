"""Claims of performance and skill, each measured by one command (docs/benchmarks.md)."""
