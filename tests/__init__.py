"""The tests: the cast, the stories, the tables of cases."""
