# Reads "<folder> <folder it includes> <how often>" and fails if a folder
# includes one that is above it. Prints the dependencies as JSON.
BEGIN {
  split("core messages actors agents cli", names, " ")
  for (i in names)
    height[names[i]] = i + 0
}

!($2 in height) { next }

height[$2] > height[$1] {
  print $1 " includes " $2 ", which is above it" > "/dev/stderr"
  failed = 1
}

$1 != $2 {
  list = list (list ? ", " : "")
  list = list "{\"from\": \"" $1 "\", \"to\": \"" $2 "\", \"count\": " $3 "}"
}

END {
  if (failed)
    exit 1
  print "{\"dependencies\": [" list "]}"
}
