# Read by the scripts beside it: the settings, and a stop where the backup's storage is away.
set -a
. "${HALL_BACKUP_ENV:-/etc/unionhall/backup.env}"
set +a

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

[ -e "$HALL_BACKUP/.unionhall-backup" ] || fail "$HALL_BACKUP/.unionhall-backup is not there: is the storage mounted?"
