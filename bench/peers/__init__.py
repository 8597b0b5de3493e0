"""What the application is measured beside, each on the same server and over the same tables."""
