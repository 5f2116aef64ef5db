#!/usr/bin/env bash
# What it costs to carry a live stream to thousands of browsers, beside nginx with nchan. Needs gcc, curl, taskset, nginx
# and libnginx-mod-nchan (Debian's packages; the part is left out where they are missing), a limit of open files
# (ulimit -n) above the number of subscribers, and target/tocsin.jar (mvn -q -DskipTests package). Uses only loopback;
# ends by itself, after about twelve minutes.
#
#   load-tests/stream.sh               everything
#   load-tests/stream.sh frames        some of: frames page ingest  (README.md says what they are)
#   SUBSCRIBERS="5000 10000"           of frames; page and ingest have the first number
#   SECONDS_EACH=30                    seconds that are measured
#   WARM_UP=60                         seconds of the same before: a JVM compiles what it does for about a minute
#   RATE=6700000                       lines per second by UDP, of ingest: half of what run.sh finds for w1
#   RECEIVE_BUFFER=32M                 of the UDP socket, of ingest: what comes while readers are served waits in it
#   JAR, JVM_FLAGS, GC                 the server, its JVM's flags, its collector (-XX:+UseZGC, whose heap it can read)
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
jar=$(realpath "${JAR:-$here/../target/tocsin.jar}")
out=$here/target/stream
seconds=${SECONDS_EACH:-30} warm_up=${WARM_UP:-60}
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
jcmd=$(dirname "$(realpath "$(command -v "$java")")")/jcmd
rm -rf "$out"
mkdir -p "$out"
gcc -O2 -Wall -Wextra -o "$out/subscribers" "$here/stream/subscribers.c"
gcc -O2 -Wall -Wextra -o "$out/sender" "$here/udp/sender.c"
on_server=(taskset -c 1) on_clients=(taskset -c 0) publisher= nginx= idle=0 nginx_port=${NGINX_PORT:-19180}
# The heap is touched beforehand, so that what grows beside it shows.
JVM_FLAGS=${JVM_FLAGS:--Xms1g -Xmx1g -XX:+AlwaysPreTouch}
trap 'finish; for pid in $publisher $nginx; do kill "$pid" 2>/dev/null || true; done' EXIT

# A page of ten panels over the demo's load.
panels=(
  'sum by (service) (rate(http_requests[10s]))'
  'sum by (service) (rate(http_requests{status=~"5.."}[10s]))'
  'histogram_quantile(0.99, sum by (service) (rate(http_request_duration[10s])))'
  'histogram_quantile(0.5, sum by (service, route) (rate(http_request_duration[10s])))'
  'host_cpu_usage_percent' 'host_memory_usage_percent' 'host_load1'
  'host_disk_usage_percent' 'tocsin_series' 'ALERTS'
)

