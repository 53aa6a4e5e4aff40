"""What the law says of procedure, as dated rows: shown to a company, deciding nothing."""
