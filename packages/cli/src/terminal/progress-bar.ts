import type { ProgressEvent } from "@mmm/core";
import { SingleBar } from "cli-progress";
import type { Output } from "./terminal.js";

export interface ProgressBar {
  show(event: ProgressEvent): void;
  /** Take the bar off the screen; the next event brings it back. */
  clear(): void;
}

/** One line with phase, bar, step and estimated time left, drawn on a terminal. A new phase starts a new bar. */
export function createProgressBar(stream: Output): ProgressBar {
  let bar: SingleBar | null = null;
  let phase: string | null = null;
  const clear = (): void => {
    bar?.stop();
    bar = null;
  };
  return {
    clear,
    show(event) {
      const { total, step, message = "" } = event;
      if (phase !== event.phase) clear();
      phase = event.phase;
      if (bar === null) {
        bar = new SingleBar({
          stream,
          format: `${phase} [{bar}] {value}${total > 0 ? "/{total}, {eta_formatted} left" : ""} {message}`,
          barsize: 24,
          clearOnComplete: true,
          hideCursor: true,
          emptyOnZero: true,
        });
        bar.start(total, step, { message });
      } else {
        bar.setTotal(total);
        bar.update(step, { message });
      }
    },
  };
}
