"""The edge: the only folder that opens files or sockets. Everything behind it works on tables and text."""
