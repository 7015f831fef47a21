# Adds up lines, words and bytes; they must be what EXPECTED says.
{
  lines += $1
  words += $2
  bytes += $3
}

END {
  split(ENVIRON["EXPECTED"], total, " ")
  if (lines != total[1] || words != total[2] || bytes != total[3]) {
    print "the single files have " lines, words, bytes ", all together " \
      ENVIRON["EXPECTED"] > "/dev/stderr"
    exit 1
  }
  printf "{\"files\": %d, \"lines\": %d, \"words\": %d, \"bytes\": %d}\n",
         NR, lines, words, bytes
}
