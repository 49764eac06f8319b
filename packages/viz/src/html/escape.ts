const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text made safe inside HTML and XML elements and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}

/** JSON made safe inside a `<script>` element; numbers keep seven significant digits. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value, (_key, item) =>
    typeof item === "number" && !Number.isInteger(item) ? Number(item.toPrecision(7)) : item,
  ).replace(/[<\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
