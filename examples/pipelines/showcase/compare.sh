# Prints for every text, separated by tabs: NAME, the other's name, how many
# shingles they share, how many they have together, and the ratio.

cd "$OUT/shingles" || exit
{
  wc -l -- *
  for other in *; do
    echo "$NAME $other $(comm -12 "$NAME" "$other" | wc -l)"
  done
} | awk -v OFS='\t' '
  NF == 2 { lines[$2] = $1 }
  NF == 3 {
    all = lines[$1] + lines[$2] - $3
    print $1, $2, $3, all, sprintf("%.6f", all ? $3 / all : 1)
  }'
