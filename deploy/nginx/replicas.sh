#!/bin/sh
# Print the part of nginx's configuration that names the replicas: replicas.sh HOST:PORT ... >site/replicas.conf
# A visitor without a cookie goes to the replica with the fewest connections. The cookie `replica` names the one that has
# the visitor's session; when that one does not answer, another takes over, and the cookie then names it.
set -eu
[ $# -gt 0 ] || { echo "replicas.sh: name the replicas as HOST:PORT." >&2; exit 2; }

servers=""
for replica in "$@"; do
    address=$(getent ahostsv4 "${replica%:*}" | awk 'NR == 1 { print $1 }')
    [ -n "$address" ] || { echo "replicas.sh: ${replica%:*} has no address." >&2; exit 1; }
    servers="$servers $address:${replica##*:}"
done

# $1: name of the group, $2: the replica that comes first in it, "" for the one with the fewest connections
group() {
    echo "upstream $1 {"
    echo "    zone $1 64k;"
    [ -n "$2" ] || echo "    least_conn;"
    for member in $servers; do
        backup=""
        [ -z "$2" ] || [ "$member" = "$2" ] || backup=" backup"
        echo "    server $member max_fails=1 fail_timeout=3s$backup;"
    done
    echo "}"
}

group replicas ""
number=0 cookies="" addresses=""
for server in $servers; do
    number=$((number + 1))
    group "replica_$number" "$server"
    cookies="$cookies    $number replica_$number;
"
    pattern=$(echo "$server" | sed 's/[.]/\\./g')
    addresses="$addresses    \"~(^|[ ,])$pattern\$\" $number;
"
done
printf 'map $cookie_replica $replicas_of_visitor {\n    default replicas;\n%s}\n' "$cookies"
# After failures, $upstream_addr has several addresses: the last one has answered.
printf 'map $upstream_addr $replica {\n    default "";\n%s}\n' "$addresses"
