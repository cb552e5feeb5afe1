"""Writes: `filing` by the applicant, `tasks` by officials, `deadlines` by time, payments and leaders."""
