"""Speed and size against limits and peers. Prints ratios; nothing here is a test."""
