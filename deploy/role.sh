#!/bin/sh
# Runs once, in an empty database: the migration finds the role and leaves its password.
set -eu
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set ON_ERROR_STOP=1 \
    --set password="$SHANGFA_APP_PASSWORD" <<'SQL'
CREATE ROLE shangfa_app LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'password';
SQL
