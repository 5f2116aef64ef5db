#!/usr/bin/env bash
# What 1,000 checks cost, each asked every 30 seconds: 800 over HTTP with a JSON pointer, 200 over TCP, against one small
# server. Beside it the same server without checks. Needs curl and target/tocsin.jar (mvn -q -DskipTests package). Uses only
# loopback; ends by itself, after six minutes.
#
#   load-tests/checks.sh               both
#   CHECKS=1000 INTERVAL=30s           how many, how often
#   SECONDS_MEASURED=120               of CPU, a minute after the start
#   JAR, JVM_FLAGS, GC                 the server, its JVM's flags (-Xms2g -Xmx2g), its collector (-XX:+UseZGC)
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
jar=$(realpath "${JAR:-$here/../target/tocsin.jar}")
out=$here/target/checks
checks=${CHECKS:-1000}
interval=${INTERVAL:-30s}
seconds=${SECONDS_MEASURED:-120}
port=${TARGET_PORT:-19180}
target=
[ -f "$jar" ] || { echo "no $jar: run  mvn -q -DskipTests package  first" >&2; exit 1; }
# shellcheck source=java.sh
. "$here/java.sh"
# shellcheck source=lib/server.sh
. "$here/lib/server.sh"
java=$(find_java)
on_server=() # on all cores
trap 'finish; [ -z "$target" ] || kill "$target" 2>/dev/null || true' EXIT
# Nobody looks at the page meanwhile.
open_page() { subscriber=; }

configure() { # configure FOLDER HOW_MANY
  mkdir -p "$out/$1/checks"
  for i in $(seq "$2"); do
    if [ $((i % 5)) = 0 ]; then
      echo "  - {name: port-$i, kind: tcp, address: \"127.0.0.1:$port\", interval: $interval}"
    else
      echo "  - {name: web-$i, kind: http, url: \"http://127.0.0.1:$port/$i\", json: {/status: healthy}, interval: $interval}"
    fi
  done | { echo "checks:"; cat; } >"$out/$1/checks/many.yaml"
}

measure() { # measure FOLDER
  rm -rf "$out/data"
  start_server --conf "$out/$1" --set storage.uri=none --set host.enabled=false
  sleep 60
  local cpu runs
  cpu=$(cpu_of "$server") runs=$(query 'sum(tocsin_check_runs_total)')
  sleep "$seconds"
  cpu=$(calc "$(cpu_of "$server") - $cpu") runs=$(calc "$(query 'sum(tocsin_check_runs_total)') - $runs")
  printf '%-8s %6.2f CPU s in %s s: %5.2f %% of a core  %6.0f runs  %s up  %s times a loop was blocked over 500 ms\n' "$1" "$cpu" "$seconds" \
    "$(calc "100 * $cpu / $seconds")" "$runs" "$(query 'sum(check_up)')" "$(sed '1,/ready:/d' "$out/server.log" | grep -c 'has been blocked' || true)" |
    tee -a "$out/results.txt"
  stop_server
}

rm -rf "$out"
mkdir -p "$out/none"
configure many "$checks"
"$java" -Xmx256m "$here/checks/Target.java" "$port" >"$out/target.log" 2>&1 &
target=$!
until curl -sf "http://127.0.0.1:$port/" >/dev/null; do
  kill -0 "$target" || { echo "the target did not start; see $out/target.log" >&2; exit 1; }
  sleep 0.2
done
measure none
measure many
