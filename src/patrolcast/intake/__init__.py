"""Intake: the rules that turn raw rows into incidents, set-aside records and refusals. Pure: `io` reads, it judges."""
