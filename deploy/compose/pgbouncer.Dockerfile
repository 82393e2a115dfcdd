# PgBouncer as Debian packages it. The list of logins is written at start from HALL_APP_PASSWORD.
FROM debian:trixie-slim

RUN apt-get update && apt-get install -y --no-install-recommends pgbouncer python3 && rm -rf /var/lib/apt/lists/*
COPY deploy/render /usr/local/bin/render
COPY deploy/pgbouncer/pgbouncer.ini.template deploy/compose/start-pgbouncer /etc/pgbouncer/

USER postgres
EXPOSE 6432
CMD ["/etc/pgbouncer/start-pgbouncer"]
