"""Patrol: from expected incidents to ranked, advisory suggestions within the shift's budget. Pure."""
