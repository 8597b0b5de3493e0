"""What leaves the record, read by programs that nobody here wrote."""
