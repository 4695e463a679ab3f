"""Features: declared once, admitted by the policy, computed from what was reported by each origin. Pure."""
