"""What a night knows of the feed beside its records: the files as they lie on disk, and what the last night accepted."""
