// Column names are often long and begin alike (`impressions_tv_brand`, `impressions_search_brand`); beside a chart
// only what tells them apart is worth the room. Tables keep the full names.

const separator = /[_\-. /:]/;

/**
 * Names without the words that most of them begin or end with. As many words go as can while every name keeps a
 * letter and no two become the same.
 */
export function shortLabels(names: readonly string[]): string[] {
  const backwards = (all: readonly string[]): string[] => all.map((name) => [...name].reverse().join(""));
  return backwards(withoutBeginnings(backwards(withoutBeginnings(names))));
}

function withoutBeginnings(names: readonly string[]): string[] {
  for (const prefix of sharedPrefixes(names)) {
    const shorter = names.map((name) => (name.startsWith(prefix) ? name.slice(prefix.length) : name));
    const readable = shorter.every((name, i) => name === names[i] || /\p{L}/u.test(name));
    if (readable && new Set(shorter).size === new Set(names).size) return shorter;
  }
  return [...names];
}

/** Beginnings, up to a separator, that more than half of the names share; longest first. */
function sharedPrefixes(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) {
    for (let i = 1; i < name.length - 1; i++) {
      if (!separator.test(name[i]!)) continue;
      const prefix = name.slice(0, i + 1);
      counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
    }
  }
  return [...counts]
    .filter(([, count]) => count > 1 && count > names.length / 2)
    .map(([prefix]) => prefix)
    .sort((a, b) => b.length - a.length);
}

/** {@link squeeze} for all names, unless two would become the same. */
export function squeezeAll(names: readonly string[], longest: number): string[] {
  const squeezed = names.map((name) => squeeze(name, longest));
  return new Set(squeezed).size === new Set(names).size ? squeezed : [...names];
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
