"""What speaks a foreign format: spreadsheets."""
