#!/bin/bash
# Starts PostgreSQL as the project's own image does: POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB make the cluster
# at the first start, in a server that listens to nobody; the arguments are the server's.
set -euo pipefail
bin=/opt/postgres/bin
data=/var/lib/postgresql/data
as_postgres() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
if [ ! -f "$data/PG_VERSION" ]; then
  install -d -o postgres -g postgres -m 700 "$data"
  install -o postgres -m 600 <(printf '%s' "$POSTGRES_PASSWORD") /tmp/password
  as_postgres "$bin/initdb" --pgdata="$data" --username="$POSTGRES_USER" --pwfile=/tmp/password \
    --auth-host=scram-sha-256 --auth-local=trust --encoding=UTF8 --locale=C
  rm /tmp/password
  echo 'host all all all scram-sha-256' >> "$data/pg_hba.conf"
  if [ "$POSTGRES_DB" != postgres ]; then
    echo "create database \"$POSTGRES_DB\" owner \"$POSTGRES_USER\"" | as_postgres "$bin/postgres" --single -D "$data" postgres
  fi
  # The image this stands for is ready when it said so twice: once for a server that listens to nobody, once for all.
  as_postgres "$bin/pg_ctl" --pgdata="$data" --wait --options='-c listen_addresses= -c unix_socket_directories=/tmp' start
  as_postgres "$bin/pg_ctl" --pgdata="$data" --wait stop
fi
shift # the word postgres
exec setpriv --reuid=postgres --regid=postgres --clear-groups "$bin/postgres" -D "$data" \
  -c 'listen_addresses=*' -c unix_socket_directories=/tmp "$@"
