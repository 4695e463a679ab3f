"""What a reviewer's kit says of itself in words: `VERIFY.md`."""
