const words = new Set(["", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "-", "–", "—", ".", "?"]);

/**
 * Whether a cell of a number column says "no value". In a text column the same words are ordinary levels: Robyn's
 * `events` column says "na" for "no event".
 */
export function isMissingWord(cell: string): boolean {
  return cell === "" || (cell.length <= 4 && words.has(cell.toLowerCase()));
}
