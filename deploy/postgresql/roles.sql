-- The roles and the database of Unionhall, for PostgreSQL 15 and newer. Run it as a superuser; it may be repeated, and must be
-- after an upgrade whose notes say that there is a new role:
--
--     sudo -u postgres psql -v ON_ERROR_STOP=1 -f deploy/postgresql/roles.sql
--
-- Then give the three logins their passwords:   \password hall_app   \password hall_migrator   \password hall_backup
--
--   hall_owner      owns every table; nobody logs in as it
--   hall_member … hall_worker   the planes: what a transaction of the application may see, by row-level security
--   hall_app        what web servers and workers log in as: no rights of its own, becomes a plane in each transaction
--   hall_migrator   runs `flask migrate`; becomes the owner, but is no superuser and makes no roles
--   hall_backup     reads everything, for base backups and dumps; writes nothing

\set ON_ERROR_STOP on

DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['hall_owner', 'hall_member', 'hall_staff', 'hall_city', 'hall_identity', 'hall_worker'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I', role);
        END IF;
        EXECUTE format('ALTER ROLE %I NOLOGIN NOINHERIT NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS', role);
    END LOOP;
    FOREACH role IN ARRAY ARRAY['hall_app', 'hall_migrator', 'hall_backup'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I', role);
        END IF;
    END LOOP;
END $$;

ALTER ROLE hall_app LOGIN NOINHERIT NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS;
-- Migrations move rows of all zones, so policies must not hide them from hall_migrator.
ALTER ROLE hall_migrator LOGIN INHERIT NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION BYPASSRLS;
ALTER ROLE hall_backup LOGIN INHERIT NOSUPERUSER NOCREATEROLE NOCREATEDB REPLICATION BYPASSRLS;

-- hall_app may become each plane but has none of their rights before. Since PostgreSQL 16 the grant itself says so.
DO $$
DECLARE
    plane text;
    without_inheriting text := CASE WHEN current_setting('server_version_num')::int >= 160000 THEN ' WITH INHERIT FALSE, SET TRUE' ELSE '' END;
BEGIN
    FOREACH plane IN ARRAY ARRAY['hall_member', 'hall_staff', 'hall_city', 'hall_identity', 'hall_worker'] LOOP
        EXECUTE format('GRANT %I TO hall_app', plane) || without_inheriting;
    END LOOP;
END $$;
REVOKE hall_owner FROM hall_app;
GRANT hall_owner TO hall_migrator;
GRANT pg_read_all_data TO hall_backup;

SELECT 'CREATE DATABASE hall OWNER hall_migrator ENCODING ''UTF8'' LOCALE ''C.UTF-8'' TEMPLATE template0'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'hall') \gexec

REVOKE CONNECT ON DATABASE hall FROM PUBLIC;
GRANT CONNECT ON DATABASE hall TO hall_app, hall_migrator, hall_backup;
ALTER DATABASE hall SET timezone TO 'UTC';
