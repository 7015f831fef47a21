# Tells code, comments and empty lines of C++ files apart, roughly: a line is
# what it begins with. Prints JSON; `folder` names them.
FNR == 1 {
  ++files
  if (length(FILENAME) > 0)
    size[FILENAME] = 0
}

{
  ++size[FILENAME]
  if ($0 ~ /^[ \t]*$/)
    ++empty
  else if ($0 ~ /^[ \t]*\/\//)
    ++comments
  else
    ++code
}

END {
  for (name in size)
    if (size[name] > size[longest] || longest == "")
      longest = name
  n = split(longest, parts, "/")
  printf "{\"folder\": \"%s\", \"files\": %d, \"lines\": %d, ",
         folder, files, NR
  printf "\"code\": %d, \"comments\": %d, \"empty\": %d, ",
         code, comments, empty
  printf "\"longest\": \"%s\", \"longest_lines\": %d}\n",
         parts[n], size[longest]
}
