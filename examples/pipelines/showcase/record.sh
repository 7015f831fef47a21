# Compares what was computed twice and prints all figures of a file as JSON.
# Gets NAME, and what the other tasks printed: COUNT, RECOUNT, DIGEST, PACKED
# and RESTORED.

fail() {
  echo "$NAME: $*" >&2
  exit 1
}

[ "$COUNT" = "$RECOUNT" ] || fail "wc counts $COUNT, the bytes say $RECOUNT"

digest=${DIGEST%% *}
[ "$digest" = "${RESTORED%% *}" ] ||
  fail "the digest is $digest, that of the restored file is ${RESTORED%% *}"

awk -v digest="$digest" '
  BEGIN {
    name = ENVIRON["NAME"]
    packed = ENVIRON["PACKED"] + 0
    split(ENVIRON["COUNT"], n, " ")
    share = n[3] ? 100 * packed / n[3] : 100
    for (i = 0; i < share / 5; ++i)
      bar = bar "█"
    printf "{\"name\": \"%s\", \"lines\": %d, \"words\": %d, \"bytes\": %d, ",
           name, n[1], n[2], n[3]
    printf "\"packed\": %d, \"share\": \"%.0f\", \"bar\": \"%s\", ",
           packed, share, bar
    printf "\"digest\": \"%s\", \"short\": \"%s\"}\n",
           digest, substr(digest, 1, 12)
  }'
