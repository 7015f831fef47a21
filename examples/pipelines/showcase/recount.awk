# Counts lines, words and bytes as wc does, from the bytes in hexadecimal.
{
  for (i = 1; i <= NF; ++i) {
    ++bytes
    if ($i == "0a")
      ++lines
    if ($i ~ /^(20|09|0a|0b|0c|0d)$/)
      inside = 0
    else if (!inside) {
      inside = 1
      ++words
    }
  }
}
END { print lines + 0, words + 0, bytes + 0 }
