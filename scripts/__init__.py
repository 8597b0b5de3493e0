"""Commands of the workshop: the suite, the screenshots. The application imports none of them."""
