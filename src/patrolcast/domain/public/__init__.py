"""What everybody may see: the forms in which counts leave the department, small ones withheld (docs/site.md)."""