urlencode() { local LC_ALL=C text=$1 i c; for ((i = 0; i < ${#text}; i++)); do c=${text:i:1}; case $c in [a-zA-Z0-9._-]) printf %s "$c" ;; *) printf '%%%02X' "'$c" ;; esac; done; }

# memory PID: KiB that a process needs. Of the server: what its heap holds after a collection, and all beside the heap.
memory() {
  local rss used capacity
  rss=$(awk '/VmRSS/ { print $2 }' "/proc/$1/status")
  if [ "$1" != "$server" ]; then echo "$rss"; return; fi
  "$jcmd" "$1" GC.run >/dev/null
  read -r used capacity < <("$jcmd" "$1" GC.heap_info |
    sed -n 's/.*ZHeap *used \([0-9]*\)M, capacity \([0-9]*\)M.*/\1 \2/p')
  echo $((rss + (used - capacity) * 1024))
}

# measure NAME PID PORT PATH COUNT [OPTION]: opens the subscribers, and prints what they and the process say.
measure() {
  local name=$1 pid=$2 count=$5 before held cpu log=$out/$1-$5.log result
  before=$(memory "$pid")
  "${on_clients[@]}" "$out/subscribers" --port "$3" --path "$4" --count "$count" --seconds "$seconds" "${@:6}" \
    >"$out/$name-$count.json" 2>"$log" &
  local subscribers=$!
  until grep -qs open "$log"; do kill -0 $subscribers 2>/dev/null || { cat "$log" >&2; exit 1; }; sleep 0.1; done
  sleep 4
  held=$(memory "$pid")
  sleep 2
  kill -USR1 $subscribers
  until grep -qs counting "$log"; do sleep 0.02; done
  cpu=$(cpu_of "$pid")
  until grep -qs counted "$log"; do sleep 0.02; done
  cpu=$(calc "$(cpu_of "$pid") - $cpu")
  wait $subscribers
  result=$(cat "$out/$name-$count.json")
  printf '%-22s %6d %10d %10.2f %10.1f %10.1f %8d %8d %8d %8.1f %6d\n' "$name" "$count" "$(field events "$result")" "$cpu" \
    "$(per_event "$cpu" "$result" "$count")" "$(per_event "$cpu - $idle * $seconds" "$result" "$count")" \
    "$(field p50_millis "$result")" "$(field p99_millis "$result")" "$(field bytes "$result" | awk -v n="$count" -v s="$seconds" '{ printf "%d", $1 / n / s }')" \
    "$(calc "($held - $before) / $count")" "$(field closed "$result")"
}

# per_event CPU RESULT COUNT: microseconds; where events were not looked at, of one a second.
per_event() {
  local events
  events=$(field events "$2")
  calc "1e6 * ($1) / ($events > 0 ? $events : $3 * $seconds)"
}

# send_beside RATE SECONDS: w1 by UDP, from before the readers come.
send_beside() { "${on_clients[@]}" "$out/sender" --port "$udp" --rate "$1" --seconds "$2" --workload w1 >"$out/sent.json"; }

# Sets idle: the CPU seconds that the server takes each second with nobody watching (its ticks, rules, host metrics).
measure_idle() {
  local before
  sleep 10 # the last readers have just left, which is work
  before=$(cpu_of "$server")
  sleep 15
  idle=$(calc "($(cpu_of "$server") - $before) / 15")
}

header() { printf '%-22s %6s %10s %10s %10s %10s %8s %8s %8s %8s %6s\n' server count events "CPU s" "CPU us/ev" "less idle" "p50 ms" "p99 ms" "B/s each" "KiB each" closed; }

start_nginx() {
  local module=/usr/lib/nginx/modules/ngx_nchan_module.so
  nginx= idle=0
  if ! command -v nginx >/dev/null || [ ! -f "$module" ]; then
    echo "nginx with nchan is not installed (apt-get install nginx libnginx-mod-nchan): left out" >&2
    return 1
  fi
  mkdir -p "$out/nginx"
  cat >"$out/nginx.conf" <<CONF
load_module $module;
daemon off; master_process off; error_log $out/nginx/error.log; pid $out/nginx/pid;
worker_rlimit_nofile 40000;
events { worker_connections 30000; }
http {
  access_log off; client_body_temp_path $out/nginx; proxy_temp_path $out/nginx; fastcgi_temp_path $out/nginx;
  uwsgi_temp_path $out/nginx; scgi_temp_path $out/nginx;
  server {
    listen 127.0.0.1:$nginx_port backlog=4096;
    location = /sub { nchan_subscriber eventsource; nchan_channel_id frames; }
    location = /pub { nchan_publisher; nchan_channel_id frames; nchan_message_buffer_length 2; }
  }
}
CONF
  "${on_server[@]}" nginx -p "$out/nginx" -c "$out/nginx.conf" 2>"$out/nginx.log" &
  nginx=$!
  until curl -sf -o /dev/null -X POST --data-binary x "http://127.0.0.1:$nginx_port/pub"; do
    kill -0 "$nginx" 2>/dev/null || { cat "$out/nginx.log" >&2; exit 1; }
    sleep 0.1
  done
}

stop_nginx() {
  kill $publisher $nginx 2>/dev/null || true
  wait $publisher $nginx 2>/dev/null || true
  publisher= nginx=
}

# publish FILE: each second its text, after the time, as one message; on one connection.
publish() {
  local text now
  text=$(<"$1")
  exec 9<>"/dev/tcp/127.0.0.1/$nginx_port"
  cat <&9 >/dev/null &
  while true; do
    now=${EPOCHREALTIME/./}
    sleep "0.$(printf %06d $((1000000 - 10#${now: -6})) | sed 's/^1000000$/999999/')"
    now=${EPOCHREALTIME/./}
    printf 'POST /pub HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s %s' $((${#text} + 14)) "${now:0:13}" "$text" >&9
  done
}

# Gauges that a query turns into a frame of two kilobytes, all of it new each second.
push_frame_gauges() {
  local i lines=
  for i in $(seq 130); do lines+="frame.part:$i|g|#part:$i"$'\n'; done
  printf %s "$lines" >"/dev/udp/127.0.0.1/$udp"
  until [ "$(query 'count(frame_part)')" = 130 ]; do sleep 0.2; done
}
frame_path=/api/v1/stream?query=$(urlencode 'frame_part + time()')

header
for run in "${runs[@]}"; do
  case $run in
    frames)
      start_server --set storage.uri=none
      kill "$subscriber" && wait "$subscriber" 2>/dev/null || true
      subscriber=
      push_frame_gauges
      # What a JVM does once, it has done before anything is counted.
      seconds=$warm_up measure warm-up "$server" "$http" "$frame_path" "${counts[0]}" >/dev/null
      measure_idle
      for count in "${counts[@]}"; do measure tocsin "$server" "$http" "$frame_path" "$count"; done
      stop_server
      if start_nginx; then
        head -c 2030 /dev/zero | tr '\0' x >"$out/frame.txt"
        "${on_clients[@]}" bash -c "$(declare -f publish); nginx_port=$nginx_port; publish '$out/frame.txt'" &
        publisher=$!
        for count in "${counts[@]}"; do measure nchan "$nginx" "$nginx_port" /sub "$count"; done
        stop_nginx
      fi
      ;;
    page)
      start_server --set storage.uri=none --demo
      kill "$subscriber" && wait "$subscriber" 2>/dev/null || true
      subscriber=
      path=/api/v1/stream?
      : >"$out/page.txt"
      sleep 15
      for panel in "${panels[@]}"; do
        path+="query=$(urlencode "$panel")&"
        curl -sf "http://127.0.0.1:$http/api/v1/query" --data-urlencode "query=$panel" >>"$out/page.txt"
      done
      seconds=$warm_up measure warm-up "$server" "$http" "$path" "${counts[0]}" >/dev/null
      measure_idle
      measure "page, deltas" "$server" "$http" "$path" "${counts[0]}"
      measure "page, deltas, gzip" "$server" "$http" "$path" "${counts[0]}" --gzip
      stop_server
      if start_nginx; then
        "${on_clients[@]}" bash -c "$(declare -f publish); nginx_port=$nginx_port; publish '$out/page.txt'" &
        publisher=$!
        measure "page, full, nchan" "$nginx" "$nginx_port" /sub "${counts[0]}"
        stop_nginx
      fi
      ;;
    ingest)
      start_server --set storage.uri=none --set ingest.udp.receive-buffer="${RECEIVE_BUFFER:-32M}"
      kill "$subscriber" && wait "$subscriber" 2>/dev/null || true
      subscriber=
      push_frame_gauges
      rate=${RATE:-6700000}
      send_beside $((rate / 4)) $((warm_up + 10)) &
      sender=$!
      seconds=$warm_up measure warm-up "$server" "$http" "$frame_path" "${counts[0]}" >/dev/null
      wait $sender
      sleep 3
      read -r accepted0 rejected0 drops0 < <(counts)
      send_beside "$rate" $((seconds + 16)) &
      sender=$!
      idle=0
      measure "tocsin and UDP" "$server" "$http" "$frame_path" "${counts[0]}"
      wait $sender
      sleep 3
      read -r accepted rejected drops < <(counts)
      echo "UDP beside it: $(cat "$out/sent.json"); accepted $((accepted - accepted0)), rejected $((rejected - rejected0)), packets dropped $((drops - drops0))"
      stop_server
      ;;
  esac
done
