"""Drills: what the record bears. Real servers on this machine alone, bounded in count and time.

`make drills` runs all of them and prints their figures; `make drills ONLY=kill` one. They make
clinics of invented people in temporary folders, stop only what they started, and remove it.
"""
