#!/bin/sh
# Start nginx in front of the replicas, and stay: start.sh FOLDER LISTEN NAMES HOST:PORT ...
# FOLDER: the one place that nginx writes to. LISTEN: an address or a port; a file listen.conf beside this one comes
# before it. NAMES: the names of the app, in one argument. With SIGHUP, nginx reads the files in FOLDER again.
set -eu
[ $# -ge 4 ] || { echo "start.sh: give a folder, what to listen to, the app's names, and the replicas." >&2; exit 2; }

folder=$1 listen=$2 names=$3 here=$(dirname "$0")
shift 3
mkdir -p "$folder/site"
cp "$here"/*.conf "$folder"
if [ -f "$here/listen.conf" ]; then
    mv "$folder/listen.conf" "$folder/site/listen.conf"
else
    echo "listen $listen;" >"$folder/site/listen.conf"
fi
echo "server_name $names;" >"$folder/site/names.conf"
sh "$here/replicas.sh" "$@" >"$folder/site/replicas.conf"

set -- nginx -p "$folder" -c "$folder/nginx.conf"
[ "$(id -u)" -ne 0 ] || set -- "$@" -g "user root;"  # only for a trial: as root, and in a folder of root's
exec "$@"
