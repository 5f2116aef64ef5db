#!/usr/bin/env bash
# Measures how much the server takes in without loss, what that costs, and how fast it still tells of a breach
# meanwhile. Needs gcc, curl, and target/tocsin.jar (mvn -q -DskipTests package). Uses only loopback; ends by itself,
# after about half an hour for everything.
#
#   load-tests/run.sh                  everything, three times each
#   load-tests/run.sh w1 w4            some of: w1 w2 w3 w4 one two http-influx http-influx-wide http-json
#                                      latency latency-100ms  (README.md says what they are)
#   REPEAT=1                           once each, for a quick look
#   RATES="2000000 4000000"            these rates, in lines per second, instead of a search
#   SECONDS_EACH=10                    how long a rate must hold
#   WARM_UP=10                         seconds of load before anything is measured
#   PROBES=7                           steps of the search at most
#   LIMITS=0                           without the two plain C receivers
#   LOAD=1000000                       load during latency runs; otherwise half of what w1 reached
#   SENDER_FLAGS=--gso                 further options for udp/sender.c
#   JAR, JVM_FLAGS, GC                 the server, its JVM's flags (-Xms2g -Xmx2g), its collector (-XX:+UseZGC)
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
jar=$(realpath "${JAR:-$here/../target/tocsin.jar}")
out=$here/target
results=$out/results.jsonl
repeat=${REPEAT:-3}
seconds=${SECONDS_EACH:-10}
warm_up=${WARM_UP:-10}
probes=${PROBES:-7}
all=(w1 w2 w3 w4 one two http-influx http-influx-wide http-json latency latency-100ms)
workloads=("$@")
[ ${#workloads[@]} -gt 0 ] || workloads=("${all[@]}")
for workload in "${workloads[@]}"; do
  [[ " ${all[*]} " == *" $workload "* ]] || { echo "no such workload: $workload; there are ${all[*]}" >&2; exit 2; }
done

[ -f "$jar" ] || { echo "no $jar: run  mvn -q -DskipTests package  first" >&2; exit 1; }
# shellcheck source=java.sh
. "$here/java.sh"
# shellcheck source=lib/server.sh
. "$here/lib/server.sh"
# shellcheck source=lib/search.sh
. "$here/lib/search.sh"
# shellcheck source=lib/workloads.sh
. "$here/lib/workloads.sh"
# shellcheck source=lib/report.sh
. "$here/lib/report.sh"
java=$(find_java)
mkdir -p "$out"
gcc -O2 -Wall -Wextra -o "$out/sender" "$here/udp/sender.c"
gcc -O2 -Wall -Wextra -o "$out/receiver" "$here/udp/receiver.c"

# The sender on the first core, what it sends to on the second, where there are two.
on_sender=() on_server=()
if [ "$(nproc)" -ge 2 ] && command -v taskset >/dev/null; then
  on_sender=(taskset -c 0) on_server=(taskset -c 1)
fi
trap finish EXIT

# Lines of this run only are reported; the file keeps those of earlier ones.
touch "$results"
first_result=$(($(wc -l <"$results") + 1))
started=$(date -u +%Y-%m-%dT%H:%M:%SZ)

for round in $(seq "$repeat"); do
  for workload in "${workloads[@]}"; do
    case $workload in
      w[1-4]) run_udp "$workload" "$workload" 1 ;;
      one) run_spread one 1 ;;
      two) run_spread two 2 ;;
      http-*) run_http "$workload" "${workload#http-}" ;;
      latency) run_latency "$workload" 1s ;;
      latency-*) run_latency "$workload" "${workload#latency-}" ;;
    esac
  done
done
report
