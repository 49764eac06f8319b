// Column names are often long and begin alike (`impressions_tv_brand`, `impressions_search_brand`); beside a chart
// only what tells them apart is worth the room. Tables keep the full names.

const separator = /[_\-. /:]/;

/**
 * Names without the words that most of them begin with. They stay as they are where a shortened one would not begin
 * with a letter, or where two would become the same.
 */
export function shortLabels(names: readonly string[]): string[] {
  const prefix = commonPrefix(names);
  const shorter = names.map((name) => (name.startsWith(prefix) ? name.slice(prefix.length) : name));
  const readable = shorter.every((name) => /^\p{L}/u.test(name));
  return readable && new Set(shorter).size === new Set(names).size ? shorter : [...names];
}

/** The longest beginning, up to a separator, that more than half of the names share. */
function commonPrefix(names: readonly string[]): string {
  let longest = "";
  for (const name of names) {
    for (let i = longest.length; i < name.length - 1; i++) {
      if (!separator.test(name[i]!)) continue;
      const prefix = name.slice(0, i + 1);
      const sharing = names.filter((other) => other.startsWith(prefix)).length;
      if (sharing > 1 && sharing > names.length / 2) longest = prefix;
    }
  }
  return longest;
}

/** At most `longest` characters: the middle of longer names is left out, since their ends tell them apart. */
export function squeeze(name: string, longest: number): string {
  if (name.length <= longest) return name;
  const head = Math.ceil((longest - 1) / 2);
  return `${name.slice(0, head)}…${name.slice(name.length - (longest - 1 - head))}`;
}

/** {@link squeeze} for each line. */
export function squeezeLines(name: string, longest: number): string {
  return name
    .split("\n")
    .map((line) => squeeze(line, longest))
    .join("\n");
}

/** `a, b and c`, or `a, b, c and 4 others`. */
export function someWords(words: readonly string[], most = 3): string {
  if (words.length <= most + 1) return listWords(words);
  return `${words.slice(0, most).join(", ")} and ${words.length - most} others`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listWords(words: readonly string[]): string {
  if (words.length <= 1) return words[0] ?? "";
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
