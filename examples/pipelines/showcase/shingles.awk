# Prints every five words in a row, in lower case.
{
  gsub(/[^A-Za-z0-9]+/, " ")
  n = split(tolower($0), found, " ")
  for (i = 1; i <= n; ++i) {
    for (j = 1; j < 5; ++j)
      word[j] = word[j + 1]
    word[5] = found[i]
    if (++count >= 5)
      print word[1], word[2], word[3], word[4], word[5]
  }
}
