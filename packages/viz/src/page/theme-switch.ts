/// <reference lib="dom" />
// Light, dark, or as the system says. The reader's choice is kept where the browser allows it.

import type { ThemeName } from "../theme/palette.js";

type Choice = "auto" | ThemeName;

const choices: readonly Choice[] = ["auto", "light", "dark"];
const words: Readonly<Record<Choice, string>> = { auto: "Auto", light: "Light", dark: "Dark" };
const storageKey = "mmm-theme";

/** Wire the theme button; `onChange` hears of every change of the resulting theme. */
export function followTheme(onChange: (name: ThemeName) => void): { current(): ThemeName } {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const button = document.getElementById("theme-switch");
  let choice: Choice = remembered() ?? (root.dataset["theme"] as Choice | undefined) ?? "auto";

  const current = (): ThemeName => (choice === "auto" ? (system.matches ? "dark" : "light") : choice);
  const show = (): void => {
    if (choice === "auto") delete root.dataset["theme"];
    else root.dataset["theme"] = choice;
    if (button) {
      button.textContent = words[choice];
      button.setAttribute("aria-label", `Theme: ${words[choice]}`);
    }
  };
  show();
  button?.addEventListener("click", () => {
    choice = choices[(choices.indexOf(choice) + 1) % choices.length]!;
    try {
      localStorage.setItem(storageKey, choice);
    } catch {
      // Pages opened from a file may have no storage; the choice then lasts as long as the page.
    }
    show();
    onChange(current());
  });
  system.addEventListener("change", () => onChange(current()));
  return { current };
}

function remembered(): Choice | undefined {
  try {
    return choices.find((choice) => choice === localStorage.getItem(storageKey));
  } catch {
    return undefined;
  }
}
