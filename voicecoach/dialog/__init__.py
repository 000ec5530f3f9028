"""What the interviewer says and when: a pure, table-driven dialogue."""
