"""What a night knows of its feed beside the records: the files on disk, and what the last accepted night read."""
