"""The audit: who receives the patrol, does it feed on itself, may the run be published. Pure."""
