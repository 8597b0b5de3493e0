"""The shape of input: fields, and what makes one field wrong on its own. No tables here."""
