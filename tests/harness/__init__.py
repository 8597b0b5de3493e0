"""What tests stand on: databases, pages, people and a browser. No test lives here."""
