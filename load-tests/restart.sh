#!/usr/bin/env bash
# How long the whole server takes to read 15 minutes of 100,000 series back from its journal (70 % scalars that change
# every second, 30 % distributions with ten samples a second) while samples come in by UDP. Needs Maven, gcc, curl, and
# target/tocsin.jar (mvn -q -DskipTests package). Uses only loopback; ends by itself, after five minutes or so.
#
#   load-tests/restart.sh              three restarts
#   REPEAT=1                           one
#   RATE=200000                        samples per second beside it, of 1,000 series; 0 for none
#   SERIES=100000 TICKS=900            what is in the journal
#   STORAGE=embedded                   storage.uri; the database then takes the whole journal meanwhile
#   JAR, JVM_FLAGS, GC                 the server, its JVM's flags (-Xms6g -Xmx6g), its collector (-XX:+UseZGC)
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
jar=$(realpath "${JAR:-$here/../target/tocsin.jar}")
out=$here/target/restart
rate=${RATE:-200000}
series=${SERIES:-100000}
ticks=${TICKS:-900}
[ -f "$jar" ] || { echo "no $jar: run  mvn -q -DskipTests package  first" >&2; exit 1; }
# shellcheck source=java.sh
. "$here/java.sh"
# shellcheck source=lib/server.sh
. "$here/lib/server.sh"
java=$(find_java)
rm -rf "$out"
mkdir -p "$out/data"
gcc -O2 -Wall -Wextra -o "$out/sender" "$here/udp/sender.c"
sender=
trap 'finish; [ -z "$sender" ] || kill "$sender" 2>/dev/null || true' EXIT

mvn -q -o -f "$here/../pom.xml" -Pbenchmarks test-compile exec:exec -Dbenchmark.main=dev.tocsin.journal.JournalBudget \
  -Dbenchmark.jvm=-Xmx6g -Dbenchmark.args="$series $ticks $out/journal write" >"$out/written.txt" 2>&1

for _ in $(seq "${REPEAT:-3}"); do
  rm -rf "$out/data" "$out/server.log"
  mkdir -p "$out/data"
  cp -r "$out/journal" "$out/data/journal"
  (
    cd "$out" # where there is no ./conf
    exec "$java" -XX:+UseCompactObjectHeaders ${GC:--XX:+UseZGC} ${JVM_FLAGS:--Xms6g -Xmx6g} -jar "$jar" run \
      --data "$out/data" --set http.port=0 --set ingest.udp.port=0 --set ingest.udp.receive-buffer=8M \
      --set "series.max=$((series * 2))" --set "series.max-per-metric=$((series * 2))" \
      --set "storage.uri=${STORAGE:-none}" >"$out/server.log" 2>&1
  ) &
  server=$!
  until grep -qs 'ready: http' "$out/server.log"; do
    kill -0 "$server" 2>/dev/null || { echo "the server did not start; see $out/server.log" >&2; exit 1; }
    sleep 0.05
  done
  http=$(sed -n 's|.*ready: http://[^ ]*:\([0-9]*\) .*|\1|p' "$out/server.log")
  udp=$(sed -n 's|.*ready: .* udp [^ ]*:\([0-9]*\) .*|\1|p' "$out/server.log")
  if [ "$rate" -gt 0 ]; then
    "$out/sender" --port "$udp" --workload w1 --rate "$rate" --seconds 600 >"$out/sender.json" &
    sender=$!
  fi
  until grep -q 'ticks read back' "$out/server.log"; do
    kill -0 "$server" 2>/dev/null || { echo "the server is gone; see $out/server.log" >&2; exit 1; }
    sleep 0.1
  done
  read -r accepted rejected drops <<<"$(counts)"
  echo "$(sed -n 's/.* \([0-9,]* ticks read back.*\)/\1/p' "$out/server.log"); meanwhile accepted $accepted," \
    "rejected $rejected, packets dropped by the kernel $drops; CPU of the process $(cpu_of "$server") s," \
    "resident $(rss_mib "$server") MiB"
  [ -z "$sender" ] || kill "$sender" 2>/dev/null || true
  sender=
  stop_server
done
