"""The forecast: expected incidents per cell, shift and category, beside the baselines it must beat. Pure."""
