// Column names are often long and begin alike (`impressions_tv_brand`, `impressions_search_brand`); beside a chart
// only what tells them apart is worth the room. Tables keep the full names.

const separator = /[_\-. /:]/;

/** Names without the words that all of them begin with. Left as they are when that would empty or confuse one. */
export function shortLabels(names: readonly string[]): string[] {
  const first = names[0];
  if (first === undefined || names.length < 2) return [...names];
  let cut = 0;
  for (let i = 0; i < first.length && names.every((name) => name[i] === first[i]); i++) {
    if (separator.test(first[i]!)) cut = i + 1;
  }
  const shorter = names.map((name) => name.slice(cut));
  const readable = shorter.every((name) => /[\p{L}]/u.test(name));
  return readable && new Set(shorter).size === new Set(names).size ? shorter : [...names];
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
