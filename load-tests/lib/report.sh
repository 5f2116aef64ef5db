# Sourced by ../run.sh. One line of JSON per run, and tables of them.

# write_result WORKLOAD RECEIVER PARSE_LIMIT: what the last step left in step_*.
write_result() {
  local ratio=null
  [ "$3" = null ] || ratio=$(calc "$step_ok * $step_rate / $3")
  printf '{"at":"%s","workload":"%s","receiver":"%s","round":%d,"lossless":%d,"rate":%.0f,"cpu_seconds_per_million":%.4f,"rss_mib":%d,"sent":%d,"accepted":%d,"rejected":%d,"kernel_drops":%d,"exact":%d,"sender_limited":%d,"ratio_to_parse_limit":%s}\n' \
    "$started" "$1" "$2" "$round" "$step_ok" "$step_rate" "$step_cpu" "$step_rss" "$step_sent" "$step_accepted" \
    "$step_rejected" "$step_drops" "$step_exact" "$step_sender_limited" "$ratio" >>"$results"
}

# last_rate WORKLOAD RECEIVER: the lossless rate of the newest such run, of this one or an earlier; 0 without.
last_rate() {
  local line
  line=$(grep "\"workload\":\"$1\",\"receiver\":\"$2\".*\"lossless\":1" "$results" | tail -n 1)
  [ -n "$line" ] && calc "$(field rate "$line")" || echo 0
}

# column FILTER FIELD DIGITS: min/median/max of a field in the lines that match, in units of 10^-DIGITS.
column() {
  tail -n "+$first_result" "$results" | grep -- "$1" | sed -n "s/.*\"$2\":\([0-9.]*\)[,}].*/\1/p" | sort -g |
    awk -v digits="$3" -v scale="${4:-1}" '
      { value[NR] = $1 / scale }
      END {
        if (NR == 0) { print "-"; exit }
        middle = NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2
        printf "%.*f %.*f %.*f\n", digits, value[1], digits, middle, digits, value[NR]
      }'
}

row() { printf '%-17s %-8s %-20s %-22s %-18s %-18s %-6s %s\n' "$@"; }

report() {
  local workload receiver filter runs clean notes
  printf '\nmin median max of %d runs; rates in millions of lines per second\n' "$repeat"
  row workload receiver "lossless rate" "CPU s per million" "RSS MiB" "packets dropped" exact "ratio to the parse limit"
  for workload in "${workloads[@]}"; do
    for receiver in c-count c-parse tocsin; do
      filter="\"workload\":\"$workload\",\"receiver\":\"$receiver\".*\"rate\""
      runs=$(tail -n "+$first_result" "$results" | grep -c -- "$filter" || true)
      [ "$runs" -gt 0 ] || continue
      clean=$(tail -n "+$first_result" "$results" | grep -- "$filter" | grep -c '"exact":1' || true)
      notes=$(column "$filter" ratio_to_parse_limit 3)
      tail -n "+$first_result" "$results" | grep -- "$filter" | grep -q '"lossless":0' && notes="$notes  (not lossless)"
      tail -n "+$first_result" "$results" | grep -- "$filter" | grep -q '"sender_limited":1' && notes="$notes  (the sender could no more)"
      row "$workload" "$receiver" "$(column "$filter" rate 3 1e6)" "$(column "$filter" cpu_seconds_per_million 3)" \
        "$(column "$filter" rss_mib 0)" "$(column "$filter" kernel_drops 0)" "$clean/$runs" "$notes"
    done
  done
  for workload in "${workloads[@]}"; do
    filter="\"workload\":\"$workload\".*\"p50_millis\""
    tail -n "+$first_result" "$results" | grep -q -- "$filter" || continue
    printf '%-17s packet to webhook, ms: p50 %s, p99 %s, max %s; untold %s\n' "$workload" \
      "$(column "$filter" p50_millis 0)" "$(column "$filter" p99_millis 0)" "$(column "$filter" max_millis 0)" \
      "$(column "$filter" untold 0)"
  done
  printf 'each run by itself: %s\n' "$results"
}
