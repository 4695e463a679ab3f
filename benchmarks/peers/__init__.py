"""Forecasts made outside patrolcast from files, so that what the product refuses can be measured all the same."""
