"""The only writer: one keyword-only function for each act, `by=` the person who acts.

Each function is one transaction and one line of history. It takes ids and plain values, asks the
rules whether the act may be done, adds facts, and commits once; nothing here knows of the web.
"""
