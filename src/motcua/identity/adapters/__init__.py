"""What identity reads from outside the database: its policy, and the provider of electronic identity."""
