#!/usr/bin/env bash
# What it costs to scrape 100 targets of 1,000 series each every 5 seconds, beside Debian's Prometheus on the same targets:
# CPU seconds and resident memory of each. Needs curl, prometheus (Debian's package of that name), and target/tocsin.jar
# (mvn -q -DskipTests package). Uses only loopback; ends by itself, after a little more than WARM + SECONDS_EACH for each.
#
#   load-tests/scrape.sh               both, one after the other
#   load-tests/scrape.sh tocsin        some of: prometheus tocsin
#   WARM=60 SECONDS_EACH=60            seconds before measuring and while
#   TARGETS=100 SERIES=1000            what is scraped; of ten series four count up, two move, four stay
#   JAR, JVM_FLAGS, GC                 the server, its JVM's flags (-Xmx400m), its collector (-XX:+UseSerialGC)
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
jar=$(realpath "${JAR:-$here/../target/tocsin.jar}")
out=$here/target/scrape
warm=${WARM:-60} seconds=${SECONDS_EACH:-60} targets=${TARGETS:-100} series=${SERIES:-1000}
runs=("$@")
[ ${#runs[@]} -gt 0 ] || runs=(prometheus tocsin)
for run in "${runs[@]}"; do
  [[ " prometheus tocsin " == *" $run "* ]] || { echo "no such run: $run; there are prometheus, tocsin" >&2; exit 2; }
done
[ -f "$jar" ] || { echo "no $jar: run  mvn -q -DskipTests package  first" >&2; exit 1; }
# shellcheck source=java.sh
. "$here/java.sh"
java=$(find_java)
rm -rf "$out"
mkdir -p "$out/conf"
server= source=
finish() { for each in $server $source; do kill "$each" 2>/dev/null || true; wait "$each" 2>/dev/null || true; done; }
trap finish EXIT

"$java" -Xmx256m "$here/scrape/Exposition.java" "$series" >"$out/source.txt" 2>&1 &
source=$!
until grep -qs port "$out/source.txt"; do sleep 0.2; done
port=$(sed -n 's/^port //p' "$out/source.txt")
{
  echo "global: {scrape_interval: 5s}"
  echo "scrape_configs:"
  echo "  - job_name: load"
  echo "    static_configs:"
  for ((i = 0; i < targets; i++)); do echo "      - {targets: [\"127.0.0.1:$port\"], labels: {host: host-$i}}"; done
} >"$out/conf/scrape.yaml"

# cpu PID: user and system seconds of a process so far
cpu() { awk -v ticks="$(getconf CLK_TCK)" '{ print ($14 + $15) / ticks }' "/proc/$1/stat"; }
rss() { awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$1/status"; }

measure() { # measure NAME BASE_URL
  until [ "$(curl -sfG "$2/api/v1/query" --data-urlencode 'query=sum(up)' | grep -o '"[0-9]*"\]' | tr -d '"]')" = "$targets" ]; do sleep 1; done
  sleep "$warm"
  local before after
  before=$(cpu "$server")
  sleep "$seconds"
  after=$(cpu "$server")
  local count
  count=$(curl -sfG "$2/api/v1/query" --data-urlencode 'query=sum(scrape_samples_post_metric_relabeling)' | grep -o '"[0-9]*"\]' | tr -d '"]')
  awk -v name="$1" -v used="$(awk -v a="$after" -v b="$before" 'BEGIN { print a - b }')" -v seconds="$seconds" \
    -v rss="$(rss "$server")" -v count="$count" \
    'BEGIN { printf "%-10s %7.2f CPU s in %d s (%.1f %% of a core), %d MiB resident, %d samples a round\n", name, used, seconds, 100 * used / seconds, rss, count }'
}

stop() { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; server=; }

for run in "${runs[@]}"; do
  if [ "$run" = prometheus ]; then
    prometheus --config.file="$out/conf/scrape.yaml" --storage.tsdb.path="$out/tsdb" \
      --web.listen-address=127.0.0.1:19190 >"$out/prometheus.log" 2>&1 &
    server=$!
    measure prometheus http://127.0.0.1:19190
  else
    # shellcheck disable=SC2086
    "$java" -XX:+UseCompactObjectHeaders ${GC:--XX:+UseSerialGC} ${JVM_FLAGS:--Xmx400m} -jar "$jar" run --conf "$out/conf" --data "$out/data" \
      --set http.port=19191 --set ingest.udp.port=19191 --set storage.uri=none --set host.enabled=false >"$out/tocsin.log" 2>&1 &
    server=$!
    measure tocsin http://127.0.0.1:19191
  fi
  stop
done
