-- Writes PgBouncer's list of logins: the scrambled password that PostgreSQL keeps, so that no password lies here in clear.
-- Run it again after each change of the password of hall_app:
--
--     sudo -u postgres psql -XAtq -f deploy/pgbouncer/userlist.sql -o /etc/pgbouncer/userlist.txt
--     chown postgres:postgres /etc/pgbouncer/userlist.txt && chmod 0640 /etc/pgbouncer/userlist.txt

SELECT format('"%s" "%s"', rolname, rolpassword) FROM pg_authid WHERE rolname = 'hall_app' AND rolpassword IS NOT NULL;
