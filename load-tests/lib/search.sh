# Sourced by ../run.sh. The highest rate that a receiver takes without loss.
#
# `search STEP KEY` calls `STEP RATE SECONDS`, which sets
#   step_ok       1 where nothing worth mentioning was lost
#   step_rate     lines per second that were sent, which may be fewer than were asked for
# and what else it measures in step_* variables; the last call is the one to report.

declare -A found # by key: where the last search of it ended

start_rate() {
  case $1 in
    tocsin:w1) echo 9000000 ;;
    tocsin:one) echo 3500000 ;;
    tocsin:two) echo 7000000 ;;
    tocsin:w2) echo 4000000 ;;
    tocsin:w3) echo 200000 ;;
    tocsin:w4) echo 4000000 ;;
    *:w3) echo 250000 ;;
    *:w4) echo 4000000 ;;
    *) echo 10000000 ;;
  esac
}

search() {
  local step=$1 key=$2 rate low=0 high=0 limited=0 n
  if [ -n "${RATES:-}" ]; then
    fixed_rates "$step"
    return
  fi
  # Short probes first: up and down by a fifth around the last result, or by half around a guess; then bisection.
  local stride=1.5
  [ -z "${found[$key]:-}" ] || stride=1.2
  rate=${found[$key]:-$(start_rate "$key")}
  for n in $(seq "$probes"); do
    "$step" "$rate" 2
    progress "probe" "$rate"
    if [ "$step_ok" = 1 ]; then
      low=$(calc "int($step_rate)")
      if holds "$step_rate < 0.93 * $rate"; then limited=1; break; fi
      [ "$high" -eq 0 ] && rate=$(calc "int($rate * $stride)") || rate=$(calc "int(sqrt($low * $high))")
    else
      high=$(calc "int($rate)")
      [ "$low" -eq 0 ] && rate=$(calc "int($rate / $stride)") || rate=$(calc "int(sqrt($low * $high))")
    fi
    if [ "$low" -gt 0 ] && [ "$high" -gt 0 ] && holds "$high < 1.06 * $low"; then break; fi
  done
  [ "$low" -gt 0 ] || low=$rate
  # Then in full: a little less each time until it holds, and again where the sender was held up; the best counts.
  local best=0 saved=
  for n in 1 2 3 4 5 6; do
    "$step" "$low" "$seconds"
    progress "full" "$low"
    if [ "$step_ok" = 0 ]; then
      low=$(calc "int($low * 0.95)")
    elif holds "$step_rate >= 0.93 * $low"; then
      limited=0 saved=
      break
    else
      limited=1
      if holds "$step_rate > $best"; then best=$step_rate saved=$(save_step); fi
    fi
  done
  eval "$saved"
  step_sender_limited=$limited
  [ "$step_ok" = 0 ] || found[$key]=$(calc "int($step_rate)")
}

# Every rate of RATES in full, the highest that holds counts; the last where none does.
fixed_rates() {
  local step=$1 rate best= saved
  for rate in $RATES; do
    "$step" "$rate" "$seconds"
    progress "full" "$rate"
    if [ "$step_ok" = 1 ] || [ -z "$best" ]; then
      [ "$step_ok" = 0 ] || best=$rate
      saved=$(save_step)
    fi
  done
  eval "$saved"
  step_sender_limited=0
}

save_step() { declare -p ${!step_*} | sed 's/^declare --/declare -g --/'; }

progress() {
  printf '  %-22s %-5s asked %9.0f/s  sent %9.0f/s  lost packets %-8s %s\n' "$step_name" "$1" "$2" "$step_rate" \
    "$step_drops" "$([ "$step_ok" = 1 ] && echo ok || echo "${step_why:-lost}")" >&2
}
