"""The database: tables, migrations, the embedded server and one query file per noun."""
