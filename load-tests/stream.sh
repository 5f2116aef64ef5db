#!/usr/bin/env bash
# What it costs to carry a live stream to thousands of browsers, beside nginx with nchan. Needs gcc, curl, taskset, nginx
# and libnginx-mod-nchan (Debian's packages; the part is left out where they are missing), a limit of open files
# (ulimit -n) above the number of subscribers, and target/tocsin.jar (mvn -q -DskipTests package). Uses only loopback;
# ends by itself, after about eight minutes.
#
#   load-tests/stream.sh               everything
#   load-tests/stream.sh frames        some of: frames page ingest  (README.md says what they are)
#   SUBSCRIBERS="5000 10000"           of frames; page and ingest have the first number
#   SECONDS_EACH=30                    seconds that are measured
#   RATE=6700000                       lines per second by UDP, of ingest: half of what run.sh finds for w1
#   JAR, JVM_FLAGS, GC                 the server, its JVM's flags, its collector (-XX:+UseZGC)
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
jar=$(realpath "${JAR:-$here/../target/tocsin.jar}")
out=$here/target/stream
seconds=${SECONDS_EACH:-30}
read -ra counts <<<"${SUBSCRIBERS:-5000 10000}"
runs=("$@")
[ ${#runs[@]} -gt 0 ] || runs=(frames page ingest)
for run in "${runs[@]}"; do
  [[ " frames page ingest " == *" $run "* ]] || { echo "no such run: $run; there are frames, page, ingest" >&2; exit 2; }
done
[ -f "$jar" ] || { echo "no $jar: run  mvn -q -DskipTests package  first" >&2; exit 1; }
# shellcheck source=java.sh
. "$here/java.sh"
# shellcheck source=lib/server.sh
. "$here/lib/server.sh"
java=$(find_java)
rm -rf "$out"
mkdir -p "$out"
gcc -O2 -Wall -Wextra -o "$out/subscribers" "$here/stream/subscribers.c"
gcc -O2 -Wall -Wextra -o "$out/sender" "$here/udp/sender.c"
on_server=(taskset -c 1) on_clients=(taskset -c 0) publisher= nginx=
# The heap is touched beforehand, so that what grows beside it shows.
JVM_FLAGS=${JVM_FLAGS:--Xms1g -Xmx1g -XX:+AlwaysPreTouch}
trap 'finish; for pid in $publisher $nginx; do kill "$pid" 2>/dev/null || true; done' EXIT

# The longest query of a page's ten panels, and the page; all over the demo's load.
panels=(
  'sum by (service) (rate(http_requests[10s]))'
  'sum by (service) (rate(http_requests{status=~"5.."}[10s]))'
  'histogram_quantile(0.99, sum by (service) (rate(http_request_duration[10s])))'
  'histogram_quantile(0.5, sum by (service, route) (rate(http_request_duration[10s])))'
  'host_cpu_usage_percent' 'host_memory_usage_percent' 'host_load1'
  'host_disk_usage_percent' 'tocsin_series' 'ALERTS'
)

urlencode() { local LC_ALL=C text=$1 i c; for ((i = 0; i < ${#text}; i++)); do c=${text:i:1}; case $c in [a-zA-Z0-9._-]) printf %s "$c" ;; *) printf '%%%02X' "'$c" ;; esac; done; }

# measure NAME PID PORT PATH COUNT: opens the subscribers, and sets lateness and what the process used meanwhile.
measure() {
  local cpu_before rss_before
  rss_before=$(memory "$2")
  "${on_clients[@]}" "$out/subscribers" --port "$3" --path "$4" --count "$5" --seconds "$seconds" >"$out/$1.json" 2>"$out/$1.log" &
  local subscribers=$!
  until grep -qs counting "$out/$1.log"; do kill -0 $subscribers || { cat "$out/$1.log" >&2; exit 1; }; sleep 0.1; done
  cpu_before=$(cpu_of "$2")
  until grep -qs counted "$out/$1.log" || ! kill -0 $subscribers 2>/dev/null; do sleep 0.05; done
  cpu=$(calc "$(cpu_of "$2") - $cpu_before")
  wait $subscribers
  kib=$(calc "($held - $rss_before) / $5")
  result=$(cat "$out/$1.json")
}
