"""The product in a real browser: what each job costs in keys, and real plans typed to paper."""
