const candidates = [",", ";", "\t", "|"] as const;

/** A character that may separate the columns of a table. */
export type Delimiter = (typeof candidates)[number];

/**
 * Which delimiter the text uses: the one whose count outside quotes is the same as in the header on most of the first
 * 100 lines, ties going to the one that makes more columns. Null when no candidate occurs in the header.
 */
export function sniffDelimiter(text: string): Delimiter | null {
  let best: { readonly delimiter: Delimiter; readonly agreement: number; readonly width: number } | null = null;
  for (const delimiter of candidates) {
    const [header, ...body] = delimiterCounts(text, delimiter, 100);
    if (!header) continue;
    const same = body.filter((count) => count === header).length;
    const agreement = body.length === 0 ? 1 : same / body.length;
    if (best === null || agreement > best.agreement || (agreement === best.agreement && header > best.width)) {
      best = { delimiter, agreement, width: header };
    }
  }
  return best?.delimiter ?? null;
}

function delimiterCounts(text: string, delimiter: string, lines: number): number[] {
  const counts: number[] = [];
  let count = 0;
  let quoted = false;
  let blank = true;
  for (let i = 0; i < text.length && counts.length < lines; i++) {
    const character = text[i]!;
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === "\n" || character === "\r")) {
      if (!blank) counts.push(count);
      count = 0;
      blank = true;
      continue;
    } else if (!quoted && character === delimiter) count++;
    blank = false;
  }
  if (!blank && counts.length < lines) counts.push(count);
  return counts;
}
