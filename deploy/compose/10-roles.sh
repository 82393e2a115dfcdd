#!/bin/sh
# Run once by the image of PostgreSQL when its volume is new: roles, database, passwords.
set -eu
psql -v ON_ERROR_STOP=1 --username postgres --file /opt/unionhall-roles.sql
psql -v ON_ERROR_STOP=1 --username postgres -v app="$HALL_APP_PASSWORD" -v migrator="$HALL_MIGRATOR_PASSWORD" \
    -v backup="$HALL_BACKUP_PASSWORD" <<'SQL'
ALTER ROLE hall_app PASSWORD :'app';
ALTER ROLE hall_migrator PASSWORD :'migrator';
ALTER ROLE hall_backup PASSWORD :'backup';
SQL
