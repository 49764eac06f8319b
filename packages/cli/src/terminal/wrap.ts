/**
 * Break text into lines of at most `width` columns at blanks; words longer than a line stay whole. Existing line ends
 * are kept, and a percent sign stays with its number.
 *
 * @param indent put before every line
 * @param hanging put before every line but the first of a paragraph, after `indent`
 * @example wrap("one two three", { width: 9 }) // "one two\nthree"
 */
export function wrap(
  text: string,
  { width = 80, indent = "", hanging = "" }: { width?: number; indent?: string; hanging?: string } = {},
): string {
  return text
    .split("\n")
    .flatMap((paragraph) => {
      if (indent.length + paragraph.length <= width) return [`${indent}${paragraph}`];
      const lines: string[] = [];
      let line = indent;
      let empty = true;
      for (const word of paragraph.split(/(?<=\S)(?= (?!%))/)) {
        if (!empty && line.length + word.length > width) {
          lines.push(line);
          line = indent + hanging + word.trimStart();
        } else {
          line += word;
        }
        empty = false;
      }
      return [...lines, line];
    })
    .join("\n");
}
