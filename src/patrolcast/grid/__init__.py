"""The grid: a point becomes a cell, an incident becomes a count. Pure: tables and arrays in, tables and arrays out."""
