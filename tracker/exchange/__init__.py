"""What leaves the record for other programs, and what arrives: FHIR, calendars, tables.

One file for each format. Everything takes plain frozen values and gives dicts, text or bytes;
nothing here can reach the database while a document is made. A dose leaves as the text that was
typed, never as a quantity.
"""
