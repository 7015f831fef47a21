# Reads what compare.sh printed for all texts, most alike first. Prints the
# closest pairs and the identical texts as JSON; fails if the relation is not
# symmetric, or a text not identical with itself.
BEGIN { FS = "\t" }

{
  ratio[$1, $2] = $5
  first[NR] = $1
  second[NR] = $2
  shared[NR] = $3
}

function fail(what) {
  print what > "/dev/stderr"
  failed = 1
  exit 1
}

function quoted(x) {
  return "\"" x "\""
}

END {
  if (failed)
    exit 1
  for (i = 1; i <= NR; ++i) {
    a = first[i]
    b = second[i]
    if (!((b, a) in ratio) || ratio[b, a] != ratio[a, b])
      fail(a " is not as near to " b " as " b " to " a)
    if (a == b && ratio[a, b] != 1)
      fail(a " differs from itself")
    if (a >= b)
      continue
    if (ratio[a, b] == 1) {
      same = same (same ? ", " : "")
      same = same "{\"a\": " quoted(a) ", \"b\": " quoted(b) "}"
    } else if (pairs < 10 && !(a in copy) && !(b in copy)) {
      ++pairs
      percent = sprintf("%.1f", 100 * ratio[a, b])
      near = near (near ? ", " : "")
      near = near "{\"a\": " quoted(a) ", \"b\": " quoted(b) \
        ", \"shared\": " shared[i] ", \"percent\": " quoted(percent) "}"
    }
    # Of identical texts only the first is compared with others.
    if (ratio[a, b] == 1)
      copy[b] = 1
  }
  print "{\"compared\": " NR ", \"near\": [" near "], \"same\": [" same "]}"
}
