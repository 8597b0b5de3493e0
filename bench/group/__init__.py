"""An invented clinic group of any size: recorded cases, copied in bulk, kept between runs.

A few dozen patients are recorded by the application's own acts, each as it would stand on another
day of a taper. Every other patient is a copy of one of them, with another name, other ids and the
staff of another clinic, so that a million check-ins have the shape of real ones.
"""
