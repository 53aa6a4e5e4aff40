"""Spreadsheets: workbooks and CSV that people open, read and write."""
