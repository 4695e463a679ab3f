"""The feedback register: what people said, what was decided, what is still open. It is read from the audit trail."""
