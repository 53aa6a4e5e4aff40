"""What is asked and answered about cases beside their steps, in SQL."""
